# gateway-plugin/: the box and its command line. libgateway.a is everything that
# knows neither gwlib nor the command line; each folder adds its own files.
noinst_LIBRARIES += gateway-plugin/libgateway.a
gateway_plugin_libgateway_a_SOURCES =
gateway_plugin_libgateway_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS) $(SQLITE_CFLAGS) $(MICROHTTPD_CFLAGS)
include gateway-plugin/model/local.mk
include gateway-plugin/import/local.mk
include gateway-plugin/script/local.mk
include gateway-plugin/store/local.mk
include gateway-plugin/campaign/local.mk
include gateway-plugin/api/local.mk
include gateway-plugin/kannel/local.mk
include gateway-plugin/cliota/local.mk
