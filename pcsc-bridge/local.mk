# pcsc-bridge/: SIM cards in readers; see ARCHITECTURE.md
noinst_LIBRARIES += pcsc-bridge/libpcscbridge.a
pcsc_bridge_libpcscbridge_a_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
pcsc_bridge_libpcscbridge_a_SOURCES = \
	pcsc-bridge/bridge_front.c pcsc-bridge/bridge_front.h \
	pcsc-bridge/card_worker.c pcsc-bridge/card_worker.h \
	pcsc-bridge/delivery_marks.c pcsc-bridge/delivery_marks.h \
	pcsc-bridge/pcsc_card.c pcsc-bridge/pcsc_card.h \
	pcsc-bridge/reader_claims.c pcsc-bridge/reader_claims.h \
	pcsc-bridge/reader_watch.c pcsc-bridge/reader_watch.h \
	pcsc-bridge/settings.c pcsc-bridge/settings.h \
	pcsc-bridge/t1_apdu.c pcsc-bridge/t1_apdu.h

dist_man_MANS += docs/pcsc-bridge.8
sbin_PROGRAMS += pcsc-bridge/pcsc-bridge
pcsc_bridge_pcsc_bridge_SOURCES = pcsc-bridge/pcsc_bridge.c
pcsc_bridge_pcsc_bridge_LDADD = pcsc-bridge/libpcscbridge.a handset/libhandset.a explain/libexplain.a smsc/libsmsc.a \
	formats/libformats.a protocol/libprotocol.a $(PCSC_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS)
