/* Plain data of the catalogue: profiles, cards and card groups, as the store
 * keeps and the API shows them. Times are milliseconds since the epoch, UTC. */
#ifndef OTA_MODEL_ENTITIES_H
#define OTA_MODEL_ENTITIES_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/card_file.h"
#include "gateway-plugin/model/message_counter.h"
#include "gateway-plugin/model/name.h"
#include "gateway-plugin/model/profile_settings.h"

struct profile {
    int64_t id, account_id;
    char name[NAME_MAX_LENGTH + 1];
    enum counter_per counter_per;
    struct profile_settings settings;
    int64_t created, updated;
    char account[NAME_MAX_LENGTH + 1];
};

struct card {
    int64_t id;
    int64_t profile_id;
    char iccid[ICCID_DIGITS_MAX + 1];
    char imsi[IMSI_DIGITS_MAX + 1];
    char msisdn[MSISDN_DIGITS_MAX + 1]; /* digits, no + */
    uint16_t key_sets;                  /* bit i set: key set i is provisioned */
    bool blocked;                       /* it is sent nothing */
    int64_t created, updated;
};

#define CARD_GROUP_CARDS_RECOMMENDED 400000 /* at most: SOP 7, 8 */

struct card_group {
    int64_t id;
    int64_t profile_id;
    char profile_name[NAME_MAX_LENGTH + 1];
    char name[NAME_MAX_LENGTH + 1];
    int64_t card_count;
    int64_t created, updated;
};

/* One page of a listing: rows with an id above `after`, at most `limit`. */
struct page {
    int64_t after;
    int limit;
};

#endif
