# tests/store/
