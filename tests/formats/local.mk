# tests/formats/
