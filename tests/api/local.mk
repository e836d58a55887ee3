# tests/api/
