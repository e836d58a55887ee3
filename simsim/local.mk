# simsim/: simulated cards and their fronts; see ARCHITECTURE.md
noinst_LIBRARIES += simsim/libsimsim.a
simsim_libsimsim_a_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(SQLITE_CFLAGS) $(CRYPTO_CFLAGS)
simsim_libsimsim_a_SOURCES = simsim/population.h

# simsim's front: SMPP, faults, options
simsim_libsimsim_a_CPPFLAGS += -DPKGDATADIR='"$(pkgdatadir)"' \
	-DBUILD_DIRECTORY='"$(abs_top_builddir)/simsim"' -DSOURCE_DIRECTORY='"$(abs_top_srcdir)/simsim"'
simsim_libsimsim_a_SOURCES += simsim/apdu_front.h \
	simsim/fault_plan.c simsim/fault_plan.h \
	simsim/options.c simsim/options.h \
	simsim/smpp_front.c simsim/smpp_front.h
