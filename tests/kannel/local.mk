# tests/kannel/
kannel_tests_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
kannel_tests_libs = gateway-plugin/kannel/libkannelbox.a protocol/libprotocol.a $(KANNEL_LIBS) $(CMOCKA_LIBS) -lpthread

check_PROGRAMS += tests/kannel/test_message_reference tests/kannel/test_message_validator \
	tests/kannel/test_message_mapping tests/kannel/test_kannel_config

tests_kannel_test_message_reference_CPPFLAGS = $(kannel_tests_cppflags)
tests_kannel_test_message_reference_LDADD = $(kannel_tests_libs)
tests_kannel_test_message_validator_CPPFLAGS = $(kannel_tests_cppflags)
tests_kannel_test_message_validator_LDADD = $(kannel_tests_libs)
tests_kannel_test_message_mapping_CPPFLAGS = $(kannel_tests_cppflags) $(KANNEL_CPPFLAGS)
tests_kannel_test_message_mapping_LDADD = $(kannel_tests_libs)
tests_kannel_test_kannel_config_CPPFLAGS = $(kannel_tests_cppflags)
tests_kannel_test_kannel_config_LDADD = $(kannel_tests_libs)

check_PROGRAMS += tests/kannel/test_bearerbox_link
tests_kannel_test_bearerbox_link_SOURCES = tests/kannel/test_bearerbox_link.c tests/kannel/event_queue.c tests/kannel/event_queue.h
tests_kannel_test_bearerbox_link_CPPFLAGS = $(kannel_tests_cppflags)
tests_kannel_test_bearerbox_link_LDADD = $(kannel_tests_libs)

TESTS += tests/kannel/otabox-lab.t tests/kannel/private-files.t tests/kannel/otabox-man.t
EXTRA_DIST += tests/kannel/otabox-lab.t tests/kannel/private-files.t tests/kannel/otabox-man.t tests/kannel/hostile-bearerbox.pl

check_PROGRAMS += tests/kannel/test_outbox
tests_kannel_test_outbox_CPPFLAGS = $(kannel_tests_cppflags)
tests_kannel_test_outbox_LDADD = $(kannel_tests_libs)

check_PROGRAMS += tests/kannel/test_message_frame
tests_kannel_test_message_frame_CPPFLAGS = $(kannel_tests_cppflags) $(KANNEL_CPPFLAGS)
tests_kannel_test_message_frame_LDADD = $(kannel_tests_libs)

check_PROGRAMS += tests/kannel/test_silent_bearerbox
tests_kannel_test_silent_bearerbox_SOURCES = tests/kannel/test_silent_bearerbox.c tests/kannel/event_queue.c tests/kannel/event_queue.h
tests_kannel_test_silent_bearerbox_CPPFLAGS = $(kannel_tests_cppflags)
tests_kannel_test_silent_bearerbox_LDADD = $(kannel_tests_libs)
