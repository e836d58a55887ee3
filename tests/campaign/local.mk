# tests/campaign/: the engine over a fake bearer, a fake clock and cards that answer real packets
EXTRA_DIST += tests/golden/message-states.txt
campaign_tests_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
campaign_tests_libs = gateway-plugin/libgateway.a formats/libformats.a protocol/libprotocol.a \
	$(SQLITE_LIBS) $(JANSSON_LIBS) $(MICROHTTPD_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS) -lpthread

check_LIBRARIES += tests/campaign/libcampaignlab.a
tests_campaign_libcampaignlab_a_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_libcampaignlab_a_SOURCES = \
	tests/campaign/fake_bearer.c tests/campaign/fake_bearer.h \
	tests/campaign/lab.c tests/campaign/lab.h \
	tests/campaign/lab_fixture.c tests/campaign/lab_fixture.h

check_PROGRAMS += tests/campaign/test_message_facts tests/campaign/test_message_counter tests/campaign/test_rules \
	tests/campaign/test_outcomes tests/campaign/test_retry_failed tests/campaign/test_reply_protection \
	tests/campaign/test_delivery_reports tests/campaign/test_sms_parts tests/campaign/test_send_window \
	tests/campaign/test_unsendable tests/campaign/test_engine_survives \
	tests/campaign/test_retry tests/campaign/test_counters tests/campaign/test_pieces \
	tests/campaign/test_throughput tests/campaign/test_life tests/campaign/test_expanded tests/campaign/test_texts \
	tests/campaign/test_slices
tests_campaign_test_slices_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_slices_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_expanded_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_expanded_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_texts_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_texts_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_life_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_life_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_message_facts_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_message_facts_LDADD = $(campaign_tests_libs)
tests_campaign_test_outcomes_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_outcomes_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_retry_failed_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_retry_failed_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_reply_protection_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_reply_protection_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_delivery_reports_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_delivery_reports_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_sms_parts_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_sms_parts_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_send_window_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_send_window_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_unsendable_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_unsendable_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_engine_survives_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_engine_survives_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_message_counter_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_message_counter_LDADD = $(campaign_tests_libs)
tests_campaign_test_rules_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_rules_LDFLAGS = -Wl,--wrap=packet_crypto_forget
tests_campaign_test_rules_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_retry_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_retry_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_pieces_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_pieces_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_counters_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_counters_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
tests_campaign_test_throughput_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_throughput_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)

EXTRA_PROGRAMS += tests/campaign/measure_sizes
tests_campaign_measure_sizes_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_measure_sizes_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)

check_PROGRAMS += tests/campaign/test_reply_joiner tests/campaign/test_replies
tests_campaign_test_reply_joiner_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_reply_joiner_LDADD = $(campaign_tests_libs)
tests_campaign_test_replies_CPPFLAGS = $(campaign_tests_cppflags)
tests_campaign_test_replies_LDADD = tests/campaign/libcampaignlab.a $(campaign_tests_libs)
