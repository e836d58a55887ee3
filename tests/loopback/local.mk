# tests/loopback/
