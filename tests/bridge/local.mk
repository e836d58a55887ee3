# tests/bridge/: pcsc-bridge without a reader
check_PROGRAMS += tests/bridge/test_settings tests/bridge/test_recorder
bridge_test_libs = pcsc-bridge/libpcscbridge.a handset/libhandset.a smsc/libsmsc.a formats/libformats.a \
	protocol/libprotocol.a $(PCSC_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)
tests_bridge_test_settings_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_bridge_test_settings_LDADD = $(bridge_test_libs)
tests_bridge_test_recorder_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_bridge_test_recorder_LDADD = $(bridge_test_libs)
TESTS += tests/bridge/pcsc-bridge-man.t
EXTRA_DIST += tests/bridge/pcsc-bridge-man.t
