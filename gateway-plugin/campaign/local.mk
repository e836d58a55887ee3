# gateway-plugin/campaign/: the engine, one file a role of its passes
gateway_plugin_libgateway_a_SOURCES += \
	gateway-plugin/campaign/bearer.h \
	gateway-plugin/campaign/card_data.c gateway-plugin/campaign/card_data.h \
	gateway-plugin/campaign/clock.c gateway-plugin/campaign/clock.h \
	gateway-plugin/campaign/control.c gateway-plugin/campaign/control.h \
	gateway-plugin/campaign/core.h \
	gateway-plugin/campaign/deadlines.c gateway-plugin/campaign/deadlines.h \
	gateway-plugin/campaign/deletion.c gateway-plugin/campaign/deletion.h \
	gateway-plugin/campaign/engine.c gateway-plugin/campaign/engine.h \
	gateway-plugin/campaign/events.c gateway-plugin/campaign/events.h \
	gateway-plugin/campaign/id_set.c gateway-plugin/campaign/id_set.h \
	gateway-plugin/campaign/message_builder.c gateway-plugin/campaign/message_builder.h \
	gateway-plugin/campaign/messages.c gateway-plugin/campaign/messages.h \
	gateway-plugin/campaign/notification.c gateway-plugin/campaign/notification.h \
	gateway-plugin/campaign/payload.c gateway-plugin/campaign/payload.h \
	gateway-plugin/campaign/plan.c gateway-plugin/campaign/plan.h \
	gateway-plugin/campaign/plan_cache.c gateway-plugin/campaign/plan_cache.h \
	gateway-plugin/campaign/plan_limits.c gateway-plugin/campaign/plan_limits.h \
	gateway-plugin/campaign/reply_joiner.c gateway-plugin/campaign/reply_joiner.h \
	gateway-plugin/campaign/reply_matcher.c gateway-plugin/campaign/reply_matcher.h \
	gateway-plugin/campaign/reply_trial.c gateway-plugin/campaign/reply_trial.h \
	gateway-plugin/campaign/runner.c gateway-plugin/campaign/runner.h \
	gateway-plugin/campaign/sender.c gateway-plugin/campaign/sender.h \
	gateway-plugin/campaign/target.c gateway-plugin/campaign/target.h \
	gateway-plugin/campaign/text_message.c \
	gateway-plugin/campaign/volume.c gateway-plugin/campaign/volume.h
