# protocol/: bytes <-> structs. libc and libcrypto only.
noinst_LIBRARIES += protocol/libprotocol.a
protocol_libprotocol_a_CFLAGS = $(OTA_CFLAGS) -Wconversion -Wsign-conversion
protocol_libprotocol_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
protocol_libprotocol_a_SOURCES = \
	protocol/bcd.c protocol/bcd.h \
	protocol/bytes.c protocol/bytes.h \
	protocol/errors.c protocol/errors.h \
	protocol/hex.c protocol/hex.h \
	protocol/tlv.c protocol/tlv.h
