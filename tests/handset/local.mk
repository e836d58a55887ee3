# tests/handset/: the terminal against scripted and lying cards
HANDSET_TESTS = tests/handset/test_terminal tests/handset/test_lying_card tests/handset/test_bip \
	tests/handset/test_recorder tests/handset/test_phone_texts
check_PROGRAMS += $(HANDSET_TESTS)
handset_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
handset_test_libs = handset/libhandset.a protocol/libprotocol.a $(CMOCKA_LIBS)
tests_handset_test_terminal_CPPFLAGS = $(handset_test_cppflags)
tests_handset_test_terminal_SOURCES = tests/handset/test_terminal.c tests/handset/scripted_card.h
tests_handset_test_terminal_LDADD = $(handset_test_libs)
tests_handset_test_lying_card_CPPFLAGS = $(handset_test_cppflags)
tests_handset_test_lying_card_SOURCES = tests/handset/test_lying_card.c tests/handset/scripted_card.h
tests_handset_test_lying_card_LDADD = $(handset_test_libs)
tests_handset_test_phone_texts_CPPFLAGS = $(handset_test_cppflags)
tests_handset_test_phone_texts_LDADD = $(handset_test_libs)
tests_handset_test_bip_CPPFLAGS = $(handset_test_cppflags)
tests_handset_test_bip_SOURCES = tests/handset/test_bip.c tests/handset/scripted_card.h tests/handset/fake_bip.h
tests_handset_test_bip_LDADD = $(handset_test_libs)
tests_handset_test_recorder_CPPFLAGS = $(handset_test_cppflags)
tests_handset_test_recorder_SOURCES = tests/handset/test_recorder.c tests/handset/scripted_card.h
tests_handset_test_recorder_LDADD = handset/libhandset.a explain/libexplain.a protocol/libprotocol.a $(CRYPTO_LIBS) $(CMOCKA_LIBS)
FUZZERS += tests/handset/fuzz_exchange
tests_handset_fuzz_exchange_LDADD = tests/protocol/libfuzz.a explain/libexplain.a protocol/libprotocol.a $(CRYPTO_LIBS)
