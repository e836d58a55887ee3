/*
 * All cards of one simsim: found by MSISDN, reached through card_link.h, made
 * durable together. One immutable profile is shared; a card costs bytes only
 * for what is its own (numbers, keys, counters) and for what was updated.
 */
#ifndef OTA_SIMSIM_POPULATION_H
#define OTA_SIMSIM_POPULATION_H

#include <stdio.h>

#include "handset/handset.h"
#include "smsc/smsc.h"

struct population;
struct sim_card;

struct population_options {
    const char *cards_path;      /* .out file */
    const char *profile_path;    /* XML profile */
    const char *state_directory; /* NULL: nothing outlives the process */
};

/* NULL with one line in `error`. Rows of the .out file that are not usable are reported on stderr and left
 * out. */
struct population *population_open(const struct population_options *options, char *error, size_t error_size);
void population_close(struct population **population);
bool population_is_uicc(const struct population *population); /* what the cards' profile says */
size_t population_size(const struct population *population);

/* In the order of the file, from 0; NULL behind the last. Owned by the population. */
struct sim_card *population_card(struct population *population, size_t number);

/* By digits, with or without a leading +. NULL: no such subscriber. Owned by the population. */
struct sim_card *population_find(struct population *population, const char *msisdn);
const char *sim_card_msisdn(const struct sim_card *card);

/* The card's seam; and its phone's memory. */
struct card_link population_link(struct population *population, struct sim_card *card);
struct handset *population_handset(struct population *population, struct sim_card *card);

/* One line on `stream` for each script that a card executed, once it is committed; NULL: none. Borrows
 * the stream. "card 961234567891 TAR B00010 CNTR 0000000001 executed 6 SW 9000 PoR 00"
 * The state directory has the same lines in scripts.log, without gaps or repetitions: see script_log.h. */
void population_log_scripts(struct population *population, FILE *stream);

/* Asked once a packet that a card would execute: a PoR status to refuse it with, or 0. */
void population_refuse_by(struct population *population, uint8_t (*refuse)(void *user, const char *msisdn),
                          void *user);

/* Milliseconds that never go back, for the age of concatenated messages. Nobody tells: nothing ages. */
void population_set_time(struct population *population, int64_t monotonic_ms);

/* The message is dealt with: a card with nothing pending gives its session memory back. */
void population_rest(struct population *population, struct sim_card *card);

/* The SMSC's rows, durable with the next commit. 0, or -1 with a line on stderr; without a state
 * directory nothing is kept. Loading ends when `take` returns false, which is an error too. */
bool population_keeps_rows(const struct population *population);
int population_save_row(struct population *population, const struct smsc_row *row);
int population_forget_row(struct population *population, enum smsc_row_kind kind, uint64_t id);
int population_load_rows(struct population *population, void *user,
                         bool (*take)(void *user, const struct smsc_row *row));

/* What changed since the last call (files and counters of any card, rows, the log of scripts) becomes
 * durable, in one transaction. To be called before an answer leaves. 0, or -1 with a line on stderr. */
int population_commit(struct population *population);

#endif
