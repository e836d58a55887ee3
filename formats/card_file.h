/*
 * The personalisation house's output file (.out), as the SOP provisions it and
 * as simsim makes its cards from it:
 *
 *   VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID
 *   8991234567788901235F,421234567890124,961234567891,2343…,2345…
 *
 * Columns go by name, in any order and any case; separators are , ; / tab or
 * blanks; a field may stand in quotes (RFC 4180, but on one line); lines end LF,
 * CRLF or CR; empty lines are passed over. KIC and KID mean key set 1; KIC1 …
 * KIC15, KID1 … KID15 and KIK1 … name others. ICCID, IMSI, MSISDN, and one KIC
 * with its KID are mandatory columns; a name that looks like a key's but is none
 * (KlC2, KIC_2, KIC16) is refused, other unknown columns are ignored.
 * Keys have 16, 24 or 32 bytes (32, 48 or 64 hex digits).
 */
#ifndef OTA_FORMATS_CARD_FILE_H
#define OTA_FORMATS_CARD_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "protocol/security.h"

#define CARD_KEY_SETS_MAX 15
#define ICCID_DIGITS_MAX 20
#define IMSI_DIGITS_MAX 15
#define MSISDN_DIGITS_MAX 15

struct card_key_set {
    uint8_t index; /* 1 to 15: the high nibble of KIc and KID */
    uint8_t kic[KEY_SIZE_MAX], kid[KEY_SIZE_MAX], kik[KEY_SIZE_MAX];
    uint8_t kic_size, kid_size, kik_size; /* bytes; kik_size 0: none */
};

struct card_record {
    unsigned long line;                /* from 1, in the file */
    char iccid[ICCID_DIGITS_MAX + 1];  /* digits only, the filler F removed */
    char imsi[IMSI_DIGITS_MAX + 1];
    char msisdn[MSISDN_DIGITS_MAX + 1]; /* digits only, a leading + removed */
    struct card_key_set key_sets[CARD_KEY_SETS_MAX];
    size_t key_set_count;
};

/* Why a row (or the file) was refused. Never holds key digits. */
struct card_file_error {
    unsigned long line;
    unsigned column;  /* of the field's first character, from 1 */
    char reason[200]; /* "KIC has 29 hex digits, expected 32, 48 or 64" */
};

struct card_file;

enum card_file_result {
    CARD_FILE_END = 0,
    CARD_FILE_RECORD = 1,   /* *record holds a good row: wipe it after use */
    CARD_FILE_REJECTED = 2, /* *error says why; the next row can be read */
    CARD_FILE_FAILED = -1,  /* reading failed; *error says why */
};

/* Reads the header line. Borrows the stream, which must outlive it. NULL with *error when there is no usable header. */
struct card_file *card_file_open(FILE *stream, struct card_file_error *error);
enum card_file_result card_file_next(struct card_file *file, struct card_record *record, struct card_file_error *error);

/* Names of the columns that are ignored, "PIN1, PUK1", cut when long; "" without any. REASON is not named:
 * cliota writes it. Valid as long as the file. */
const char *card_file_ignored_columns(const struct card_file *file);

/* The next byte of a card file as its reader sees it: '\n' for each of the line ends LF, CRLF and CR; EOF. */
int card_file_byte(FILE *stream);

/* What separates the fields of a row: the first of , ; tab / that stands outside of quotes, else a blank. */
char card_file_separator(const char *row, size_t length);

/* The text of the row last read, without its line end; valid until the next call. Holds keys: never log it. */
const char *card_file_row(const struct card_file *file);

void card_record_wipe(struct card_record *record);
void card_file_close(struct card_file **file); /* wipes and frees; leaves the stream open */

#endif
