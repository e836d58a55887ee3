# gateway-plugin/notify/: tells operators' servers of receipts and PoRs
gateway_plugin_libgateway_a_SOURCES += \
	gateway-plugin/notify/http_post.c gateway-plugin/notify/http_post.h \
	gateway-plugin/notify/notifier.c gateway-plugin/notify/notifier.h \
	gateway-plugin/notify/signature.c gateway-plugin/notify/signature.h
