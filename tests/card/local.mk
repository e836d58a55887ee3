# tests/card/
