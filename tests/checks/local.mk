# tests/checks/
