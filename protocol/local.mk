# protocol/: bytes <-> structs. libc and libcrypto only.
noinst_LIBRARIES += protocol/libprotocol.a
protocol_libprotocol_a_CFLAGS = $(OTA_CFLAGS) -Wconversion -Wsign-conversion
protocol_libprotocol_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
protocol_libprotocol_a_SOURCES = \
	protocol/algorithms.c protocol/algorithms.h \
	protocol/apdu.c protocol/apdu.h \
	protocol/bcd.c protocol/bcd.h \
	protocol/bytes.c protocol/bytes.h \
	protocol/command_packet.c protocol/command_packet.h \
	protocol/crc.c protocol/crc.h \
	protocol/data_coding.c protocol/data_coding.h \
	protocol/errors.c protocol/errors.h \
	protocol/expanded.c protocol/expanded.h \
	protocol/gsmtap.c protocol/gsmtap.h \
	protocol/gsm7.c protocol/gsm7.h \
	protocol/hex.c protocol/hex.h \
	protocol/install_parameters.c protocol/install_parameters.h \
	protocol/packet_crypto.c protocol/packet_crypto.h \
	protocol/packet_frame.c protocol/packet_frame.h \
	protocol/reassembly.c protocol/reassembly.h \
	protocol/response_packet.c protocol/response_packet.h \
	protocol/script_cut.c protocol/script_cut.h \
	protocol/security.c protocol/security.h \
	protocol/short_text.c protocol/short_text.h \
	protocol/sms_tpdu.c protocol/sms_tpdu.h \
	protocol/status_word.c protocol/status_word.h \
	protocol/tlv.c protocol/tlv.h \
	protocol/toolkit.c protocol/toolkit.h \
	protocol/toolkit_text.c protocol/toolkit_text.h \
	protocol/user_data.c protocol/user_data.h \
	protocol/utf8.c protocol/utf8.h
