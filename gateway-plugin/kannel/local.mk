# gateway-plugin/kannel/: the only folder that sees gwlib
noinst_LIBRARIES += gateway-plugin/kannel/libkannelbox.a
gateway_plugin_kannel_libkannelbox_a_SOURCES = \
	gateway-plugin/kannel/bearerbox_link.c gateway-plugin/kannel/bearerbox_link.h \
	gateway-plugin/kannel/kannel_config.c gateway-plugin/kannel/otabox-cfg.def \
	gateway-plugin/kannel/kannel_headers.h gateway-plugin/kannel/otabox_config.h \
	gateway-plugin/kannel/kannel_runtime.c gateway-plugin/kannel/kannel_runtime.h \
	gateway-plugin/kannel/message_frame.c gateway-plugin/kannel/message_frame.h \
	gateway-plugin/kannel/message_mapping.c gateway-plugin/kannel/message_mapping.h \
	gateway-plugin/kannel/message_reference.c gateway-plugin/kannel/message_reference.h \
	gateway-plugin/kannel/message_validator.c gateway-plugin/kannel/message_validator.h \
	gateway-plugin/kannel/ota_log.c gateway-plugin/kannel/ota_log.h \
	gateway-plugin/kannel/outbox.c gateway-plugin/kannel/outbox.h
gateway_plugin_kannel_libkannelbox_a_CPPFLAGS = $(AM_CPPFLAGS) $(KANNEL_CPPFLAGS)
