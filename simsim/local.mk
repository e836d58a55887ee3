# simsim/: simulated cards and their fronts; see ARCHITECTURE.md
noinst_LIBRARIES += simsim/libsimsim.a
simsim_libsimsim_a_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(SQLITE_CFLAGS) $(CRYPTO_CFLAGS)
simsim_libsimsim_a_SOURCES = simsim/population.h

# simsim's front: SMPP, faults, options
simsim_libsimsim_a_SOURCES += simsim/apdu_front.h
