# gateway-plugin/script/: command lines -> the secured data of a packet
gateway_plugin_libgateway_a_SOURCES += \
	gateway-plugin/script/script.c gateway-plugin/script/script.h \
	gateway-plugin/script/pieces.c gateway-plugin/script/pieces.h
