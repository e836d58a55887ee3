/* What POST /api/campaigns takes, read and checked: also the body of a template, and what comes of one. */
#ifndef OTA_API_CAMPAIGN_REQUEST_H
#define OTA_API_CAMPAIGN_REQUEST_H

#include "gateway-plugin/api/api.h"
#include "gateway-plugin/import/apdu_file.h"
#include "gateway-plugin/model/campaign.h"

struct campaign_request {
    const char *type, *name, *spi, *tar, *kic, *kid, *mode, *apdus, *expected_sw, *retry, *format, *chaining;
    const char *urls[NOTIFICATION_KIND_COUNT];
    int64_t template_id; /* 0: none; its settings are in the body already */
    struct campaign campaign;
    struct profile profile;
    struct apdu_file commands;
    json_t *warnings;
};

/* Everything that can be refused before anything is stored. `body` is borrowed until campaign_request_free(),
 * which is to be called in any case. 0, or -1 with `refusal`. */
int campaign_request_read(struct api_call *call, const json_t *body, struct campaign_request *request,
                          struct refusal *refusal);
void campaign_request_free(struct campaign_request *request);

/* Makes the campaign and fills its id and dates. 0, or -1 with `refusal`. */
int campaign_request_store(struct api_call *call, struct campaign_request *request, struct refusal *refusal);

/* Behind what the body says itself, what the template says that its field template_id names, if there is one: *body
 * is then another one. 0, or -1 with `refusal`. */
int template_complete(struct api_call *call, json_t **body, struct refusal *refusal);

#endif
