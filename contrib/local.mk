# contrib/: the lab, and examples of configuration
dist_bin_SCRIPTS = contrib/otalab contrib/otalab-pcscd
dist_doc_DATA = contrib/otabox.conf contrib/bearerbox-otabox.conf pcsc-bridge/bridge.conf
EXTRA_DIST += contrib/prepare.sh contrib/build.sh contrib/install-packages.sh

# The SOP's files: otalab's cards when none are named.
sopdir = $(pkgdatadir)/sop
dist_sop_DATA = testdata/sop/Provisioning_3TestSubs.out testdata/sop/Commands.txt testdata/sop/TargetMSISDN_3TestSubs.txt
