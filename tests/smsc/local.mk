# tests/smsc/
SMSC_TESTS = tests/smsc/test_smpp_pdu tests/smsc/test_timer_queue tests/smsc/test_fault_plan \
	tests/smsc/test_handset tests/smsc/test_smsc tests/smsc/test_smpp_front tests/smsc/test_options \
	tests/smsc/test_smpp_hostile tests/smsc/test_restart tests/smsc/test_message_store
check_PROGRAMS += $(SMSC_TESTS)
smsc_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
smsc_test_libs = simsim/libsimsim.a handset/libhandset.a explain/libexplain.a smsc/libsmsc.a formats/libformats.a protocol/libprotocol.a \
	$(CRYPTO_LIBS) $(CMOCKA_LIBS)
tests_smsc_test_smpp_pdu_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_smpp_pdu_LDADD = $(smsc_test_libs)
tests_smsc_test_timer_queue_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_timer_queue_LDADD = $(smsc_test_libs)
tests_smsc_test_fault_plan_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_fault_plan_LDADD = $(smsc_test_libs)
tests_smsc_test_handset_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_handset_LDADD = $(smsc_test_libs)
tests_smsc_test_smsc_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_smsc_SOURCES = tests/smsc/test_smsc.c tests/smsc/smpp_client.h
tests_smsc_test_smsc_LDADD = $(smsc_test_libs)
tests_smsc_test_smpp_front_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_smpp_front_SOURCES = tests/smsc/test_smpp_front.c tests/smsc/smpp_client.h
tests_smsc_test_smpp_front_LDADD = $(smsc_test_libs)
tests_smsc_test_options_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_options_LDADD = $(smsc_test_libs)
tests_smsc_test_smpp_hostile_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_smpp_hostile_SOURCES = tests/smsc/test_smpp_hostile.c tests/smsc/smpp_client.h tests/smsc/smpp_socket.h
tests_smsc_test_smpp_hostile_LDADD = $(smsc_test_libs)
tests_smsc_test_restart_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_restart_SOURCES = tests/smsc/test_restart.c tests/smsc/smpp_client.h tests/smsc/smpp_socket.h
tests_smsc_test_restart_LDADD = simsim/libsimsim.a handset/libhandset.a explain/libexplain.a smsc/libsmsc.a formats/libformats.a \
	protocol/libprotocol.a $(XML_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)
tests_smsc_test_message_store_CPPFLAGS = $(smsc_test_cppflags)
tests_smsc_test_message_store_LDADD = smsc/libsmsc.a protocol/libprotocol.a $(SQLITE_LIBS) $(CMOCKA_LIBS)
FUZZERS += tests/smsc/fuzz_smpp_pdu
tests_smsc_fuzz_smpp_pdu_LDADD = tests/protocol/libfuzz.a smsc/libsmsc.a protocol/libprotocol.a
TESTS += tests/smsc/simsim-man.t
EXTRA_DIST += tests/smsc/simsim-man.t
