# gateway-plugin/api/: REST over libmicrohttpd
gateway_plugin_libgateway_a_SOURCES += \
	gateway-plugin/api/api.c gateway-plugin/api/api.h \
	gateway-plugin/api/applets.c \
	gateway-plugin/api/campaign_create.c gateway-plugin/api/campaign_request.h \
	gateway-plugin/api/campaign_start.c \
	gateway-plugin/api/campaigns.c \
	gateway-plugin/api/card_groups.c \
	gateway-plugin/api/card_messages.c \
	gateway-plugin/api/card_upload.c \
	gateway-plugin/api/cards.c \
	gateway-plugin/api/counters.c \
	gateway-plugin/api/http.h \
	gateway-plugin/api/http_server.c gateway-plugin/api/http_server.h \
	gateway-plugin/api/idempotency.c gateway-plugin/api/idempotency.h \
	gateway-plugin/api/json_read.c gateway-plugin/api/json_read.h \
	gateway-plugin/api/json_views.c gateway-plugin/api/json_views.h \
	gateway-plugin/api/listen_socket.c gateway-plugin/api/listen_socket.h \
	gateway-plugin/api/messages.c \
	gateway-plugin/api/named_objects.c gateway-plugin/api/named_objects.h \
	gateway-plugin/api/openapi.c gateway-plugin/api/openapi.h \
	gateway-plugin/api/problem.c gateway-plugin/api/problem.h \
	gateway-plugin/api/profile_fields.c gateway-plugin/api/profile_fields.h \
	gateway-plugin/api/profiles.c \
	gateway-plugin/api/report.c \
	gateway-plugin/api/resources.h \
	gateway-plugin/api/rest_server.c gateway-plugin/api/rest_server.h \
	gateway-plugin/api/routes.c \
	gateway-plugin/api/statistics.c \
	gateway-plugin/api/status.c \
	gateway-plugin/api/store_pool.c gateway-plugin/api/store_pool.h \
	gateway-plugin/api/templates.c \
	gateway-plugin/api/toolkit_parameters.c gateway-plugin/api/toolkit_view.c
EXTRA_DIST += docs/rest.md

# The document, as a text of the program.
nodist_gateway_plugin_libgateway_a_SOURCES += gateway-plugin/api/openapi_document.c
gateway-plugin/api/openapi_document.c: gateway-plugin/api/openapi.json gateway-plugin/api/openapi.awk
	$(AM_V_GEN)$(MKDIR_P) gateway-plugin/api && \
	(cd $(srcdir) && $(AWK) -f gateway-plugin/api/openapi.awk gateway-plugin/api/openapi.json) >$@.tmp && mv $@.tmp $@
EXTRA_DIST += gateway-plugin/api/openapi.json gateway-plugin/api/openapi.awk
CLEANFILES += gateway-plugin/api/openapi_document.c
