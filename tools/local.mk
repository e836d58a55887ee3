# tools/: otapacket, for a lab's command line
bin_PROGRAMS += tools/otapacket
dist_man_MANS += docs/otapacket.1
tools_otapacket_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tools_otapacket_LDADD = explain/libexplain.a protocol/libprotocol.a $(JANSSON_LIBS) $(CRYPTO_LIBS)
tools_otapacket_SOURCES = tools/otapacket.c $(OTAPACKET_SOURCES)
OTAPACKET_SOURCES = \
	tools/answer.c tools/answer.h \
	tools/batch.c tools/batch.h \
	tools/byte_list.c tools/byte_list.h \
	tools/command.h tools/commands.c \
	tools/decode.c \
	tools/decode_por.c \
	tools/encode.c \
	tools/explain.c \
	tools/explanation_answer.c tools/explanation_answer.h \
	tools/help.c tools/help.h \
	tools/json_request.c tools/json_request.h \
	tools/key_file.c tools/key_file.h \
	tools/options.c tools/options.h \
	tools/packet_fields.c tools/packet_fields.h \
	tools/reassemble.c \
	tools/refusal.c tools/refusal.h \
	tools/request.c tools/request.h \
	tools/script_data.c tools/script_data.h \
	tools/script_file.c tools/script_file.h \
	tools/segment.c
