/* Entities as JSON, with the SOP's field names in the SOP's order (docs/rest.md). New references; NULL: no
 * memory. */
#ifndef OTA_API_JSON_VIEWS_H
#define OTA_API_JSON_VIEWS_H

#include <jansson.h>

#include "gateway-plugin/model/applet.h"
#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/model/entities.h"
#include "gateway-plugin/model/toolkit_parameters.h"
#include "gateway-plugin/store/card_counter.h"
#include "gateway-plugin/store/message_store.h"
#include "gateway-plugin/store/template_store.h"

/* `base`: what URLs begin with, "http://HOST". */
json_t *profile_view(const struct profile *profile, const char *base);
json_t *applet_view(const struct applet *applet, const char *base);
/* toolkit_view.c */
json_t *toolkit_view(const struct toolkit_parameters *toolkit, const char *base);
json_t *card_view(const struct card *card, const char *base);
json_t *card_counter_view(const struct card_counter *counter);
json_t *card_group_view(const struct card_group *group, const char *base);
/* `commands` is taken over; NULL leaves the field out, as listings do. Of a text the message is shown when the
 * campaign has it. */
json_t *campaign_view(const struct campaign *campaign, json_t *commands, const char *base);
json_t *message_counts_view(const struct message_counts *counts);
/* What of a message is shown beside what all have. */
enum message_part {
    MESSAGE_PACKET = 1,   /* which packet it is, and how it was answered */
    MESSAGE_ANSWER = 2,   /* what the card answered */
    MESSAGE_PROGRESS = 4, /* whether it is settled */
};
json_t *message_parts_view(const struct message_view *message, unsigned int parts);
json_t *message_view_view(const struct message_view *message); /* all of it */
json_t *message_outcome_view(const struct message_view *message); /* in words */
json_t *text_message_view(const struct message_view *message); /* without what a card would answer */

/* `settings` is taken over; NULL leaves the field out, as listings do. */
json_t *template_view(const struct campaign_template *row, json_t *settings, const char *base);

/* What others are made of: a text as by printf(), null for "", the words of "A,B" as an array, a profile's URL. */
json_t *text_view(const char *format, ...) __attribute__((format(printf, 1, 2)));
json_t *text_or_null(const char *text);
json_t *words_view(const char *words);
json_t *profile_url(int64_t profile_id, const char *base);

/* "2026-11-22 13:30:19.314", UTC; null for 0. */
json_t *time_view(int64_t milliseconds);

#endif
