# tests/card/
CARD_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/card $(CMOCKA_CFLAGS)
CARD_TEST_LDADD = simsim/libsimsim.a smsc/libsmsc.a formats/libformats.a protocol/libprotocol.a \
	$(XML_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/card/test_receiving_entity
tests_card_test_receiving_entity_SOURCES = tests/card/test_receiving_entity.c tests/card/bench.c tests/card/bench.h
tests_card_test_receiving_entity_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_receiving_entity_LDADD = $(CARD_TEST_LDADD)

check_PROGRAMS += tests/card/test_expanded_script
tests_card_test_expanded_script_SOURCES = tests/card/test_expanded_script.c tests/card/bench.c tests/card/bench.h
tests_card_test_expanded_script_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_expanded_script_LDADD = $(CARD_TEST_LDADD)

check_PROGRAMS += tests/card/test_card_commands
tests_card_test_card_commands_SOURCES = tests/card/test_card_commands.c tests/card/bench.c tests/card/bench.h
tests_card_test_card_commands_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_card_commands_LDADD = $(CARD_TEST_LDADD)

check_PROGRAMS += tests/card/test_population
tests_card_test_population_SOURCES = tests/card/test_population.c tests/card/bench.c tests/card/bench.h
tests_card_test_population_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_population_LDADD = $(CARD_TEST_LDADD)

check_PROGRAMS += tests/card/test_profile_xml
tests_card_test_profile_xml_SOURCES = tests/card/test_profile_xml.c
tests_card_test_profile_xml_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_profile_xml_LDADD = $(CARD_TEST_LDADD)

check_PROGRAMS += tests/card/test_apdu_front
tests_card_test_apdu_front_SOURCES = tests/card/test_apdu_front.c tests/card/bench.c tests/card/bench.h
tests_card_test_apdu_front_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_apdu_front_LDADD = $(CARD_TEST_LDADD)

check_PROGRAMS += tests/card/test_algorithms
tests_card_test_algorithms_SOURCES = tests/card/test_algorithms.c tests/card/bench.c tests/card/bench.h
tests_card_test_algorithms_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_algorithms_LDADD = $(CARD_TEST_LDADD)

check_PROGRAMS += tests/card/test_uicc_commands
tests_card_test_uicc_commands_SOURCES = tests/card/test_uicc_commands.c tests/card/bench.c tests/card/bench.h
tests_card_test_uicc_commands_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_uicc_commands_LDADD = $(CARD_TEST_LDADD)

check_PROGRAMS += tests/card/test_uicc_packets
tests_card_test_uicc_packets_SOURCES = tests/card/test_uicc_packets.c tests/card/bench.c tests/card/bench.h
tests_card_test_uicc_packets_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_uicc_packets_LDADD = $(CARD_TEST_LDADD)

check_PROGRAMS += tests/card/test_uicc_terminal
tests_card_test_uicc_terminal_SOURCES = tests/card/test_uicc_terminal.c tests/card/bench.c tests/card/bench.h \
	pcsc-bridge/t1_apdu.c
tests_card_test_uicc_terminal_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_uicc_terminal_LDADD = simsim/libsimsim.a handset/libhandset.a smsc/libsmsc.a formats/libformats.a \
	protocol/libprotocol.a $(XML_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)

FUZZERS += tests/card/fuzz_card
tests_card_fuzz_card_CPPFLAGS = $(AM_CPPFLAGS)
tests_card_fuzz_card_LDADD = tests/protocol/libfuzz.a simsim/libsimsim.a smsc/libsmsc.a formats/libformats.a \
	protocol/libprotocol.a $(XML_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS)
FUZZERS += tests/card/fuzz_script
tests_card_fuzz_script_CPPFLAGS = $(AM_CPPFLAGS)
tests_card_fuzz_script_LDADD = tests/protocol/libfuzz.a simsim/libsimsim.a smsc/libsmsc.a formats/libformats.a \
	protocol/libprotocol.a $(XML_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS)
