/*
 * What is known of one message, and what follows from it.
 *
 * Facts only grow. message_facts_add() is a join: commutative, associative and
 * idempotent, so neither the order of events nor their repetition can matter.
 * message_state_of() and message_detail_of() are pure functions of the facts.
 * Three promises hold for every sequence of facts (tests/campaign proves them): a
 * settled message stays settled, an UPDATED one whose PoR said so stays UPDATED unless
 * an earlier packet of its script is spoiled, and a CONTINUED one stays CONTINUED.
 */
#ifndef OTA_MODEL_MESSAGE_FACTS_H
#define OTA_MODEL_MESSAGE_FACTS_H

#include <stddef.h>

#include "gateway-plugin/model/message.h"

#define MESSAGE_PARTS_MAX 255 /* TS 23.040 9.2.3.24.1: the total is one byte */
#define MESSAGE_WORDS_SIZE 96
#define MESSAGE_DETAIL_SIZE 160

/* What is known of one SMS of the message; bits. */
enum part_fact {
    PART_HANDED = 0x01,    /* given to the bearer, or perhaps given before a crash */
    PART_QUEUED = 0x02,    /* bearerbox has it, or perhaps, and no copy may follow */
    PART_ACCEPTED = 0x04,  /* the SMSC has it */
    PART_REFUSED = 0x08,   /* bearerbox or the SMSC will not have it */
    PART_DELIVERED = 0x10, /* the phone acknowledged it */
    PART_FAILED = 0x20,    /* the SMSC gave it up */
    PART_RESENT = 0x40,    /* handed over more than once */
    PART_UNKNOWN = 0x80,   /* the SMSC does no more for it, and does not know whether it arrived */
};

/* What is known of the message as a whole; bits. */
enum message_flag {
    MESSAGE_TIMED_OUT = 0x01,   /* the time to wait is over */
    MESSAGE_WITHDRAWN = 0x02,   /* the campaign was terminated before a part of it left */
    MESSAGE_CREDITED = 0x04,    /* a late PoR of an earlier iteration says that the card is updated */
    MESSAGE_UNBUILDABLE = 0x08, /* no packet could be made: `words` says why */
    MESSAGE_REPEATS = 0x10, /* the packet is that of an earlier iteration: the card may have executed it */
    MESSAGE_CONTINUED_BY = 0x20, /* it went well, and the message of the script's next packet was made */
    MESSAGE_SPOILED = 0x40, /* an earlier packet of the script, taken for good, turned out to have failed */
};

/* Whose words are kept when several speak: the last of this list, then the greater text. */
enum words_kind { WORDS_NONE, WORDS_FAILED, WORDS_REFUSED, WORDS_UNBUILDABLE };

/* What an answer in expanded format says besides its commands' status words (TS 102 226 clause 5.2.2). */
enum script_error {
    SCRIPT_ERROR_NONE,
    SCRIPT_ERROR_BAD_FORMAT, /* the script ended in front of the command that cannot be read */
    SCRIPT_ERROR_CHAINING,   /* nothing was executed: this packet does not follow those before */
    SCRIPT_ERROR_ACTION,     /* the refresh was refused */
    SCRIPT_ERROR_WENT_ON,    /* a command failed that is not the last one executed; its value: which one, 0 not known */
    SCRIPT_ERROR_COUNT
};

/* One proof of receipt as it was opened. */
struct por_fact {
    bool seen;
    uint8_t status; /* enum por_status */
    bool weak;      /* less protected than SPI2 asked: a 00 is not believed, an error only for want of better */
    bool authenticated;
    bool has_result; /* the two fields below are there */
    uint8_t executed;
    uint16_t sw;    /* 0 in expanded format: no command has one */
    bool expanded;  /* the answer was in expanded format: script_answer.h; `data` are its R-APDUs as TLVs */
    uint8_t error_value;
    enum script_error error;
    size_t length;
    uint8_t data[POR_DATA_MAX];
};

struct message_facts {
    uint8_t part_count; /* 0: not built yet; never changes afterwards */
    uint8_t parts[MESSAGE_PARTS_MAX];
    uint8_t flags;
    enum words_kind words_kind;
    char words[MESSAGE_WORDS_SIZE];
    struct por_fact por; /* the best one seen */
};

/* What "updated" means for this message: constants of its campaign and of its packet. */
struct message_policy {
    enum por_request por;
    struct message_piece piece;
    bool expanded;        /* the script is in expanded format */
    bool last_is_refresh; /* of the script; this, and the expected SW, concern its last packet only */
    char expected_last_sw[CAMPAIGN_SW_PATTERN_SIZE]; /* "" : any good one; "9000,91xx" */
    enum retry_mode retry;
};

/* Is the refresh at the script's end in this message's packet? */
bool message_ends_with_refresh(const struct message_policy *policy);

/* How much a PoR says; the greater one wins. */
enum por_grade {
    POR_GRADE_NONE,       /* none came */
    POR_GRADE_WAIT,       /* 08, 0B, 0C: another one will follow */
    POR_GRADE_WEAK,       /* 00, but less protected than SPI2 asked: refused */
    POR_GRADE_WEAK_REPLAY, /* 02, 06, and weak: anyone can say so; it decides when nothing better came in time */
    POR_GRADE_WEAK_ERROR, /* every other status but 00, and weak: likewise */
    POR_GRADE_REPLAY,     /* 02, 06: counter behind, or a copy of a packet already executed */
    POR_GRADE_ERROR,      /* every other status but 00 */
    POR_GRADE_UNREADABLE, /* 00 without the number of commands executed */
    POR_GRADE_PARTIAL,    /* 00, but not every command went well */
    POR_GRADE_COMPLETE,   /* 00, every command went well (a refused refresh at the end excepted) */
    POR_GRADE_COUNT
};
enum por_grade por_grade_of(const struct por_fact *por, const struct message_policy *policy);

enum fact_kind { FACT_PART, FACT_FLAG, FACT_POR };
struct message_fact {
    enum fact_kind kind;
    uint8_t part;               /* FACT_PART: from 1; one that the message does not have is passed over */
    uint8_t bits;               /* FACT_PART: enum part_fact; FACT_FLAG: enum message_flag */
    enum words_kind words_kind; /* FACT_PART, FACT_FLAG */
    const char *words;          /* NULL with WORDS_NONE */
    const struct por_fact *por; /* FACT_POR */
};

/* True when it said something new. */
bool message_facts_add(struct message_facts *facts, const struct message_policy *policy,
                       const struct message_fact *fact);

enum message_state message_state_of(const struct message_facts *facts, const struct message_policy *policy);

/* Did this packet go well, so that it need not be sent again, whatever became of the others? */
bool message_is_complete(const struct message_facts *facts, const struct message_policy *policy);

/* Did it go well and the next packet's message may be made? The flag MESSAGE_CONTINUED_BY then says that it was. */
bool message_may_continue(const struct message_facts *facts, const struct message_policy *policy);

/* Does an automatic retry send to this card again? Only once the message is settled, and not UPDATED. Never
 * after a status that says that something is wrong for good, or of which nobody knows what it says: some cards
 * lock keys. A weak error counts like any other there: a forged one costs the operator a command, a real one
 * that is not heeded may cost the card. With RETRY_SAME only where no command has run, or a copy of the packet is harmless. */
bool message_wants_retry(const struct message_facts *facts, const struct message_policy *policy);

/* Are the packet's bytes needed still: to be sent, or, with RETRY_SAME, to be repeated because the card has
 * not said what became of them? */
bool message_needs_packet(const struct message_facts *facts, const struct message_policy *policy);

/* One line for people, "" when there is nothing to say. Returns text. */
char *message_detail_of(const struct message_facts *facts, const struct message_policy *policy,
                        char text[static MESSAGE_DETAIL_SIZE]);

/* The next part to hand over, from 1, or 0: none now. `concurrent`: the first that was not handed over;
 * else only behind one that was delivered. Nothing more of a message that is settled. */
unsigned int message_next_part(const struct message_facts *facts, const struct message_policy *policy,
                               bool concurrent);

#endif
