# gateway-plugin/: the box and its command line; see ARCHITECTURE.md
include gateway-plugin/model/local.mk
include gateway-plugin/import/local.mk
include gateway-plugin/script/local.mk
include gateway-plugin/store/local.mk
include gateway-plugin/campaign/local.mk
include gateway-plugin/api/local.mk
include gateway-plugin/kannel/local.mk
include gateway-plugin/cliota/local.mk
