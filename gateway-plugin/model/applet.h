/* An application on a profile's cards: the card's own RFM or RAM application, or one of somebody's (SOP 6). */
#ifndef OTA_MODEL_APPLET_H
#define OTA_MODEL_APPLET_H

#include <stdint.h>

#include "gateway-plugin/model/name.h"

enum applet_kind { APPLET_RFM = 1, APPLET_RAM = 2, APPLET_CUSTOM = 3 };

/* The SOP's word for each, and what the default ones are. */
const char *applet_kind_name(enum applet_kind kind); /* "rfm" */
int applet_kind_parse(const char *name, enum applet_kind *kind); /* any case; -1: no such kind */

enum applet_format { APPLET_NO_FILE, APPLET_CAP, APPLET_IJC };
const char *applet_format_name(enum applet_format format); /* "cap", "ijc"; NULL without a file */

#define APPLET_TARS_MAX 16
#define APPLET_TARS_SIZE (7 * APPLET_TARS_MAX + 1)
#define APPLET_AIDS_MAX 32   /* in a package; more than 8 were seen nowhere */
#define APPLET_AID_MAX 16    /* bytes: ISO 7816-5 */
#define APPLET_AID_SIZE (2 * APPLET_AID_MAX + 1)
#define APPLET_AIDS_SIZE (APPLET_AID_SIZE * APPLET_AIDS_MAX + 1)

struct applet {
    int64_t id, profile_id;
    char profile_name[NAME_MAX_LENGTH + 1];
    char name[NAME_MAX_LENGTH + 1];
    enum applet_kind kind;
    char tars[APPLET_TARS_SIZE]; /* "B00010,B00011", upper case */
    enum applet_format format;
    /* Of its file, when there is one; hex, upper case. */
    char package_aid[APPLET_AID_SIZE];
    char package_version[8]; /* "1.0" */
    char applet_aids[APPLET_AIDS_SIZE]; /* parted by commas; "" for a library */
    int64_t load_file_size;             /* bytes that LOAD carries, without their C4 */
    int64_t created, updated;
};

/* The SOP's default application of a kind: its name and TAR. */
void applet_make_default(enum applet_kind kind, struct applet *applet);

/* 1 to 64 characters, no spaces, .cap or .ijc at the end (SOP 6). 0, or -1 with `refusal`. */
int applet_check_name(const char *name, struct refusal *refusal);

/* TARs of 6 hex digits parted by commas or blanks, none twice. 0, or -1 with `refusal`. */
int applet_parse_tars(const char *text, char tars[static APPLET_TARS_SIZE], struct refusal *refusal);

#endif
