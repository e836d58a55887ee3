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

check_PROGRAMS += tests/protocol/test_hex
tests_protocol_test_hex_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_hex_LDADD = $(PROTOCOL_TEST_LDADD)

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

# Fuzz targets: here with a main() that replays the seeds of testdata/fuzz/<name>/. To search:
#   clang -fsanitize=fuzzer,address,undefined -I. tests/protocol/fuzz_NAME.c protocol/*.c -lcrypto
check_PROGRAMS += tests/protocol/fuzz_apdu
tests_protocol_fuzz_apdu_SOURCES = tests/protocol/fuzz_apdu.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h
tests_protocol_fuzz_apdu_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)

check_PROGRAMS += tests/protocol/fuzz_command_packet
tests_protocol_fuzz_command_packet_SOURCES = tests/protocol/fuzz_command_packet.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h tests/protocol/fuzz_packet.h
tests_protocol_fuzz_command_packet_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)

check_PROGRAMS += tests/protocol/fuzz_expanded
tests_protocol_fuzz_expanded_SOURCES = tests/protocol/fuzz_expanded.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h
tests_protocol_fuzz_expanded_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)

check_PROGRAMS += tests/protocol/fuzz_response_packet
tests_protocol_fuzz_response_packet_SOURCES = tests/protocol/fuzz_response_packet.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h tests/protocol/fuzz_packet.h
tests_protocol_fuzz_response_packet_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)

check_PROGRAMS += tests/protocol/fuzz_sms_tpdu
tests_protocol_fuzz_sms_tpdu_SOURCES = tests/protocol/fuzz_sms_tpdu.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h
tests_protocol_fuzz_sms_tpdu_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)

check_PROGRAMS += tests/protocol/fuzz_tlv
tests_protocol_fuzz_tlv_SOURCES = tests/protocol/fuzz_tlv.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h
tests_protocol_fuzz_tlv_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)

check_PROGRAMS += tests/protocol/fuzz_toolkit
tests_protocol_fuzz_toolkit_SOURCES = tests/protocol/fuzz_toolkit.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h
tests_protocol_fuzz_toolkit_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)

check_PROGRAMS += tests/protocol/fuzz_user_data
tests_protocol_fuzz_user_data_SOURCES = tests/protocol/fuzz_user_data.c tests/protocol/fuzz_replay.c tests/protocol/fuzz.h
tests_protocol_fuzz_user_data_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)

# A measurement, not a test: make bench, which fails below the ratios wanted.
EXTRA_PROGRAMS += tests/protocol/bench_command_packet
tests_protocol_bench_command_packet_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_protocol_bench_command_packet_LDADD = protocol/libprotocol.a $(CRYPTO_LIBS)
bench: bench-packets
bench-packets: tests/protocol/bench_command_packet
	tests/protocol/bench_command_packet
.PHONY: bench bench-packets
CLEANFILES += tests/protocol/bench_command_packet

TESTS += tests/protocol/clause-coverage.t
EXTRA_DIST += testdata/vectors testdata/fuzz tests/protocol/clause-coverage.t docs/clause-coverage.md docs/performance.md
