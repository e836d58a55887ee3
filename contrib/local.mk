# contrib/: the lab, and examples of configuration
dist_bin_SCRIPTS = contrib/otalab
dist_doc_DATA = contrib/otabox.conf contrib/bearerbox-otabox.conf
EXTRA_DIST += contrib/prepare.sh contrib/install-packages.sh
