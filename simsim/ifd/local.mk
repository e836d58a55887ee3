# simsim/ifd/: the driver through which pcscd sees simsim's cards, and the framing that both ends know.
# The driver is a shared object of its own, loaded into pcscd: no libtool, no library, no sanitizer.
simsim_libsimsim_a_SOURCES += simsim/ifd/reader_frame.c simsim/ifd/reader_frame.h

ifddriver_PROGRAMS = simsim/ifd/libifdsimsim.so
simsim_ifd_libifdsimsim_so_SOURCES = simsim/ifd/ifd_handler.c \
	simsim/ifd/card_channel.c simsim/ifd/card_channel.h \
	simsim/ifd/reader_frame.c simsim/ifd/reader_frame.h
simsim_ifd_libifdsimsim_so_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
simsim_ifd_libifdsimsim_so_CFLAGS = $(OTA_PLAIN_CFLAGS) -fPIC
simsim_ifd_libifdsimsim_so_LDFLAGS = -shared -pthread -Wl,-z,defs -Wl,--version-script=$(srcdir)/simsim/ifd/exports.map
simsim_ifd_libifdsimsim_so_DEPENDENCIES = simsim/ifd/exports.map
simsim_ifd_libifdsimsim_so_LDADD =
EXTRA_DIST += simsim/ifd/exports.map
