# gateway-plugin/: the box and its command line. libgateway.a is everything that
# knows neither gwlib nor the command line; each folder adds its own files.
noinst_LIBRARIES += gateway-plugin/libgateway.a
gateway_plugin_libgateway_a_SOURCES =
gateway_plugin_libgateway_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS) $(SQLITE_CFLAGS) $(MICROHTTPD_CFLAGS) $(CURL_CFLAGS) $(ZIP_CFLAGS)
include gateway-plugin/model/local.mk
include gateway-plugin/import/local.mk
include gateway-plugin/script/local.mk
include gateway-plugin/store/local.mk
include gateway-plugin/campaign/local.mk
include gateway-plugin/notify/local.mk
include gateway-plugin/api/local.mk
include gateway-plugin/kannel/local.mk
include gateway-plugin/cliota/local.mk

# The box itself; dependents first.
sbin_PROGRAMS += gateway-plugin/otabox
gateway_plugin_otabox_SOURCES = gateway-plugin/otabox.c gateway-plugin/first_token.c gateway-plugin/first_token.h
gateway_plugin_otabox_CPPFLAGS = $(gateway_plugin_libgateway_a_CPPFLAGS)
gateway_plugin_otabox_LDADD = gateway-plugin/kannel/libkannelbox.a gateway-plugin/libgateway.a \
	formats/libformats.a protocol/libprotocol.a $(MICROHTTPD_LIBS) $(CURL_LIBS) $(ZIP_LIBS) $(JANSSON_LIBS) $(SQLITE_LIBS) \
	$(KANNEL_LIBS) $(CRYPTO_LIBS) -lpthread
dist_man_MANS += docs/otabox.8
