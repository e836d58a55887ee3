# tests/bridge/: pcsc-bridge without a reader
check_PROGRAMS += tests/bridge/test_settings tests/bridge/test_t1_apdu tests/bridge/test_card_worker \
	tests/bridge/test_delivery_marks tests/bridge/test_pcsc_card
bridge_test_libs = pcsc-bridge/libpcscbridge.a handset/libhandset.a explain/libexplain.a smsc/libsmsc.a formats/libformats.a \
	protocol/libprotocol.a $(PCSC_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)
tests_bridge_test_settings_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_bridge_test_settings_LDADD = $(bridge_test_libs)
tests_bridge_test_t1_apdu_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_bridge_test_t1_apdu_LDADD = $(bridge_test_libs)
tests_bridge_test_card_worker_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_bridge_test_card_worker_LDADD = $(bridge_test_libs)
tests_bridge_test_delivery_marks_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_bridge_test_delivery_marks_LDADD = $(bridge_test_libs)
# It plays winscard, so it has no $(PCSC_LIBS).
tests_bridge_test_pcsc_card_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(PCSC_CFLAGS)
tests_bridge_test_pcsc_card_LDADD = pcsc-bridge/libpcscbridge.a protocol/libprotocol.a $(CMOCKA_LIBS)
TESTS += tests/bridge/pcsc-bridge-man.t
EXTRA_DIST += tests/bridge/pcsc-bridge-man.t

# A measurement, not a test: make bench.
EXTRA_PROGRAMS += tests/bridge/bench_bridge
tests_bridge_bench_bridge_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_bridge_bench_bridge_LDADD = smsc/libsmsc.a formats/libformats.a protocol/libprotocol.a $(PCSC_LIBS) $(CRYPTO_LIBS)
bench: bench-bridge
bench-bridge: tests/bridge/bench_bridge pcsc-bridge/pcsc-bridge simsim/simsim simsim/ifd/libifdsimsim.so
	SRCDIR='$(abs_top_srcdir)' BUILDDIR='$(abs_top_builddir)' bash $(srcdir)/tests/bridge/bench-bridge.sh
.PHONY: bench-bridge
CLEANFILES += tests/bridge/bench_bridge
EXTRA_DIST += tests/bridge/bench-bridge.sh
