# gateway-plugin/model/
gateway_plugin_libgateway_a_SOURCES += gateway-plugin/model/message.c gateway-plugin/model/message.h \
	gateway-plugin/model/message_facts.c gateway-plugin/model/message_facts.h
