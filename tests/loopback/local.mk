# tests/loopback/: the whole way through the real bearerbox
loopback_tests = \
	tests/loopback/sop.t \
	tests/loopback/card-errors.t \
	tests/loopback/protection.t \
	tests/loopback/bad-input.t \
	tests/loopback/hostile.t \
	tests/loopback/notifications.t \
	tests/loopback/provision.t \
	tests/loopback/options.t \
	tests/loopback/algorithms.t \
	tests/loopback/counters.t \
	tests/loopback/routes.t \
	tests/loopback/faults.t \
	tests/loopback/retries.t \
	tests/loopback/parts.t \
	tests/loopback/placeholders.t \
	tests/loopback/texts.t \
	tests/loopback/pieces.t \
	tests/loopback/expanded.t \
	tests/loopback/restart.t \
	tests/loopback/life.t \
	tests/loopback/stranger.t \
	tests/loopback/losses.t \
	tests/loopback/kills.t \
	tests/loopback/quickstart.t \
	tests/loopback/smsbox.t \
	tests/loopback/pcsc.t \
	tests/loopback/pcsc-faults.t \
	tests/loopback/uicc.t \
	tests/loopback/pcsc-readers.t \
	tests/loopback/bridge-options.t
TESTS += $(loopback_tests)
EXTRA_DIST += $(loopback_tests) tests/loopback/lib.sh tests/loopback/pcsc-lib.sh tests/loopback/chaos.sh tests/loopback/soak.sh tests/loopback/soak-pcsc.sh

# 50 random rounds; SEED=… and ROUNDS=… repeat one that failed.
.PHONY: soak
soak: all
	SRCDIR='$(abs_top_srcdir)' BUILDDIR='$(abs_top_builddir)' bash $(srcdir)/tests/loopback/soak.sh

# Cards in readers for an hour; SOAK_SECONDS=… and SEED=….
.PHONY: soak-pcsc
soak-pcsc: all
	SRCDIR='$(abs_top_srcdir)' BUILDDIR='$(abs_top_builddir)' bash $(srcdir)/tests/loopback/soak-pcsc.sh

# The loopback and the engine once under ThreadSanitizer. gwlib is not
# instrumented: its locks are seen, its own data races are not.
.PHONY: check-tsan
check-tsan:
	bash $(srcdir)/tests/loopback/check-tsan.sh
EXTRA_DIST += tests/loopback/check-tsan.sh
