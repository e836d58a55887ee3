# tests/card/
CARD_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/card $(CMOCKA_CFLAGS)
CARD_TEST_LDADD = simsim/libsimsim.a formats/libformats.a protocol/libprotocol.a \
	$(XML_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/card/test_receiving_entity
tests_card_test_receiving_entity_SOURCES = tests/card/test_receiving_entity.c tests/card/bench.c tests/card/bench.h
tests_card_test_receiving_entity_CPPFLAGS = $(CARD_TEST_CPPFLAGS)
tests_card_test_receiving_entity_LDADD = $(CARD_TEST_LDADD)
