/*
 * The engine's statements about campaigns and card groups that are deleted: after named_object_delete() nobody sees
 * them, but their rows are there, and go slice by slice.
 * All return a store_result and are called inside the engine's transaction. Nothing
 * here decides anything.
 */
#ifndef OTA_STORE_DELETION_WORK_H
#define OTA_STORE_DELETION_WORK_H

#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/store.h"

/* One that is deleted but for its rows; STORE_NOT_FOUND: there is none. */
int work_deletion_open(struct store *store, enum named_kind *kind, int64_t *id);

/* Its next `limit` rows go, its own with the last ones. What work_counter_get() tells of a campaign's messages stays
 * with the counters, but for the campaign's number. *more: rows are left. */
int work_deletion_slice(struct store *store, enum named_kind kind, int64_t id, int64_t limit, bool *more);

#endif
