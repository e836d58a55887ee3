# tests/readers/: cards in PC/SC readers: framing, both ends of the sockets; with pcscd: tests/loopback/
reader_test_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/card $(CMOCKA_CFLAGS)
reader_test_ldadd = simsim/libsimsim.a handset/libhandset.a explain/libexplain.a smsc/libsmsc.a formats/libformats.a protocol/libprotocol.a \
	$(XML_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/readers/test_reader_frame tests/readers/test_reader_card tests/readers/test_reader_command \
	tests/readers/test_card_channel tests/readers/test_reader_front tests/readers/test_faulty_link
tests_readers_test_reader_frame_CPPFLAGS = $(reader_test_cppflags)
tests_readers_test_reader_frame_LDADD = $(reader_test_ldadd)
tests_readers_test_reader_card_CPPFLAGS = $(reader_test_cppflags)
check_PROGRAMS += tests/readers/test_t1_exchange
tests_readers_test_t1_exchange_CPPFLAGS = $(reader_test_cppflags)
tests_readers_test_t1_exchange_SOURCES = tests/readers/test_t1_exchange.c tests/card/bench.c tests/card/bench.h
tests_readers_test_t1_exchange_LDADD = $(reader_test_ldadd)
tests_readers_test_reader_card_LDADD = $(reader_test_ldadd)
tests_readers_test_reader_command_CPPFLAGS = $(reader_test_cppflags)
tests_readers_test_reader_command_LDADD = $(reader_test_ldadd)
tests_readers_test_faulty_link_CPPFLAGS = $(reader_test_cppflags)
tests_readers_test_faulty_link_LDADD = $(reader_test_ldadd)
tests_readers_test_card_channel_CPPFLAGS = $(reader_test_cppflags)
tests_readers_test_card_channel_SOURCES = tests/readers/test_card_channel.c simsim/ifd/card_channel.c
tests_readers_test_card_channel_LDADD = $(reader_test_ldadd)
tests_readers_test_reader_front_CPPFLAGS = $(reader_test_cppflags)
tests_readers_test_reader_front_SOURCES = tests/readers/test_reader_front.c simsim/ifd/card_channel.c \
	tests/card/bench.c tests/card/bench.h
tests_readers_test_reader_front_LDADD = $(reader_test_ldadd)

FUZZERS += tests/readers/fuzz_reader_frame
tests_readers_fuzz_reader_frame_LDADD = tests/protocol/libfuzz.a simsim/libsimsim.a protocol/libprotocol.a
