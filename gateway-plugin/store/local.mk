# gateway-plugin/store/
gateway_plugin_libgateway_a_SOURCES += gateway-plugin/store/message_store.c gateway-plugin/store/message_store.h \
	gateway-plugin/store/message_work.c gateway-plugin/store/message_work.h
