/* Messages in the database: what the engine writes and the API shows. */
#ifndef OTA_STORE_MESSAGE_STORE_H
#define OTA_STORE_MESSAGE_STORE_H

#include "gateway-plugin/model/message_facts.h"
#include "gateway-plugin/store/store.h"

/* A row as a person reads it: the latest message of one card in a campaign. */
struct message_view {
    int64_t id;
    int64_t card_id;
    int64_t iteration;
    char msisdn[MSISDN_DIGITS_MAX + 1];
    char iccid[ICCID_DIGITS_MAX + 1];
    enum message_state state;
    int64_t counter;    /* -1: none yet */
    int por_status;     /* -1: no PoR */
    int piece;          /* which packet of the script, from 1 */
    int pieces;         /* of how many; -1: not built yet */
    int before;         /* commands in the packets before */
    int executed;       /* commands executed, those of the packets before included; -1: not known */
    int commands;       /* commands sent, those of the packets before included; -1: not built yet */
    int sw;             /* last status word, -1: none */
    bool weak;          /* the PoR was protected less than asked for */
    bool authenticated; /* the PoR carried a CC that was checked */
    bool expanded;      /* the answer was in expanded format: `data` as in por_fact */
    uint8_t error_value;
    enum script_error error;
    char detail[160];   /* why it failed, in words, or "" */
    size_t data_length; /* response data read back */
    uint8_t data[POR_DATA_MAX];
    int64_t created, sent, settled; /* 0: not yet */
};

#define MESSAGE_ANY_POR (-2)
#define MESSAGE_NO_POR (-1)

/* Which messages are listed; a message must fit all. */
struct message_filter {
    int64_t iteration; /* 0: each card's latest message; else those of that iteration, one a packet */
    int64_t card_id;   /* 0: any */
    uint32_t states;   /* bit 1 << enum message_state; 0: any */
    int por_status;    /* or MESSAGE_ANY_POR, MESSAGE_NO_POR */
    uint16_t sw_mask;  /* which bits of the last status word count; 0: any, also none */
    uint16_t sw_value;
    int64_t up_to; /* as if later messages (greater ids) were not there; 0: all are */
};
#define MESSAGE_FILTER_NONE ((struct message_filter){.por_status = MESSAGE_ANY_POR})

/* Each row to `each`, ordered by message id, ids above page.after, at most page.limit rows; stops
 * when it returns non-zero. A store_result. */
int message_list(struct store *store, int64_t campaign_id, const struct message_filter *filter,
                 struct page page, int (*each)(void *user, const struct message_view *view), void *user);

/* What a card was sent, in every campaign. */
struct message_history {
    struct message_view view;
    int64_t campaign_id;
    char campaign_name[NAME_MAX_LENGTH + 1];
};
/* The newest first, those older than message page.after (0: all), at most page.limit; stops when `each` returns
 * non-zero. A store_result. */
int message_history(struct store *store, int64_t card_id, struct page page,
                    int (*each)(void *user, const struct message_history *row), void *user);

/* The greatest message id of the campaign, 0 without one. A store_result. */
int message_last_id(struct store *store, int64_t campaign_id, int64_t *id);

/* What the packets before this one of the card's script read back, each packet's data as in por_fact to `each`,
 * in order. A store_result. */
int message_data_before(struct store *store, int64_t campaign_id, const struct message_view *view,
                        int (*each)(void *user, const uint8_t *data, size_t length, bool expanded), void *user);

/* How many cards are in which state, each card counted once by its latest message. */
struct message_counts {
    int64_t cards; /* of the campaign's target */
    int64_t by_state[MESSAGE_STATE_COUNT];
};
int message_count(struct store *store, int64_t campaign_id, struct message_counts *counts);

/* While rows are still being made, *cards becomes the number of the target's cards; else it stays as it is.
 * A store_result. */
int message_target_count(struct store *store, int64_t campaign_id, int64_t *cards);

#endif
