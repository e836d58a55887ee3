/*
 * The expanded remote command format (TS 102 226 clause 5.2 and annex A for the
 * indefinite form): a template of TLVs, one for each command, action or result.
 *
 *   command   AA L … | AE 80 … 00 00   83 chaining, 22 C-APDU, 81 immediate action, 82 error action
 *   response  AB L … | AF 80 … 00 00   80 number executed, 23 R-APDU, 90 bad format, 81, 83
 */
#ifndef OTA_PROTOCOL_EXPANDED_H
#define OTA_PROTOCOL_EXPANDED_H

#include "protocol/bytes.h"
#include "protocol/tlv.h"

enum expanded_template {
    EXPANDED_COMMAND = 0xAA,
    EXPANDED_COMMAND_INDEFINITE = 0xAE,
    EXPANDED_RESPONSE = 0xAB,
    EXPANDED_RESPONSE_INDEFINITE = 0xAF,
};

enum expanded_tag {
    EXPANDED_C_APDU = 0x22,
    EXPANDED_R_APDU = 0x23,
    EXPANDED_EXECUTED = 0x80,         /* in a response */
    EXPANDED_IMMEDIATE_ACTION = 0x81, /* in a response: why it was refused */
    EXPANDED_ERROR_ACTION = 0x82,
    EXPANDED_CHAINING = 0x83, /* in a response: why it was refused */
    EXPANDED_BAD_FORMAT = 0x90,
    EXPANDED_C_APDU_CR = 0xA2, /* 22 with the comprehension bit: seen from some senders */
};

/* TS 102 226 clause 5.2.1.4: the value of EXPANDED_CHAINING in a command. */
enum script_chaining {
    CHAINING_NONE = 0,         /* no such TLV */
    CHAINING_FIRST = 0x01,     /* forgotten on a reset of the card */
    CHAINING_FIRST_KEPT = 0x11, /* kept across a reset; file management only */
    CHAINING_MORE = 0x02,
    CHAINING_LAST = 0x03,
};

/* Does the data of a packet begin as an expanded script or answer? */
bool expanded_is_command(const uint8_t *bytes, size_t length);
bool expanded_is_response(const uint8_t *bytes, size_t length);

struct expanded_reader {
    enum expanded_template form;
    struct byte_reader elements; /* what is left; of an indefinite template the end 00 00 too */
};

/* Any of the four templates. OTA_E_NOT_THIS, OTA_E_TRUNCATED, OTA_E_BAD_LENGTH, OTA_E_TRAILING (definite form). */
int expanded_open(struct expanded_reader *reader, const uint8_t *bytes, size_t length);

#define EXPANDED_END 1

/* The next element, 0; EXPANDED_END after the last; else OTA_E_TRUNCATED (also an indefinite template without
 * its end), OTA_E_BAD_LENGTH, OTA_E_TRAILING (bytes behind the end 00 00). Unknown tags are handed out as they are. */
int expanded_next(struct expanded_reader *reader, struct tlv *element);

/* Bytes that the elements make in that form. */
size_t expanded_size(enum expanded_template form, const struct tlv *elements, size_t count);
/* OTA_E_NO_SPACE, OTA_E_BAD_LENGTH (over 65535 in the definite form). */
int expanded_write(enum expanded_template form, const struct tlv *elements, size_t count,
                   struct byte_writer *writer);

/* A C-APDU of ISO 7816-3 cases 1 to 4, short lengths. */
struct c_apdu {
    uint8_t cla, ins, p1, p2;
    const uint8_t *data; /* points into the input; NULL when there is none */
    size_t length;
    bool has_le;
    uint8_t le; /* 00: as much as there is */
};

/* OTA_E_TRUNCATED, OTA_E_TRAILING (more than Lc and one Le announce). Lc 00 in front of data counts as OTA_E_TRAILING. */
int c_apdu_read(const uint8_t *bytes, size_t length, struct c_apdu *apdu);

/* What stands for one command of a script in a template: the C-APDU as it is, or the immediate action that a
 * proactive command D0 L … is there (clause 5.2.1.2). Points into the input. As c_apdu_read() and tlv_read(). */
int expanded_element_of(const uint8_t *bytes, size_t length, struct tlv *element);

/* One command's result. */
struct r_apdu {
    const uint8_t *data; /* points into the input */
    size_t length;
    uint16_t sw;
};
int r_apdu_read(const uint8_t *bytes, size_t length, struct r_apdu *apdu); /* OTA_E_TRUNCATED */

/* The next R-APDU among the elements of an answer, others passed over: false when none is left that reads. */
bool r_apdu_next(struct byte_reader *elements, struct r_apdu *apdu);

/* What a platform wants of an answer. The indefinite form may leave the number out, and
 * cards differ in whether each command has its R-APDU: then the last one speaks. */
struct expanded_response {
    bool has_executed;
    uint32_t executed; /* C-APDUs, the failing one included; without the TLV: the R-APDUs */
    size_t results;    /* R-APDUs in the answer */
    bool all_good;     /* no R-APDU has a bad SW, and there is no error below */
    size_t first_bad;  /* the number of the first R-APDU whose SW is bad, from 1; 0: none is */
    struct r_apdu last;
    struct byte_reader elements; /* all of the template's, the end of an indefinite one too */
    bool has_bad_format, has_action_error, has_chaining_error;
    uint8_t bad_format, action_error, chaining_error; /* their values */
};

/* OTA_E_NOT_THIS (no response template), and as expanded_next(). */
int expanded_response_decode(const uint8_t *bytes, size_t length, struct expanded_response *response);

/* English for the values in errors and chaining; constants. */
const char *bad_format_text(uint8_t value);
const char *action_error_text(uint8_t value);
const char *chaining_error_text(uint8_t value);
const char *chaining_text(uint8_t value);

#endif
