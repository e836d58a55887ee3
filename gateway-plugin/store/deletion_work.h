/*
 * The engine's statements about campaigns that are deleted: after named_object_delete() nobody sees them, but their
 * rows are there, and go slice by slice.
 * All return a store_result and are called inside the engine's transaction. Nothing
 * here decides anything.
 */
#ifndef OTA_STORE_DELETION_WORK_H
#define OTA_STORE_DELETION_WORK_H

#include "gateway-plugin/store/store.h"

/* A campaign that is deleted but for its rows; STORE_NOT_FOUND: there is none. */
int work_deletion_open(struct store *store, int64_t *campaign_id);

/* Its next `limit` rows go, the campaign's own with the last ones. What work_counter_get() tells of messages stays
 * with the counters, but for the campaign's number. *more: rows are left. */
int work_deletion_slice(struct store *store, int64_t campaign_id, int64_t limit, bool *more);

#endif
