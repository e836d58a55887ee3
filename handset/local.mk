# handset/: the phone; see ARCHITECTURE.md
noinst_LIBRARIES += handset/libhandset.a
handset_libhandset_a_SOURCES = handset/card_link.h \
	handset/handset.c handset/handset.h
