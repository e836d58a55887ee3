#include "gateway-plugin/campaign/target.h"

#include <string.h>

#include "gateway-plugin/campaign/message_builder.h"
#include "gateway-plugin/store/catalog_store.h"
#include "protocol/errors.h"

static int target_group(struct store *store, int64_t group_id, struct campaign *campaign,
                        struct refusal *refusal)
{
    struct card_group group;
    int rc = group_get(store, group_id, &group);
    if (rc != STORE_OK)
        return store_found(store, rc, "card group", group_id, refusal);
    if (group.profile_id != campaign->profile_id)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "card group %lld belongs to profile %lld, campaign %lld to profile %lld",
                      (long long)group_id, (long long)group.profile_id, (long long)campaign->id,
                      (long long)campaign->profile_id);
    if (group.card_count == 0)
        return refuse(refusal, REFUSAL_CONFLICT, "card group %lld '%s' has no cards", (long long)group_id,
                      group.name);
    campaign->group_id = group.id;
    campaign->card_id = 0;
    return 0;
}

/* --- one card by its numbers --- */

#define NUMBERS 3

struct number {
    const char *name, *value; /* value NULL: not given */
    int (*find)(struct store *store, const char *value, struct card *card);
};

static void numbers_of(const struct campaign_target *target, struct number numbers[static NUMBERS])
{
    numbers[0] = (struct number){"MSISDN", target->msisdn, card_find_by_msisdn};
    numbers[1] = (struct number){"ICCID", target->iccid, card_find_by_iccid};
    numbers[2] = (struct number){"IMSI", target->imsi, card_find_by_imsi};
}

static bool has_number(const struct campaign_target *target)
{
    return target->msisdn != NULL || target->iccid != NULL || target->imsi != NULL;
}

/* `known` is the number of `card`, `other` is not. */
static int refuse_mixture(const struct number *known, const struct card *card, const struct number *other,
                          int64_t other_card, struct refusal *refusal)
{
    if (other_card == 0)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "%s %.24s is that of card %lld, %s %.24s of none, expected the numbers of one card",
                      known->name, known->value, (long long)card->id, other->name, other->value);
    return refuse(refusal, REFUSAL_CONFLICT,
                  "%s %.24s is that of card %lld, %s %.24s that of card %lld, expected the numbers of one card",
                  known->name, known->value, (long long)card->id, other->name, other->value,
                  (long long)other_card);
}

/* 1: it is there; 0: none of the numbers is a card's; -1: they do not name one card, or the store failed. */
static int find_by_numbers(struct store *store, const struct campaign_target *target, struct card *card,
                           struct refusal *refusal)
{
    struct number numbers[NUMBERS];
    const struct number *known = NULL, *unknown = NULL;
    numbers_of(target, numbers);
    for (size_t i = 0; i < NUMBERS; i++) {
        struct card found;
        int rc = numbers[i].value != NULL ? numbers[i].find(store, numbers[i].value, &found) : STORE_NOT_FOUND;
        if (rc == STORE_FAILED)
            return store_refuse(store, "card", refusal);
        if (rc == STORE_NOT_FOUND) {
            unknown = numbers[i].value != NULL ? &numbers[i] : unknown;
        } else if (known == NULL) {
            known = &numbers[i];
            *card = found;
        } else if (found.id != card->id) {
            return refuse_mixture(known, card, &numbers[i], found.id, refusal);
        }
    }
    if (known != NULL && unknown != NULL)
        return refuse_mixture(known, card, unknown, 0, refusal);
    return known != NULL;
}

/* `behind` follows the number. */
static int refuse_missing_card(const struct campaign_target *target, const char *behind,
                               struct refusal *refusal)
{
    struct number numbers[NUMBERS], *given = numbers;
    numbers_of(target, numbers);
    while (given->value == NULL)
        given++;
    return refuse(refusal, REFUSAL_NOT_FOUND, "no card has the %s %.40s%s", given->name, given->value, behind);
}

static int find_card(struct store *store, const struct campaign_target *target, struct card *card,
                     struct refusal *refusal)
{
    if (target->card_id == 0) {
        int found = find_by_numbers(store, target, card, refusal);
        return found != 0 ? found : refuse_missing_card(target, "", refusal);
    }
    int rc = card_get(store, target->card_id, card);
    return rc == STORE_OK ? 1 : store_found(store, rc, "card", target->card_id, refusal);
}

static int target_card(struct store *store, const struct campaign_target *target, struct campaign *campaign,
                       struct refusal *refusal)
{
    struct card card;
    if (find_card(store, target, &card, refusal) < 0)
        return -1;
    if (card.profile_id != campaign->profile_id)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "card %lld (MSISDN %s) belongs to profile %lld, campaign %lld to profile %lld",
                      (long long)card.id, card.msisdn, (long long)card.profile_id, (long long)campaign->id,
                      (long long)campaign->profile_id);
    campaign->card_id = card.id;
    campaign->group_id = 0;
    return 0;
}

int target_set(struct store *store, const struct campaign_target *target, struct campaign *campaign,
               struct refusal *refusal)
{
    int given = (target->group_id != 0) + (target->card_id != 0) + has_number(target);
    if (given != 1)
        return refuse(refusal, REFUSAL_INVALID,
                      "campaign %lld: %d targets given, expected one: a card group, or a card",
                      (long long)campaign->id, given);
    return target->group_id != 0 ? target_group(store, target->group_id, campaign, refusal)
                                 : target_card(store, target, campaign, refusal);
}

/* --- a new card --- */

/* What card_insert() cannot see any more, because the text does not fit its field. */
static int copy_number(const char *name, const char *text, size_t length, char *to, size_t size,
                       struct refusal *refusal)
{
    if (length >= size)
        return refuse(refusal, REFUSAL_INVALID, "%s %.24s… has %zu digits, expected at most %zu", name, text,
                      length, size - 1);
    memcpy(to, text, length);
    to[length] = '\0';
    return 0;
}

static int make_record(const struct campaign_target *target, const struct card_key_set *keys,
                       struct card_record *record, struct refusal *refusal)
{
    const char *msisdn = target->msisdn + (*target->msisdn == '+');
    size_t iccid = strlen(target->iccid);
    if (iccid > 0 && (target->iccid[iccid - 1] == 'F' || target->iccid[iccid - 1] == 'f'))
        iccid--; /* the filler of EF.ICCID, TS 51.011 10.1.1 */
    *record = (struct card_record){.key_sets = {*keys}, .key_set_count = 1};
    if (copy_number("ICCID", target->iccid, iccid, record->iccid, sizeof record->iccid, refusal) != 0 ||
        copy_number("IMSI", target->imsi, strlen(target->imsi), record->imsi, sizeof record->imsi, refusal) !=
            0 ||
        copy_number("MSISDN", msisdn, strlen(msisdn), record->msisdn, sizeof record->msisdn, refusal) != 0)
        return -1;
    return 0;
}

/* SOP 10: "this value must match the configuration that is given by the spi and kicByte values". */
static int check_keys(const struct campaign *campaign, const struct card_key_set *set,
                      struct refusal *refusal)
{
    const struct security_parameters *security = &campaign->security;
    bool needed = security_needs_kic(security) || security_needs_kid(security);
    struct security_keys keys = {.kic_size = set->kic_size, .kid_size = set->kid_size};
    const char *reason;
    if (needed && set->index != security_key_index(security))
        return refuse_field(refusal, REFUSAL_CONFLICT, "keyIndex",
                            "%u: campaign %lld uses key set %u (kicByte %02X, kidByte %02X)", set->index,
                            (long long)campaign->id, security_key_index(security), security->kic,
                            security->kid);
    memcpy(keys.kic, set->kic, sizeof keys.kic);
    memcpy(keys.kid, set->kid, sizeof keys.kid);
    int rc = security_keys_check(security, &keys, &reason);
    security_keys_wipe(&keys);
    if (rc == OTA_OK)
        return 0;
    return refuse(refusal, REFUSAL_CONFLICT,
                  "the keys given do not fit campaign %lld (kicByte %02X, kidByte %02X): %s",
                  (long long)campaign->id, security->kic, security->kid, reason);
}

int target_provision(struct store *store, const struct campaign *campaign,
                     const struct campaign_target *target, const struct card_key_set *keys, int64_t now,
                     struct card *card, struct refusal *refusal)
{
    struct card_record record;
    int found = find_by_numbers(store, target, card, refusal);
    if (found != 0)
        return found < 0 ? -1 : 0;
    if (target->msisdn == NULL || target->iccid == NULL || target->imsi == NULL)
        return refuse_missing_card(
            target, ", and to provision one its MSISDN, ICCID and IMSI are expected, all three", refusal);
    if (check_keys(campaign, keys, refusal) != 0)
        return -1;
    int rc = make_record(target, keys, &record, refusal);
    if (rc == 0)
        rc = card_insert(store, campaign->profile_id, 0, &record, now, card, refusal);
    card_record_wipe(&record);
    return rc == 0 ? 1 : -1;
}
