# tests/protocol/: vectors made by others, round trips, truncations, fuzz seeds
PROTOCOL_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
PROTOCOL_TEST_LDADD = tests/protocol/libhelpers.a protocol/libprotocol.a $(CMOCKA_LIBS) $(CRYPTO_LIBS)

check_LIBRARIES += tests/protocol/libhelpers.a
tests_protocol_libhelpers_a_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_libhelpers_a_SOURCES = tests/protocol/helpers.c tests/protocol/helpers.h

check_PROGRAMS += tests/protocol/test_apdu
tests_protocol_test_apdu_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_apdu_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_bcd
tests_protocol_test_bcd_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_bcd_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_bytes
tests_protocol_test_bytes_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_bytes_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_command_packet
tests_protocol_test_command_packet_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_command_packet_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_expanded
tests_protocol_test_expanded_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_expanded_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_gsm7
tests_protocol_test_gsm7_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_gsm7_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_gsmtap
tests_protocol_test_gsmtap_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_gsmtap_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_hex
tests_protocol_test_hex_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_hex_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_install_parameters
tests_protocol_test_install_parameters_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_install_parameters_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_key_wipe
tests_protocol_test_key_wipe_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_protocol_test_key_wipe_LDADD = $(PROTOCOL_TEST_LDADD)
tests_protocol_test_key_wipe_LDFLAGS = -Wl,--wrap=malloc,--wrap=calloc,--wrap=free

check_PROGRAMS += tests/protocol/test_packet_crypto
tests_protocol_test_packet_crypto_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_packet_crypto_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_reassembly
tests_protocol_test_reassembly_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_reassembly_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_response_packet
tests_protocol_test_response_packet_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_response_packet_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_script_cut
tests_protocol_test_script_cut_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_script_cut_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_security
tests_protocol_test_security_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_security_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_short_text
tests_protocol_test_short_text_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_short_text_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_data_coding
tests_protocol_test_data_coding_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_data_coding_LDADD = $(PROTOCOL_TEST_LDADD)
check_PROGRAMS += tests/protocol/test_sms_tpdu
tests_protocol_test_sms_tpdu_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_sms_tpdu_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_status_word
tests_protocol_test_status_word_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_status_word_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_tlv
tests_protocol_test_tlv_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_tlv_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_toolkit
tests_protocol_test_toolkit_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_toolkit_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_user_data
tests_protocol_test_user_data_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_user_data_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_utf8
tests_protocol_test_utf8_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_utf8_LDADD = $(PROTOCOL_TEST_LDADD)

# Fuzz targets: with a main() (libfuzz.a) that replays the seeds of testdata/fuzz/<name>/. To search
# for new ones: make fuzz SECONDS=600 (FUZZ_TARGETS="tlv apdu": these only).
FUZZ_LDADD = tests/protocol/libfuzz.a protocol/libprotocol.a $(CRYPTO_LIBS)
FUZZERS =
check_LIBRARIES += tests/protocol/libfuzz.a
tests_protocol_libfuzz_a_SOURCES = tests/protocol/fuzz_replay.c tests/protocol/fuzz.h tests/protocol/fuzz_packet.h
.PHONY: fuzz fuzzers
fuzzers: $(FUZZERS)
fuzz:
	bash $(srcdir)/tests/fuzz.sh '$(SECONDS)' $(FUZZ_TARGETS)
SECONDS = 60
EXTRA_DIST += tests/fuzz.sh

FUZZERS += tests/protocol/fuzz_apdu tests/protocol/fuzz_command_packet tests/protocol/fuzz_expanded \
	tests/protocol/fuzz_install_parameters tests/protocol/fuzz_response_packet tests/protocol/fuzz_short_text \
	tests/protocol/fuzz_sms_tpdu tests/protocol/fuzz_tlv tests/protocol/fuzz_toolkit tests/protocol/fuzz_user_data
tests_protocol_fuzz_apdu_LDADD = $(FUZZ_LDADD)
tests_protocol_fuzz_command_packet_LDADD = $(FUZZ_LDADD)
tests_protocol_fuzz_expanded_LDADD = $(FUZZ_LDADD)
tests_protocol_fuzz_install_parameters_LDADD = $(FUZZ_LDADD)
tests_protocol_fuzz_response_packet_LDADD = $(FUZZ_LDADD)
tests_protocol_fuzz_short_text_LDADD = $(FUZZ_LDADD)
tests_protocol_fuzz_sms_tpdu_LDADD = $(FUZZ_LDADD)
tests_protocol_fuzz_tlv_LDADD = $(FUZZ_LDADD)
tests_protocol_fuzz_toolkit_LDADD = $(FUZZ_LDADD)
tests_protocol_fuzz_user_data_LDADD = $(FUZZ_LDADD)

# A measurement, not a test: make bench, which fails below the ratios wanted.
EXTRA_PROGRAMS += tests/protocol/bench_command_packet
tests_protocol_bench_command_packet_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_protocol_bench_command_packet_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)
bench: bench-packets
bench-packets: tests/protocol/bench_command_packet
	tests/protocol/bench_command_packet
.PHONY: bench bench-packets
CLEANFILES += tests/protocol/bench_command_packet

TESTS += tests/protocol/clause-coverage.t tests/protocol/constant-time.t
EXTRA_DIST += testdata/vectors testdata/fuzz tests/protocol/clause-coverage.t \
	tests/protocol/constant-time.t docs/clause-coverage.md docs/performance.md
