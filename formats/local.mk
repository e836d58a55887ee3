# formats/: files that both sides of the air read; see ARCHITECTURE.md
noinst_LIBRARIES += formats/libformats.a
formats_libformats_a_SOURCES = formats/card_file.c formats/card_file.h \
	formats/card_numbers.c formats/card_numbers.h \
	formats/config_file.c formats/config_file.h \
	formats/text_trim.c formats/text_trim.h
