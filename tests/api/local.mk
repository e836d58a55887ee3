# tests/api/: the API over a socket, and cliota against it
API_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
API_TEST_LDADD = tests/api/libresttest.a gateway-plugin/libgateway.a formats/libformats.a protocol/libprotocol.a \
	$(SQLITE_LIBS) $(MICROHTTPD_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS) -lpthread

check_LIBRARIES += tests/api/libresttest.a
tests_api_libresttest_a_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_libresttest_a_SOURCES = \
	tests/api/raw_http.c tests/api/raw_http.h \
	tests/api/rest_fixture.c tests/api/rest_fixture.h

check_PROGRAMS += tests/api/test_rest
tests_api_test_rest_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_rest_LDADD = $(API_TEST_LDADD)
