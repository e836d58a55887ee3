# gateway-plugin/model/: entities and their rules; no I/O
gateway_plugin_libgateway_a_SOURCES += \
	gateway-plugin/model/applet.c gateway-plugin/model/applet.h \
	gateway-plugin/model/campaign.c gateway-plugin/model/campaign.h \
	gateway-plugin/model/campaign_text.c gateway-plugin/model/campaign_text.h \
	gateway-plugin/model/command.c gateway-plugin/model/command.h \
	gateway-plugin/model/entities.h \
	gateway-plugin/model/install_words.c gateway-plugin/model/install_words.h \
	gateway-plugin/model/message.c gateway-plugin/model/message.h \
	gateway-plugin/model/message_counter.c gateway-plugin/model/message_counter.h \
	gateway-plugin/model/message_facts.c gateway-plugin/model/message_facts.h \
	gateway-plugin/model/placeholders.c gateway-plugin/model/placeholders.h \
	gateway-plugin/model/name.c gateway-plugin/model/name.h \
	gateway-plugin/model/profile_settings.c gateway-plugin/model/profile_settings.h \
	gateway-plugin/model/range.c gateway-plugin/model/range.h \
	gateway-plugin/model/refusal.c gateway-plugin/model/refusal.h \
	gateway-plugin/model/script_answer.c gateway-plugin/model/script_answer.h \
	gateway-plugin/model/script_format.c gateway-plugin/model/script_format.h \
	gateway-plugin/model/script_outcome.c gateway-plugin/model/script_outcome.h \
	gateway-plugin/model/toolkit_parameters.c gateway-plugin/model/toolkit_parameters.h
