# tests/checks/: what holds for the whole tree
TESTS += tests/checks/check-includes.t tests/checks/options.t tests/checks/sop.t tests/checks/check-headers.t tests/checks/packages.t tests/checks/build-resumes.t tests/checks/man-pages.t
EXTRA_DIST += docs/sop.md tests/checks/sop.t tests/checks/options.t tests/checks/options.txt tests/checks/packages.t tests/checks/build-resumes.t tests/checks/man-pages.t tests/checks/check-includes.t tests/checks/check-headers.t tests/checks/include-breaches.sh \
	tests/checks/include-rules.txt

# First line for every header, second line more for those that see gwlib.
check_DATA += tests/checks/compile-flags
CLEANFILES += tests/checks/compile-flags
tests/checks/compile-flags: Makefile
	@$(MKDIR_P) tests/checks
	@{ echo '$(CC) $(DEFS) -I"$(abs_top_srcdir)" -I"$(abs_top_builddir)" $(XML_CFLAGS) $(JANSSON_CFLAGS) $(SQLITE_CFLAGS) $(CFLAGS) $(OTA_CFLAGS) -Werror'; \
	  echo '$(KANNEL_CPPFLAGS)'; } >$@
