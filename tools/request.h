/*
 * What a command is asked to do: named fields, the same from options and from a
 * JSON object. fields[] is the one table of them; options.c, json_request.c,
 * help.c and the test of the man page read it.
 */
#ifndef OTA_TOOLS_REQUEST_H
#define OTA_TOOLS_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/expanded.h"
#include "protocol/security.h"
#include "protocol/user_data.h"
#include "tools/byte_list.h"
#include "tools/refusal.h"

enum field {
    FIELD_SPI,
    FIELD_KIC,
    FIELD_KID,
    FIELD_KIC_KEY,
    FIELD_KID_KEY,
    FIELD_KIC_KEY_FILE,
    FIELD_KID_KEY_FILE,
    FIELD_TAR,
    FIELD_COUNTER,
    FIELD_CC_LENGTH,
    FIELD_APDU,
    FIELD_APDU_FILE,
    FIELD_DATA,
    FIELD_FORMAT,
    FIELD_CHAINING,
    FIELD_ERROR_ACTION,
    FIELD_PACKET,
    FIELD_POR,
    FIELD_UD,
    FIELD_INPUT,
    FIELD_REFERENCE,
    FIELD_WIDE,
    FIELD_PART_SIZE,
    FIELD_MAX_PARTS,
    FIELD_MAX_BYTES,
    FIELD_MARKER,
    FIELD_AS,
    FIELD_SENT,
    FIELD_ALLOW_FORBIDDEN,
    FIELDS
};

#define FIELD_BIT(field) (UINT32_C(1) << (field))

enum script_format { FORMAT_COMPACT, FORMAT_EXPANDED, FORMAT_INDEFINITE };

enum layer {
    LAYER_AUTO,
    LAYER_APDU, /* an ENVELOPE with its APDU header, or what FETCH returned */
    LAYER_TPDU,
    LAYER_USER_DATA,
    LAYER_COMMAND,
    LAYER_RESPONSE,
    LAYER_SCRIPT,
    LAYER_ANSWER,
};

#define ERROR_ACTION_MAX 127 /* a DISPLAY TEXT or PLAY TONE, by a length of one byte */

struct request {
    uint32_t present; /* FIELD_BIT()s */
    struct security_parameters security;
    struct security_keys keys; /* cc_size: 8 unless given */
    uint64_t counter;
    struct sms_segmentation cut;
    enum packet_marker marker;
    enum script_format format;
    uint8_t chaining; /* enum script_chaining */
    struct error_action {
        uint8_t bytes[ERROR_ACTION_MAX];
        size_t length;
    } error_action;
    enum layer as;
    unsigned int max_parts; /* SMS of a packet; where a script is cut into packets */
    unsigned int max_bytes; /* of secured data, likewise */
    unsigned int sent;      /* commands in the script that a PoR answers */
    bool allow_forbidden;
};

enum field_kind {
    KIND_HEX,    /* digits of any case */
    KIND_KEY,    /* likewise, never shown */
    KIND_LIST,   /* one hex string or more */
    KIND_FILE,   /* a path; an option only */
    KIND_NUMBER, /* decimal */
    KIND_WORD,
    KIND_FLAG,
};

struct field_spec {
    const char *option; /* without the dashes */
    const char *json;   /* NULL: an option only */
    enum field_kind kind;
    const char *value; /* its word in the help */
    const char *help;
    /* `name` is what the user wrote it as. Fills `refusal` and returns -1, or 0. */
    int (*set)(struct request *request, struct byte_list *input, const char *name, const char *text,
               size_t length, struct refusal *refusal);
};

extern const struct field_spec fields[FIELDS];

/* Cleared, with the defaults: reference 1, CC of 8 bytes, marker 70. */
void request_clear(struct request *request);

static inline bool request_has(const struct request *request, enum field field)
{
    return (request->present & FIELD_BIT(field)) != 0;
}

/* Sets one field and notes it as present. */
int request_set(struct request *request, struct byte_list *input, enum field field, const char *name,
                const char *text, size_t length, struct refusal *refusal);

#endif
