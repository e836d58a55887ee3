# gateway-plugin/store/: SQL once over db.h, sealed keys, migrations
gateway_plugin_libgateway_a_SOURCES += \
	gateway-plugin/store/applet_store.c gateway-plugin/store/applet_store.h \
	gateway-plugin/store/campaign_store.c gateway-plugin/store/campaign_store.h \
	gateway-plugin/store/campaign_statistics.c gateway-plugin/store/campaign_statistics.h \
	gateway-plugin/store/campaign_work.c gateway-plugin/store/campaign_work.h \
	gateway-plugin/store/card_counter.c gateway-plugin/store/card_counter.h \
	gateway-plugin/store/card_change.c gateway-plugin/store/card_store.c \
	gateway-plugin/store/catalog_store.h \
	gateway-plugin/store/columns.c gateway-plugin/store/columns.h \
	gateway-plugin/store/counter_work.c gateway-plugin/store/counter_work.h \
	gateway-plugin/store/data_work.c gateway-plugin/store/data_work.h \
	gateway-plugin/store/deletion_work.c gateway-plugin/store/deletion_work.h \
	gateway-plugin/store/db.h gateway-plugin/store/db_sqlite.c \
	gateway-plugin/store/group_store.c \
	gateway-plugin/store/idempotency_store.c gateway-plugin/store/idempotency_store.h \
	gateway-plugin/store/database_lock.c gateway-plugin/store/database_lock.h \
	gateway-plugin/store/key_file.c gateway-plugin/store/key_file.h \
	gateway-plugin/store/master_key.c gateway-plugin/store/master_key.h \
	gateway-plugin/store/message_store.c gateway-plugin/store/message_store.h \
	gateway-plugin/store/message_work.c gateway-plugin/store/message_work.h \
	gateway-plugin/store/migrations.c gateway-plugin/store/migrations.h \
	gateway-plugin/store/named_object.c gateway-plugin/store/named_object.h \
	gateway-plugin/store/notification_store.c gateway-plugin/store/notification_store.h \
	gateway-plugin/store/profile_part.c gateway-plugin/store/profile_part.h \
	gateway-plugin/store/profile_store.c \
	gateway-plugin/store/reply_work.c gateway-plugin/store/reply_work.h \
	gateway-plugin/store/sealed_key.c gateway-plugin/store/sealed_key.h \
	gateway-plugin/store/statement.c gateway-plugin/store/statement.h \
	gateway-plugin/store/store.c gateway-plugin/store/store.h gateway-plugin/store/store_private.h \
	gateway-plugin/store/template_store.c gateway-plugin/store/template_store.h \
	gateway-plugin/store/token_store.c gateway-plugin/store/token_store.h \
	gateway-plugin/store/toolkit_store.c gateway-plugin/store/toolkit_store.h

# In order: the schema's history.
STORE_MIGRATION_FILES = \
	gateway-plugin/store/migrations/0001-initial.sql \
	gateway-plugin/store/migrations/0002-retries.sql \
	gateway-plugin/store/migrations/0003-card-lifecycle.sql \
	gateway-plugin/store/migrations/0004-counters.sql \
	gateway-plugin/store/migrations/0005-pieces.sql \
	gateway-plugin/store/migrations/0006-reply-parts.sql \
	gateway-plugin/store/migrations/0007-notifications.sql \
	gateway-plugin/store/migrations/0008-idempotency.sql \
	gateway-plugin/store/migrations/0009-outcomes.sql \
	gateway-plugin/store/migrations/0010-profile-settings.sql \
	gateway-plugin/store/migrations/0011-deleted-campaigns.sql \
	gateway-plugin/store/migrations/0012-templates.sql \
	gateway-plugin/store/migrations/0013-ids.sql \
	gateway-plugin/store/migrations/0014-packet-bytes.sql \
	gateway-plugin/store/migrations/0015-applets.sql \
	gateway-plugin/store/migrations/0016-placeholders.sql \
	gateway-plugin/store/migrations/0017-arrival.sql \
	gateway-plugin/store/migrations/0018-ram.sql \
	gateway-plugin/store/migrations/0019-toolkit-parameters.sql \
	gateway-plugin/store/migrations/0020-script-format.sql \
	gateway-plugin/store/migrations/0021-texts.sql \
	gateway-plugin/store/migrations/0022-counter-jumps.sql \
	gateway-plugin/store/migrations/0023-made-to-start.sql \
	gateway-plugin/store/migrations/0024-campaign-deletion.sql \
	gateway-plugin/store/migrations/0025-group-deletion.sql
STORE_MIGRATION_AWK = gateway-plugin/store/migrations.awk

nodist_gateway_plugin_libgateway_a_SOURCES = gateway-plugin/store/migrations_sql.c
gateway-plugin/store/migrations_sql.c: $(STORE_MIGRATION_FILES) $(STORE_MIGRATION_AWK)
	$(AM_V_GEN)$(MKDIR_P) gateway-plugin/store && \
	(cd $(srcdir) && $(AWK) -f $(STORE_MIGRATION_AWK) $(STORE_MIGRATION_FILES)) >$@.tmp && mv $@.tmp $@
EXTRA_DIST += $(STORE_MIGRATION_FILES) $(STORE_MIGRATION_AWK)
CLEANFILES += gateway-plugin/store/migrations_sql.c
