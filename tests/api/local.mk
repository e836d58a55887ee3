# tests/api/: the API over a socket, and cliota against it
API_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
API_TEST_LDADD = tests/api/libresttest.a gateway-plugin/libgateway.a formats/libformats.a protocol/libprotocol.a \
	$(SQLITE_LIBS) $(ZIP_LIBS) $(MICROHTTPD_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS) -lpthread

check_LIBRARIES += tests/api/libresttest.a
tests_api_libresttest_a_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_libresttest_a_SOURCES = \
	tests/api/raw_http.c tests/api/raw_http.h \
	tests/api/rest_walk.c tests/api/rest_walk.h \
	tests/api/rest_fixture.c tests/api/rest_fixture.h

check_PROGRAMS += tests/api/test_rest
tests_api_test_rest_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_rest_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_changes
tests_api_test_changes_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_changes_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_idempotency
tests_api_test_idempotency_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_idempotency_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_campaign_life
tests_api_test_campaign_life_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_campaign_life_LDADD = $(API_TEST_LDADD)
check_PROGRAMS += tests/api/test_results
tests_api_test_results_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_results_LDADD = $(API_TEST_LDADD)
check_PROGRAMS += tests/api/test_profiles
tests_api_test_profiles_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_profiles_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_openapi
tests_api_test_openapi_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_openapi_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_placeholders
tests_api_test_placeholders_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_placeholders_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_texts
tests_api_test_texts_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_texts_LDADD = $(API_TEST_LDADD)
check_PROGRAMS += tests/api/test_ram
tests_api_test_ram_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_ram_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_toolkit
tests_api_test_toolkit_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_toolkit_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_templates
tests_api_test_templates_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_templates_LDADD = $(API_TEST_LDADD)
check_PROGRAMS += tests/api/test_random_walk
tests_api_test_random_walk_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_random_walk_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_card_counters
tests_api_test_card_counters_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_card_counters_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_hostile
tests_api_test_hostile_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_hostile_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_start
tests_api_test_start_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_start_LDADD = $(API_TEST_LDADD)

check_PROGRAMS += tests/api/test_catalog
tests_api_test_catalog_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_test_catalog_LDADD = $(API_TEST_LDADD)

# cliota.t needs the API as a program; it is no test itself.
EXTRA_PROGRAMS += tests/api/api_server
check_DATA += tests/api/api_server$(EXEEXT)
CLEANFILES += tests/api/api_server$(EXEEXT)
tests_api_api_server_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_api_server_LDADD = $(API_TEST_LDADD)

TESTS += tests/api/cliota.t
EXTRA_DIST += tests/api/cliota.t \
	tests/golden/cliota-campaign.txt tests/golden/cliota-group.txt tests/golden/cliota-profile.txt \
	tests/golden/cliota-provision.txt tests/golden/cliota-results.txt tests/golden/cliota-report.txt tests/golden/cliota-template.txt tests/golden/cliota-text.txt \
	tests/golden/cliota-toolkit.txt tests/golden/cliota-usage.txt

# Writes tests/golden/ anew; the difference is part of the change.
.PHONY: update-golden
update-golden: all tests/api/api_server$(EXEEXT)
	UPDATE_GOLDEN=1 SRCDIR='$(abs_top_srcdir)' BUILDDIR='$(abs_top_builddir)' $(srcdir)/tests/api/cliota.t

# By hand: docs/performance.md
EXTRA_PROGRAMS += tests/api/measure_api
tests_api_measure_api_CPPFLAGS = $(API_TEST_CPPFLAGS)
tests_api_measure_api_LDADD = $(API_TEST_LDADD)
