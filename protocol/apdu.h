/* Command APDUs as T=0 sends them: CLA INS P1 P2 P3 [data], and what P3 means
 * for which instruction (TS 51.011 clause 9.2, TS 102 221 clause 10). */
#ifndef OTA_PROTOCOL_APDU_H
#define OTA_PROTOCOL_APDU_H

#include "protocol/bytes.h"

#define APDU_COMMAND_MAX 260  /* 5 + 255 */
#define APDU_RESPONSE_MAX 258 /* 256 + SW */

/* Instructions that more than the tables need to know (TS 51.011 9.2, TS 102 221 10.1.2, GlobalPlatform 11). */
#define INS_TERMINAL_PROFILE 0x10
#define INS_FETCH 0x12
#define INS_TERMINAL_RESPONSE 0x14
#define INS_VERIFY 0x20
#define INS_MANAGE_CHANNEL 0x70
#define INS_AUTHENTICATE 0x88
#define INS_SEEK 0xA2
#define INS_SELECT 0xA4
#define INS_TERMINAL_CAPABILITY 0xAA
#define INS_READ_BINARY 0xB0
#define INS_READ_RECORD 0xB2
#define INS_GET_RESPONSE 0xC0
#define INS_ENVELOPE 0xC2
#define INS_UPDATE_BINARY 0xD6
#define INS_UPDATE_RECORD 0xDC
#define INS_STATUS 0xF2 /* of GlobalPlatform: GET STATUS */

enum apdu_case {
    APDU_UNKNOWN = 0, /* instruction not in the table */
    APDU_NO_DATA,     /* P3 is 00 */
    APDU_INPUT,       /* P3 = bytes that follow */
    APDU_OUTPUT,      /* P3 = bytes wanted, 00 = 256 */
};

struct apdu {
    uint8_t cla, ins, p1, p2, p3;
    const uint8_t *data; /* points into the input; NULL when there is none */
    size_t length;
};

/* What an instruction does with P3, for class A0 and for 00/80 alike. */
enum apdu_case apdu_case(uint8_t ins);

/* 80 F2 is STATUS with P1 00 to 02 (TS 102 221 11.1.2), GET STATUS with P1 10 to 80 (GlobalPlatform 11.4): an
 * input, where apdu_case() and apdu_name() tell of STATUS. `header`: CLA INS P1. */
bool apdu_is_get_status(const uint8_t header[static 3]);

/* English name, "SELECT"; "unknown instruction" when not in the table. */
const char *apdu_name(uint8_t ins);

/* The next APDU of a compact script (TS 102 226 clause 5.2.1), where nothing but
 * the table says how long each is. OTA_E_UNSUPPORTED: INS unknown; OTA_E_TRUNCATED. */
int apdu_read(struct byte_reader *script, struct apdu *apdu);

/* Is this the last element D0 L … of a compact script, a proactive REFRESH? (facts: vendor
 * habit, not TS 102 226.) *destination is the device it is sent to (82 is right). */
bool compact_refresh_read(struct byte_reader script, uint8_t *destination);

/* The additional response data of a compact script (TS 102 226 clause 5.2.2). */
struct compact_response {
    uint8_t executed; /* commands executed, the failing one included */
    uint16_t sw;      /* of the last executed */
    const uint8_t *data;
    size_t length;
};
int compact_response_decode(const uint8_t *bytes, size_t length, struct compact_response *response);
void compact_response_encode(const struct compact_response *response, struct byte_writer *writer);

#endif
