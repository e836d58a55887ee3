/* Profiles, cards, keys and card groups in the database. Functions that take a
 * `refusal` return 0 or -1 with it; the others a store_result. `now`: milliseconds since the epoch. */
#ifndef OTA_STORE_CATALOG_STORE_H
#define OTA_STORE_CATALOG_STORE_H

#include "gateway-plugin/store/store.h"

/* --- profiles --- */
/* Fills id, created, updated, account. A taken name is refused. */
int profile_insert(struct store *store, struct profile *profile, int64_t now, struct refusal *refusal);
int profile_get(struct store *store, int64_t id, struct profile *profile);
/* Its settings; not its name (named_object.h). Fills what is not one of them. Refused: another counter scope
 * when a card has counters already. */
int profile_update(struct store *store, struct profile *profile, int64_t now, struct refusal *refusal);
/* *count in: room in `rows`; out: rows filled. Ordered by id. */
int profile_list(struct store *store, struct page page, struct profile *rows, size_t *count);
int profile_card_count(struct store *store, int64_t id, int64_t *count);

/* --- cards --- */
/* Seals the keys. Refuses an ICCID, IMSI or MSISDN that is provisioned already, naming the
 * field, its value and the card that has it: "MSISDN 961234567891 is already provisioned (card 2,
 * profile 1)". A refused card leaves nothing behind. `group_id` 0: in no group. */
int card_insert(struct store *store, int64_t profile_id, int64_t group_id, const struct card_record *record,
                int64_t now, struct card *card, struct refusal *refusal);
/* Are its ICCID, IMSI and MSISDN free? 0, or -1 with card_insert()'s refusal. Writes nothing. */
int card_check_numbers(struct store *store, const struct card_record *record, struct refusal *refusal);
int card_get(struct store *store, int64_t id, struct card *card);
int card_find_by_msisdn(struct store *store, const char *msisdn, struct card *card); /* digits, + allowed */
int card_find_by_iccid(struct store *store, const char *iccid, struct card *card);   /* final F allowed */
int card_find_by_imsi(struct store *store, const char *imsi, struct card *card);
int card_list(struct store *store, int64_t profile_id, int64_t group_id, struct page page, struct card *rows,
              size_t *count); /* 0: of any profile, of any group */

/* Is it one that a card can have? 0, or -1 with `refusal`. */
int card_check_msisdn(const char *digits, struct refusal *refusal);

/* Each fills *card with what it is then. Refused: a number of another card, a card that awaits an answer. */
int card_change_msisdn(struct store *store, int64_t id, const char *msisdn, int64_t now, struct card *card,
                       struct refusal *refusal); /* + allowed */
/* A blocked card is sent nothing. Refused when it is so already. */
int card_set_blocked(struct store *store, int64_t id, bool blocked, int64_t now, struct card *card,
                     struct refusal *refusal);
/* With its keys, counters and memberships; *card: what it was. Refused while a campaign has a message of it. */
int card_delete(struct store *store, int64_t id, struct card *card, struct refusal *refusal);

/* Opens the sealed keys of a key set. STORE_NOT_FOUND: the card has no such set. Wipe `keys` after use. */
int card_keys(struct store *store, int64_t card_id, uint8_t key_index, struct security_keys *keys);

/* --- card groups --- */
/* Fills id, created, updated, profile_name. A name taken within the profile is refused. */
int group_insert(struct store *store, struct card_group *group, int64_t now, struct refusal *refusal);
/* Twice is no error. STORE_NOT_FOUND: no such group or card, or they are of different profiles. */
int group_add_card(struct store *store, int64_t group_id, int64_t card_id);
int group_add_profile_cards(struct store *store, int64_t group_id);         /* every card of its profile */
int group_get(struct store *store, int64_t id, struct card_group *group);
int group_list(struct store *store, int64_t profile_id, struct page page, struct card_group *rows,
               size_t *count); /* 0: of any profile */

#endif
