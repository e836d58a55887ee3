/*
 * What outlives the process: counters, changed files, PINs, never keys; and what
 * the SMSC has accepted. Rows name cards by ICCID and files by path, so that a
 * state directory goes on with another .out file or profile as far as they agree.
 */
#ifndef OTA_SIMSIM_CARD_STATE_H
#define OTA_SIMSIM_CARD_STATE_H

#include "simsim/card.h"
#include "smsc/smsc.h"

#define CHV_STATE_SIZE 31 /* three codes, their tries, the tries to unblock them, CHV1 enabled */

struct card_state;

/* Makes the directory and the database when they are not there. NULL with one line in
 * `error`: cannot be opened, in use by another process, or of an unknown format. */
struct card_state *card_state_open(const char *directory, char *error, size_t error_size);
void card_state_close(struct card_state **state);

/* Who takes the rows; each may pass over what it does not know. */
struct card_state_reader {
    void *user;
    void (*counter)(void *user, const uint8_t iccid[static ICCID_SIZE], uint32_t owner, /* see card_keys.h */
                    uint64_t counter);
    void (*file)(void *user, const uint8_t iccid[static ICCID_SIZE], const char *path, bool invalidated,
                 const uint8_t *content, size_t length);
    void (*chv)(void *user, const uint8_t iccid[static ICCID_SIZE], const struct chv_state *chv);
};

/* 0, or -1 with a line on stderr, as all below. */
int card_state_load(struct card_state *state, const struct card_state_reader *reader);

/* The SMSC's rows in the order of their ids, until `take` returns false. */
int card_state_load_rows(struct card_state *state, void *user,
                         bool (*take)(void *user, const struct smsc_row *row));

/* The length of the log of scripts, see script_log.h; 0 when none was saved. */
int card_state_load_log_length(struct card_state *state, int64_t *length);

/* One transaction: begin, the changes of any number of cards, commit. After an error only roll back. */
int card_state_begin(struct card_state *state);
int card_state_save(struct card_state *state, const struct sim_card *card);
int card_state_save_row(struct card_state *state, const struct smsc_row *row);
int card_state_forget_row(struct card_state *state, enum smsc_row_kind kind, uint64_t id);
int card_state_save_log_length(struct card_state *state, int64_t length);
int card_state_commit(struct card_state *state);
void card_state_rollback(struct card_state *state);

#endif
