# handset/: the phone; see ARCHITECTURE.md
noinst_LIBRARIES += handset/libhandset.a
handset_libhandset_a_SOURCES = handset/card_link.h \
	handset/bip_channel.c handset/bip_channel.h \
	handset/bip_commands.c \
	handset/bip_rules.c handset/bip_rules.h \
	handset/bip_socket.c handset/bip_socket.h \
	handset/card_identity.c handset/card_identity.h \
	handset/card_pin.c handset/card_pin.h \
	handset/card_start.c handset/card_start.h \
	handset/conversation.c handset/conversation.h \
	handset/handset.c handset/handset.h \
	handset/local_information.c \
	handset/phone_texts.c handset/phone_texts.h \
	handset/proactive.c handset/proactive.h \
	handset/recorder.c handset/recorder.h \
	handset/secret_hiding.c handset/secret_hiding.h \
	handset/shown_text.c \
	handset/terminal.c handset/terminal.h \
	handset/terminal_tend.c handset/terminal_tend.h \
	handset/toolkit_timers.c
