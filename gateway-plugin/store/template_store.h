/* Campaign templates in the database: a checked body of a campaign's creation, with a name. Conventions as in
 * catalog_store.h. */
#ifndef OTA_STORE_TEMPLATE_STORE_H
#define OTA_STORE_TEMPLATE_STORE_H

#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/store/store.h"

struct campaign_template {
    int64_t id, profile_id;
    char profile_name[NAME_MAX_LENGTH + 1];
    char name[NAME_MAX_LENGTH + 1];
    enum campaign_type type;
    int64_t applet_id, tkp_id; /* that its body names and that must stay; 0: none */
    int64_t created, updated;
};

/* `body`: a JSON object. Fills id, created, updated, profile_name. */
int template_insert(struct store *store, struct campaign_template *row, const char *body, int64_t now,
                    struct refusal *refusal);
/* *body, unless `body` is NULL: by malloc, the caller's. */
int template_get(struct store *store, int64_t id, struct campaign_template *row, char **body);
int template_list(struct store *store, int64_t profile_id, struct page page, struct campaign_template *rows,
                  size_t *count);

/* The first of NAME-1, NAME-2 … that no campaign of the profile has; a name too long is cut. STORE_OK or
 * STORE_FAILED. */
int template_campaign_name(struct store *store, const struct campaign_template *row,
                           char name[static NAME_MAX_LENGTH + 1]);

#endif
