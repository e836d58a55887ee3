# tests/tools/: otapacket as a user meets it
OTAPACKET_TESTS = tests/tools/otapacket-batch.t tests/tools/otapacket-cli.t tests/tools/otapacket-explain.t \
	tests/tools/otapacket-man.t tests/tools/otapacket-vectors.t
TESTS += $(OTAPACKET_TESTS)
EXTRA_DIST += $(OTAPACKET_TESTS) tests/tools/tap.sh tests/tools/explain-cases.txt tests/tools/golden

# The program without its main().
FUZZERS += tests/tools/fuzz_explain tests/tools/fuzz_json_request
tests_tools_fuzz_explain_SOURCES = tests/tools/fuzz_explain.c $(OTAPACKET_SOURCES)
tests_tools_fuzz_explain_CPPFLAGS = $(tools_otapacket_CPPFLAGS)
tests_tools_fuzz_explain_LDADD = tests/protocol/libfuzz.a $(tools_otapacket_LDADD)
tests_tools_fuzz_json_request_SOURCES = tests/tools/fuzz_json_request.c $(OTAPACKET_SOURCES)
tests_tools_fuzz_json_request_CPPFLAGS = $(tools_otapacket_CPPFLAGS)
tests_tools_fuzz_json_request_LDADD = tests/protocol/libfuzz.a $(tools_otapacket_LDADD)

# Readers of files that are not in protocol/.
FUZZERS += tests/formats/fuzz_card_file tests/store/fuzz_apdu_file
tests_formats_fuzz_card_file_LDADD = tests/protocol/libfuzz.a formats/libformats.a protocol/libprotocol.a $(CRYPTO_LIBS)
FUZZERS += tests/store/fuzz_applet_file
tests_store_fuzz_applet_file_LDADD = tests/protocol/libfuzz.a gateway-plugin/libgateway.a protocol/libprotocol.a $(ZIP_LIBS) $(CRYPTO_LIBS)
FUZZERS += tests/store/fuzz_data_file
tests_store_fuzz_data_file_LDADD = tests/protocol/libfuzz.a gateway-plugin/libgateway.a protocol/libprotocol.a $(CRYPTO_LIBS)
FUZZERS += tests/store/fuzz_toolkit_fields
tests_store_fuzz_toolkit_fields_LDADD = tests/protocol/libfuzz.a gateway-plugin/libgateway.a protocol/libprotocol.a $(CRYPTO_LIBS)
tests_store_fuzz_apdu_file_LDADD = tests/protocol/libfuzz.a gateway-plugin/libgateway.a protocol/libprotocol.a $(CRYPTO_LIBS)
