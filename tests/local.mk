# tests/: each folder of tests has a fragment of its own
include tests/protocol/local.mk
include tests/formats/local.mk
include tests/card/local.mk
include tests/smsc/local.mk
include tests/readers/local.mk
include tests/handset/local.mk
include tests/bridge/local.mk
include tests/store/local.mk
include tests/campaign/local.mk
include tests/notify/local.mk
include tests/api/local.mk
include tests/kannel/local.mk
include tests/loopback/local.mk
include tests/tools/local.mk
include tests/checks/local.mk
check_PROGRAMS += $(FUZZERS)
EXTRA_DIST += tests/measuring.h
