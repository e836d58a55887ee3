/* A test's card: the SOP's second one, under the shipped profile or an edited copy of it, spoken to in hex.
 */
#ifndef OTA_TESTS_CARD_BENCH_H
#define OTA_TESTS_CARD_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/command_packet.h"
#include "simsim/population.h"

#define BENCH_MSISDN "961234567891"
/* Row 2 of the SOP, as testdata/sop has it and the vectors of facts H.5 use it. */
#define BENCH_KIC "23434564756786846345235345645745"
#define BENCH_KID "23454576679803454767897890890678"

struct bench {
    char directory[64]; /* a scratch one, removed at the end */
    char profile[96];
    char cards[512], msisdn[16];
    struct population *population;
    struct sim_card *card;
    struct card_link link;
    char answer[600];
    size_t parts; /* of the last packet */
};

/* `from` in the shipped profile becomes `to` (NULL: as it is); the card is reset. */
void bench_open(struct bench *bench, const char *from, const char *to);

/* The shipped profile, and a card of another file in testdata. */
void bench_open_card(struct bench *bench, const char *cards, const char *msisdn);

/* The same with an edited profile. */
void bench_open_card_with(struct bench *bench, const char *cards, const char *msisdn, const char *from,
                          const char *to);

/* The SOP's second card with this text as profile, and another file's card. */
void bench_open_profile(struct bench *bench, const char *xml);
void bench_open_profile_with(struct bench *bench, const char *xml, const char *cards, const char *msisdn);

/* As bench_open(), under the shipped UICC profile. */
void bench_open_uicc(struct bench *bench, const char *from, const char *to);

/* Closes the population and opens it again, with the state directory that both use. */
void bench_reopen(struct bench *bench);
void bench_close(struct bench *bench);

/* "DATA SW" in hex, without a blank; valid until the next call. Each command is handed over at its exact
 * size. */
const char *bench_send(struct bench *bench, const char *hex);
const char *bench_send_bytes(struct bench *bench, const uint8_t *command, size_t length);
void bench_reset(struct bench *bench);

/* Asserts an answer, showing the command when it differs. */
void bench_expect_at(struct bench *bench, const char *command, const char *answer, const char *file,
                     int line);
#define bench_expect(bench, command, answer) bench_expect_at(bench, command, answer, __FILE__, __LINE__)

/* What a packet is made of; the rest are the bench's keys and TAR B00010. */
struct bench_packet {
    const char *spi;     /* 4 hex digits */
    const char *kic_kid; /* "1515" */
    const char *tar;
    uint64_t counter;
    const char *script;
    const char *kic_key, *kid_key; /* NULL: the card's */
    size_t cc_size;                /* 0: 8 */
};

/* Encodes, wraps in SMS-DELIVERs from 1234 and ENVELOPEs, sends them all; the last answer. */
const char *bench_envelope(struct bench *bench, const struct bench_packet *packet);

/* One SMS-DELIVER from 1234 with that TP-UD, header and all, as ENVELOPE; the answer. */
const char *bench_send_user_data(struct bench *bench, const uint8_t *user_data, size_t length);

/* After an answer 9F xx: the report's user data. After 91 xx: fetches and answers one SEND SHORT MESSAGE, and
 * returns its user data; checks PID, DCS and destination. Both as hex, valid until the next call. */
const char *bench_report(struct bench *bench);
const char *bench_submitted(struct bench *bench);

#endif
