# tests/kannel/
