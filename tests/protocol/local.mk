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

check_PROGRAMS += tests/protocol/test_hex
tests_protocol_test_hex_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_hex_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_packet_crypto
tests_protocol_test_packet_crypto_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_packet_crypto_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_reassembly
tests_protocol_test_reassembly_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_reassembly_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_response_packet
tests_protocol_test_response_packet_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_response_packet_LDADD = $(PROTOCOL_TEST_LDADD)

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
