# tests/formats/
check_PROGRAMS += tests/formats/test_config_file
tests_formats_test_config_file_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_formats_test_config_file_LDADD = formats/libformats.a protocol/libprotocol.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/formats/test_card_file
tests_formats_test_card_file_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_formats_test_card_file_LDADD = formats/libformats.a protocol/libprotocol.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/formats/test_card_numbers
tests_formats_test_card_numbers_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_formats_test_card_numbers_LDADD = formats/libformats.a protocol/libprotocol.a $(CMOCKA_LIBS)

EXTRA_DIST += testdata/sop testdata/cards
