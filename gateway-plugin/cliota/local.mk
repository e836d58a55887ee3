# gateway-plugin/cliota/: the command line; talks only REST
bin_PROGRAMS += gateway-plugin/cliota/cliota
bin_SCRIPTS += gateway-plugin/cliota/cliota.sh
EXTRA_DIST += gateway-plugin/cliota/cliota.sh docs/cliota.1
gateway_plugin_cliota_cliota_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS)
gateway_plugin_cliota_cliota_LDADD = formats/libformats.a protocol/libprotocol.a $(CURL_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS)
gateway_plugin_cliota_cliota_SOURCES = \
	gateway-plugin/cliota/applet_commands.c \
	gateway-plugin/cliota/card_commands.c \
	gateway-plugin/cliota/card_history.c \
	gateway-plugin/cliota/card_pieces.c gateway-plugin/cliota/card_pieces.h \
	gateway-plugin/cliota/card_reference.c gateway-plugin/cliota/card_reference.h \
	gateway-plugin/cliota/card_text.c gateway-plugin/cliota/card_text.h \
	gateway-plugin/cliota/cliota.c \
	gateway-plugin/cliota/command.h \
	gateway-plugin/cliota/commands.c gateway-plugin/cliota/commands.h \
	gateway-plugin/cliota/control.c \
	gateway-plugin/cliota/create_campaign.c \
	gateway-plugin/cliota/create_group.c \
	gateway-plugin/cliota/create_profile.c \
	gateway-plugin/cliota/document_file.c gateway-plugin/cliota/document_file.h \
	gateway-plugin/cliota/fields.c gateway-plugin/cliota/fields.h \
	gateway-plugin/cliota/group_of_file.c gateway-plugin/cliota/group_of_file.h \
	gateway-plugin/cliota/help.c gateway-plugin/cliota/help.h \
	gateway-plugin/cliota/input_file.c gateway-plugin/cliota/input_file.h \
	gateway-plugin/cliota/instance.c gateway-plugin/cliota/instance.h \
	gateway-plugin/cliota/key_text.c gateway-plugin/cliota/key_text.h \
	gateway-plugin/cliota/list_campaigns.c \
	gateway-plugin/cliota/list_cards.c \
	gateway-plugin/cliota/list_groups.c \
	gateway-plugin/cliota/list_messages.c \
	gateway-plugin/cliota/list_profiles.c \
	gateway-plugin/cliota/list_templates.c \
	gateway-plugin/cliota/listing.c gateway-plugin/cliota/listing.h \
	gateway-plugin/cliota/message.c gateway-plugin/cliota/message.h \
	gateway-plugin/cliota/object_commands.c \
	gateway-plugin/cliota/options.c gateway-plugin/cliota/options.h \
	gateway-plugin/cliota/piece_repeats.c gateway-plugin/cliota/piece_repeats.h \
	gateway-plugin/cliota/progress.c gateway-plugin/cliota/progress.h \
	gateway-plugin/cliota/provision.c \
	gateway-plugin/cliota/rejected_file.c gateway-plugin/cliota/rejected_file.h \
	gateway-plugin/cliota/rest_client.c gateway-plugin/cliota/rest_client.h \
	gateway-plugin/cliota/set_counter.c \
	gateway-plugin/cliota/set_profile.c \
	gateway-plugin/cliota/session.c gateway-plugin/cliota/session.h \
	gateway-plugin/cliota/settings.c gateway-plugin/cliota/settings.h \
	gateway-plugin/cliota/report.c \
	gateway-plugin/cliota/results.c gateway-plugin/cliota/results.h \
	gateway-plugin/cliota/show_campaign.c \
	gateway-plugin/cliota/start.c \
	gateway-plugin/cliota/status.c \
	gateway-plugin/cliota/table.c gateway-plugin/cliota/table.h \
	gateway-plugin/cliota/text_file.c gateway-plugin/cliota/text_file.h \
	gateway-plugin/cliota/toolkit_commands.c \
	gateway-plugin/cliota/version.c \
	gateway-plugin/cliota/watch.c
dist_man_MANS += docs/cliota.1
