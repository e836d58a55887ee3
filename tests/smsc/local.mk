# tests/smsc/
