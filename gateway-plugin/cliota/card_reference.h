/* A card on the command line: by its id, or by one of its numbers. */
#ifndef OTA_CLIOTA_CARD_REFERENCE_H
#define OTA_CLIOTA_CARD_REFERENCE_H

#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/session.h"

/* The rows of an option table that name a card. */
#define CARD_REFERENCE_OPTIONS                                                                               \
    {"card", NULL, OPTION_ID, false, "card_id", "the card, by its id, or by one of the three below"},        \
        {"msisdn", NULL, OPTION_TEXT, false, "msisdn_number", "the card, by its MSISDN"},                    \
        {"iccid", NULL, OPTION_TEXT, false, "iccid_number", "the card, by its ICCID"},                       \
    {                                                                                                        \
        "imsi", NULL, OPTION_TEXT, false, "imsi_number", "the card, by its IMSI"                             \
    }
#define CARD_REFERENCE_OPTION_COUNT 4

#define CARD_PATH_SIZE 64

/* "/api/cards/7". An exit_status: what is wrong is on stderr. */
int card_reference_path(struct session *session, const struct options *options, char path[static CARD_PATH_SIZE]);

#endif
