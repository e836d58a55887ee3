# gateway-plugin/import/: the files of the SOP that become commands and groups
gateway_plugin_libgateway_a_SOURCES += \
	gateway-plugin/import/apdu_file.c gateway-plugin/import/apdu_file.h \
	gateway-plugin/import/applet_file.c gateway-plugin/import/applet_file.h \
	gateway-plugin/import/load_file.c gateway-plugin/import/load_file.h \
	gateway-plugin/import/data_file.c gateway-plugin/import/data_file.h \
	gateway-plugin/import/subscriber_list.c gateway-plugin/import/subscriber_list.h \
	gateway-plugin/import/text_lines.c gateway-plugin/import/text_lines.h
