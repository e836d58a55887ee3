# tests/loopback/: the whole way through the real bearerbox
TESTS += tests/loopback/sop.t tests/loopback/card-errors.t tests/loopback/protection.t tests/loopback/bad-input.t
EXTRA_DIST += tests/loopback/lib.sh tests/loopback/sop.t tests/loopback/card-errors.t tests/loopback/protection.t \
	tests/loopback/bad-input.t
