# explain/: bytes in words, for otapacket and for traces
noinst_LIBRARIES += explain/libexplain.a
explain_libexplain_a_SOURCES = \
	explain/explain.h \
	explain/explain_exchange.c \
	explain/explain_packet.c \
	explain/explain_script.c \
	explain/explain_security.c \
	explain/explain_sms.c \
	explain/explain_toolkit.c \
	explain/explanation.c explain/explanation.h \
	explain/explanation_lines.c
