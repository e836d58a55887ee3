# tests/tools/: otapacket as a user meets it
OTAPACKET_TESTS = tests/tools/otapacket-batch.t tests/tools/otapacket-cli.t tests/tools/otapacket-explain.t \
	tests/tools/otapacket-man.t tests/tools/otapacket-vectors.t
TESTS += $(OTAPACKET_TESTS)
EXTRA_DIST += $(OTAPACKET_TESTS) tests/tools/tap.sh tests/tools/explain-cases.txt tests/tools/golden

# The program without its main().
FUZZ_TOOLS_SOURCES = tests/protocol/fuzz_replay.c tests/protocol/fuzz.h $(OTAPACKET_SOURCES)
check_PROGRAMS += tests/tools/fuzz_explain
tests_tools_fuzz_explain_SOURCES = tests/tools/fuzz_explain.c $(FUZZ_TOOLS_SOURCES)
tests_tools_fuzz_explain_CPPFLAGS = $(tools_otapacket_CPPFLAGS)
tests_tools_fuzz_explain_LDADD = $(tools_otapacket_LDADD)

check_PROGRAMS += tests/tools/fuzz_json_request
tests_tools_fuzz_json_request_SOURCES = tests/tools/fuzz_json_request.c $(FUZZ_TOOLS_SOURCES)
tests_tools_fuzz_json_request_CPPFLAGS = $(tools_otapacket_CPPFLAGS)
tests_tools_fuzz_json_request_LDADD = $(tools_otapacket_LDADD)

# Readers of files that are not in protocol/.
check_PROGRAMS += tests/formats/fuzz_card_file
tests_formats_fuzz_card_file_SOURCES = tests/formats/fuzz_card_file.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h
tests_formats_fuzz_card_file_LDADD = formats/libformats.a protocol/libprotocol.a $(CRYPTO_LIBS)

check_PROGRAMS += tests/store/fuzz_apdu_file
tests_store_fuzz_apdu_file_SOURCES = tests/store/fuzz_apdu_file.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h
tests_store_fuzz_apdu_file_LDADD = gateway-plugin/libgateway.a protocol/libprotocol.a $(CRYPTO_LIBS)
