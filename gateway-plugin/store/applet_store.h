/* Applets in the database. Conventions as in catalog_store.h. */
#ifndef OTA_STORE_APPLET_STORE_H
#define OTA_STORE_APPLET_STORE_H

#include "gateway-plugin/model/applet.h"
#include "gateway-plugin/store/store.h"

/* Fills id, created, updated, profile_name. A name taken within the profile is refused. */
int applet_insert(struct store *store, struct applet *applet, int64_t now, struct refusal *refusal);

/* With its load file: a new applet, or the one of that name that has no file yet (made with the profile),
 * whose TARs stay unless `applet` has some. */
int applet_upload(struct store *store, struct applet *applet, const uint8_t *load_file, int64_t now,
                  struct refusal *refusal);
int applet_get(struct store *store, int64_t id, struct applet *applet);
int applet_list(struct store *store, int64_t profile_id, struct page page, struct applet *rows, size_t *count);

#endif
