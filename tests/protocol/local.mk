# tests/protocol/: vectors made by others, round trips, truncations, fuzz seeds
PROTOCOL_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
PROTOCOL_TEST_LDADD = tests/protocol/libhelpers.a protocol/libprotocol.a $(CMOCKA_LIBS) $(CRYPTO_LIBS)

check_LIBRARIES += tests/protocol/libhelpers.a
tests_protocol_libhelpers_a_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_libhelpers_a_SOURCES = tests/protocol/helpers.c tests/protocol/helpers.h

check_PROGRAMS += tests/protocol/test_command_packet
tests_protocol_test_command_packet_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_command_packet_LDADD = $(PROTOCOL_TEST_LDADD)

check_PROGRAMS += tests/protocol/test_response_packet
tests_protocol_test_response_packet_CPPFLAGS = $(PROTOCOL_TEST_CPPFLAGS)
tests_protocol_test_response_packet_LDADD = $(PROTOCOL_TEST_LDADD)
