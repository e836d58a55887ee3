# tests/store/: model, store, import and script
STORE_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
STORE_TEST_LIBS = gateway-plugin/libgateway.a formats/libformats.a protocol/libprotocol.a \
	$(CMOCKA_LIBS) $(CRYPTO_LIBS) $(SQLITE_LIBS) -lpthread

check_LIBRARIES += tests/store/libfixture.a
tests_store_libfixture_a_SOURCES = tests/store/fixture.c tests/store/fixture.h
tests_store_libfixture_a_CPPFLAGS = $(STORE_TEST_CPPFLAGS)

check_PROGRAMS += tests/store/test_refusal
tests_store_test_refusal_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_refusal_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_name
tests_store_test_name_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_name_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_campaign
tests_store_test_campaign_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_campaign_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_script
tests_store_test_script_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_script_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_script_outcome
tests_store_test_script_outcome_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_script_outcome_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_apdu_file
tests_store_test_apdu_file_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_apdu_file_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_applet_file
tests_store_test_applet_file_CPPFLAGS = $(STORE_TEST_CPPFLAGS) $(ZIP_CFLAGS)
tests_store_test_applet_file_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS) $(ZIP_LIBS)
EXTRA_DIST += testdata/applets

check_PROGRAMS += tests/store/test_subscriber_list
tests_store_test_subscriber_list_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_subscriber_list_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

EXTRA_DIST += tests/store/golden/campaign_states.txt tests/store/golden/schema-1.sql

check_PROGRAMS += tests/store/test_db
tests_store_test_db_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_db_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_store
tests_store_test_store_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_store_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_sealed_key
tests_store_test_sealed_key_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_sealed_key_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_catalog_store
tests_store_test_catalog_store_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_catalog_store_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_campaign_store
tests_store_test_campaign_store_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_campaign_store_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

check_PROGRAMS += tests/store/test_token_store
tests_store_test_token_store_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_test_token_store_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)

EXTRA_PROGRAMS += tests/store/measure_provision
tests_store_measure_provision_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_store_measure_provision_LDADD = tests/store/libfixture.a $(STORE_TEST_LIBS)
