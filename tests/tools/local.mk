# tests/tools/: otapacket as a user meets it
OTAPACKET_TESTS = tests/tools/otapacket-batch.t tests/tools/otapacket-cli.t tests/tools/otapacket-explain.t \
	tests/tools/otapacket-man.t tests/tools/otapacket-vectors.t
TESTS += $(OTAPACKET_TESTS)
EXTRA_DIST += $(OTAPACKET_TESTS) tests/tools/tap.sh tests/tools/explain-cases.txt tests/tools/golden
