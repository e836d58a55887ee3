/* Toolkit parameters in the database; they never change but for their name. Conventions as in catalog_store.h. */
#ifndef OTA_STORE_TOOLKIT_STORE_H
#define OTA_STORE_TOOLKIT_STORE_H

#include "gateway-plugin/model/toolkit_parameters.h"
#include "gateway-plugin/store/store.h"

/* Fills id, created, updated, profile_name. A name taken within the profile is refused. */
int toolkit_insert(struct store *store, struct toolkit_parameters *toolkit, int64_t now, struct refusal *refusal);
int toolkit_get(struct store *store, int64_t id, struct toolkit_parameters *toolkit);
int toolkit_list(struct store *store, int64_t profile_id, struct page page, struct toolkit_parameters *rows,
                 size_t *count);

#endif
