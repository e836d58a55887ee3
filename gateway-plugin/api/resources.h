/* The handlers that routes.c names, one file a resource. All have the type of api_route.handle. */
#ifndef OTA_API_RESOURCES_H
#define OTA_API_RESOURCES_H

#include "gateway-plugin/api/api.h"

/* status.c */
json_t *status_show(struct api_call *call, struct refusal *refusal);

/* openapi.c */
json_t *openapi_show(struct api_call *call, struct refusal *refusal);

/* profiles.c */
json_t *profiles_list(struct api_call *call, struct refusal *refusal);
json_t *profiles_create(struct api_call *call, struct refusal *refusal);
json_t *profiles_change(struct api_call *call, struct refusal *refusal);

/* The query parameter `profile` of a listing: 0 when it is not given. -1 with `refusal`, also when there is no such one. */
int profiles_query(struct api_call *call, int64_t *profile_id, struct refusal *refusal);

/* applets.c */
json_t *applets_upload(struct api_call *call, struct refusal *refusal);

/* toolkit_parameters.c */
json_t *toolkit_parameters_create(struct api_call *call, struct refusal *refusal);

/* cards.c */
json_t *cards_list(struct api_call *call, struct refusal *refusal);
json_t *cards_of_profile(struct api_call *call, struct refusal *refusal);
json_t *cards_show(struct api_call *call, struct refusal *refusal);
json_t *cards_change(struct api_call *call, struct refusal *refusal);
json_t *cards_delete(struct api_call *call, struct refusal *refusal);
/* Of a group or a profile, 0 for any; also the cards of card_groups.c. */
json_t *cards_page(struct api_call *call, int64_t profile_id, int64_t group_id, struct refusal *refusal);

/* counters.c */
json_t *counters_set(struct api_call *call, struct refusal *refusal);
json_t *counters_jump_card(struct api_call *call, struct refusal *refusal);
json_t *counters_jump_profile(struct api_call *call, struct refusal *refusal);
json_t *counters_jump_group(struct api_call *call, struct refusal *refusal);

/* card_messages.c */
json_t *card_messages_list(struct api_call *call, struct refusal *refusal);

/* card_upload.c */
json_t *cards_provision(struct api_call *call, struct refusal *refusal);
json_t *cards_provision_file(struct api_call *call, struct refusal *refusal);

/* card_groups.c */
json_t *card_groups_list(struct api_call *call, struct refusal *refusal);
json_t *card_groups_create(struct api_call *call, struct refusal *refusal);
json_t *card_groups_show(struct api_call *call, struct refusal *refusal);
json_t *card_groups_cards(struct api_call *call, struct refusal *refusal);

/* campaigns.c */
json_t *campaigns_list(struct api_call *call, struct refusal *refusal);
json_t *campaigns_delete(struct api_call *call, struct refusal *refusal);
json_t *campaigns_retry_failed(struct api_call *call, struct refusal *refusal);
json_t *campaigns_pause(struct api_call *call, struct refusal *refusal);
json_t *campaigns_resume(struct api_call *call, struct refusal *refusal);
json_t *campaigns_terminate(struct api_call *call, struct refusal *refusal);
/* With its commands and counts. */
json_t *campaign_full_view(struct api_call *call, const struct campaign *campaign, struct refusal *refusal);

/* campaign_start.c */
json_t *campaigns_start(struct api_call *call, struct refusal *refusal);
/* What it does; also for a campaign that was made of a template just now. */
json_t *campaign_start_by(struct api_call *call, int64_t id, const json_t *body, struct refusal *refusal);
/* Wipes the keys of such a body, before it is freed. */
void campaign_start_wipe(const json_t *body);

/* campaign_create.c */
json_t *campaigns_create(struct api_call *call, struct refusal *refusal);

/* report.c */
json_t *report_list(struct api_call *call, struct refusal *refusal);

/* statistics.c */
json_t *statistics_show(struct api_call *call, struct refusal *refusal);

/* templates.c */
json_t *templates_list(struct api_call *call, struct refusal *refusal);
json_t *templates_create(struct api_call *call, struct refusal *refusal);
json_t *templates_start(struct api_call *call, struct refusal *refusal);

/* messages.c */
json_t *messages_list(struct api_call *call, struct refusal *refusal);

#endif
