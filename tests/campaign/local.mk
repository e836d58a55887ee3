# tests/campaign/
