# Kannel has no .pc file, only gw-config, whose flags want a sieve: of the
# compiler flags only -I (as system headers, they are not warning-clean) and -D
# are ours to take; of the libraries, --as-needed drops the database clients
# that gwlib could use and we do not.
AC_DEFUN([OTA_KANNEL], [
  AC_PATH_PROG([GW_CONFIG], [gw-config])
  AS_IF([test -z "$GW_CONFIG"], [AC_MSG_ERROR([gw-config not found: install Debian's kannel-dev])])
  KANNEL_CPPFLAGS=
  for flag in `$GW_CONFIG --cflags`; do
    AS_CASE([$flag],
      [-I/usr/include], [],
      [-I*], [KANNEL_CPPFLAGS="$KANNEL_CPPFLAGS -isystem `echo $flag | cut -c3-`"],
      [-D*], [KANNEL_CPPFLAGS="$KANNEL_CPPFLAGS $flag"])
  done
  KANNEL_LIBS="-Wl,--as-needed `$GW_CONFIG --libs`"
  AC_SUBST([KANNEL_CPPFLAGS])
  AC_SUBST([KANNEL_LIBS])
])
