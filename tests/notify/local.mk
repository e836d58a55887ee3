# tests/notify/: notifications against an HTTP server of the tests' own
check_PROGRAMS += tests/notify/test_notifier
tests_notify_test_notifier_SOURCES = tests/notify/test_notifier.c tests/notify/http_sink.c tests/notify/http_sink.h
tests_notify_test_notifier_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_notify_test_notifier_LDADD = tests/campaign/libcampaignlab.a gateway-plugin/libgateway.a formats/libformats.a \
	protocol/libprotocol.a $(SQLITE_LIBS) $(JANSSON_LIBS) $(CURL_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS) -lpthread
