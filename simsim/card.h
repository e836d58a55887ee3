/*
 * One simulated card. What every card has, also when nobody speaks to it, is
 * kept small; a session (answers waiting to be fetched, proactive commands,
 * parts of a message) exists only while it is needed; files and PINs are the
 * profile's until they change.
 */
#ifndef OTA_SIMSIM_CARD_H
#define OTA_SIMSIM_CARD_H

#include <stdio.h>

#include "formats/card_file.h"
#include "handset/handset.h"
#include "protocol/packet_crypto.h"
#include "protocol/reassembly.h"
#include "simsim/card_profile.h"
#include "simsim/toolkit.h"

#define ICCID_SIZE 10
#define IMSI_SIZE 9
#define PENDING_RESPONSE_MAX 255
/* Longest concatenated command packet: 255 SMS, what one message can have. A real card takes 1 to 8.
 * The memory is there only while a message is open. */
#define CARD_PACKET_MAX (255 * SMS_USER_DATA_MAX)

/* A message whose first part came that long ago is forgotten: its reference may be another message's by now. */
#define CARD_PARTS_AGE_MAX_MS (UINT64_C(24) * 3600 * 1000)

struct sim_card;

/* What all cards of a population share. */
struct card_environment {
    const struct card_profile *profile;
    struct packet_crypto *crypto;
    uint64_t now; /* milliseconds that never go back; 0 for ever where nobody tells the time */
    void *user;
    /* A script was executed: one line without its end. NULL: nobody wants to know. */
    void (*executed)(void *user, const char *line);
    /* Asked once a packet that would be executed: a PoR status to refuse it with; 0: none. NULL: never. */
    uint8_t (*refuse)(void *user, const char *msisdn);
    void (*changed)(void *user, struct sim_card *card); /* the first durable change since the last commit */
};

/* A file that is no longer as the profile has it: the whole content, copied on the first write. */
struct file_delta {
    struct file_delta *next;
    uint16_t file;
    bool invalidated;
    bool changed; /* since the last commit */
    uint8_t content[];
};

/* TS 51.011 6.5, TS 102 221 8.4: what SELECT leaves. */
struct file_cursor {
    uint16_t df;
    uint16_t adf;   /* of the application; MF_INDEX: none */
    uint16_t ef;    /* NO_FILE: none */
    uint8_t record; /* from 1; 0: none */
};

/* Where a script has left remote file management for the one that follows it (TS 102 226 clause 5.2.1.4). */
struct script_chain {
    bool open, kept; /* kept: across a reset, in memory alone */
    uint8_t verified;
    uint8_t tar[TAR_SIZE];
    struct file_cursor cursor;
};

/* What GET RESPONSE will return. */
struct pending_response {
    size_t length;
    uint8_t bytes[PENDING_RESPONSE_MAX];
};

struct card_session {
    struct pending_response pending;
    struct toolkit_queue proactive;
    struct script_chain chain;
    struct reassembly *reassembly; /* NULL: no message is open; one block with its buffer */
};

enum card_change { CHANGED_COUNTERS = 1, CHANGED_FILES = 2, CHANGED_CHV = 4 };

struct sim_card {
    const struct card_environment *environment;
    struct card_session *session; /* NULL: idle */
    struct file_delta *deltas;
    struct chv_state *chv; /* NULL: as in the profile */
    uint8_t *key_sets;     /* packed, see card_keys.h; owned by the population */
    struct file_cursor cursor;
    char msisdn[MSISDN_DIGITS_MAX + 1];
    uint8_t iccid[ICCID_SIZE];
    uint8_t imsi[IMSI_SIZE];
    uint8_t key_set_count;
    uint8_t verified;  /* bit per enum chv_number, until the next reset */
    uint8_t changes;   /* enum card_change, since the last commit */
    uint8_t reference; /* of the last concatenated message sent */
    struct handset handset;
};

/* The seam's functions on `card`: see handset/card_link.h. */
struct card_link card_link_to(struct sim_card *card);

/* The session, made when there is none. NULL: out of memory. */
struct card_session *card_session_open(struct sim_card *card);
void card_session_close(struct sim_card *card);

/* Is something waiting in the session that the phone has yet to fetch, or the network to send? */
bool card_session_is_needed(const struct sim_card *card);

void card_note_change(struct sim_card *card, enum card_change change);

/* Frees what belongs to the card (not the struct, not its key sets). */
void card_release(struct sim_card *card);

/* The PINs, to read; and to write (NULL: out of memory). */
const struct chv_state *card_chv(const struct sim_card *card);
struct chv_state *card_chv_to_change(struct sim_card *card);

/* Access conditions fulfilled by the CHVs in `verified` (TS 51.011 9.3). */
uint16_t card_rights(const struct sim_card *card, uint8_t verified);

#endif
