/* What phone and card say to each other about SMS: ENVELOPE (SMS-PP DOWNLOAD),
 * proactive commands, TERMINAL RESPONSE (TS 51.014 / TS 31.111, TS 102 223). */
#ifndef OTA_PROTOCOL_TOOLKIT_H
#define OTA_PROTOCOL_TOOLKIT_H

#include "protocol/bytes.h"
#include "protocol/sms_tpdu.h"

/* TS 102 223 9.2 */
#define TAG_PROACTIVE_COMMAND 0xD0
#define TAG_SMS_PP_DOWNLOAD 0xD1
#define TAG_EVENT_DOWNLOAD 0xD6
#define TAG_TIMER_EXPIRATION 0xD7

/* TS 102 223 9.3, with the comprehension bit as sent */
#define TAG_COMMAND_DETAILS 0x81
#define TAG_DEVICE_IDENTITIES 0x82
#define TAG_RESULT 0x83
#define TAG_DURATION 0x84
#define TAG_ALPHA_ID 0x85
#define TAG_ADDRESS 0x86
#define TAG_SMS_TPDU 0x8B
#define TAG_TEXT 0x8D
#define TAG_ITEM 0x8F
#define TAG_LOCATION 0x93
#define TAG_IMEI 0x94
#define TAG_EVENT_LIST 0x99
#define TAG_TIMER_ID 0xA4
#define TAG_TIMER_VALUE 0xA5
#define TAG_DATE 0xA6
#define TAG_LANGUAGE 0xAD
#define TAG_BEARER 0xB5
#define TAG_CHANNEL_DATA 0xB6
#define TAG_CHANNEL_DATA_LENGTH 0xB7
#define TAG_CHANNEL_STATUS 0xB8
#define TAG_BUFFER_SIZE 0xB9
#define TAG_TRANSPORT_LEVEL 0xBC
#define TAG_OTHER_ADDRESS 0xBE
#define TAG_ACCESS_TECHNOLOGY 0xBF

#define DEVICE_KEYPAD 0x01
#define DEVICE_DISPLAY 0x02
#define DEVICE_SIM 0x81
#define DEVICE_ME 0x82
#define DEVICE_NETWORK 0x83

enum proactive_type {
    PROACTIVE_REFRESH = 0x01,
    PROACTIVE_MORE_TIME = 0x02,
    PROACTIVE_POLL_INTERVAL = 0x03,
    PROACTIVE_POLLING_OFF = 0x04,
    PROACTIVE_SET_UP_EVENT_LIST = 0x05,
    PROACTIVE_SEND_SHORT_MESSAGE = 0x13,
    PROACTIVE_PLAY_TONE = 0x20,
    PROACTIVE_DISPLAY_TEXT = 0x21,
    PROACTIVE_GET_INKEY = 0x22,
    PROACTIVE_GET_INPUT = 0x23,
    PROACTIVE_SELECT_ITEM = 0x24,
    PROACTIVE_SET_UP_MENU = 0x25,
    PROACTIVE_PROVIDE_LOCAL_INFORMATION = 0x26,
    PROACTIVE_TIMER_MANAGEMENT = 0x27,
    PROACTIVE_SET_UP_IDLE_TEXT = 0x28,
    PROACTIVE_LANGUAGE_NOTIFICATION = 0x35,
    PROACTIVE_OPEN_CHANNEL = 0x40,
    PROACTIVE_CLOSE_CHANNEL = 0x41,
    PROACTIVE_RECEIVE_DATA = 0x42,
    PROACTIVE_SEND_DATA = 0x43,
    PROACTIVE_GET_CHANNEL_STATUS = 0x44,
};

/* English ("SEND SHORT MESSAGE"), or "proactive command of unknown type". */
const char *proactive_type_text(uint8_t type);

/* The data of ENVELOPE: D1 {82 device identities, 86 SC address if not NULL, 8B TPDU}; tags with or without
 * the comprehension bit are read. */
int sms_pp_download_encode(const struct sms_address *service_centre, const uint8_t *tpdu, size_t length,
                           struct byte_writer *writer);

/* The TPDU inside; points into the input. OTA_E_NOT_THIS for another envelope or one without a TPDU. */
int sms_pp_download_decode(const uint8_t *data, size_t length, const uint8_t **tpdu, size_t *tpdu_length);

struct proactive_command {
    uint8_t number;
    uint8_t type;
    uint8_t qualifier;
    uint8_t destination;
    const uint8_t *tpdu; /* SEND SHORT MESSAGE only: the SMS-SUBMIT; else NULL */
    size_t tpdu_length;
};

/* What FETCH returned: D0 {81 command details, 82 device identities, …}. */
int proactive_command_decode(const uint8_t *bytes, size_t length, struct proactive_command *command);
int send_short_message_encode(uint8_t number, const uint8_t *tpdu, size_t length, struct byte_writer *writer);

/* The data of TERMINAL RESPONSE: 81 (copied), 82 02 82 81, 83 01 result. */
int terminal_response_encode(const struct proactive_command *command, uint8_t result, struct byte_writer *writer);
int terminal_response_decode(const uint8_t *data, size_t length, struct proactive_command *command, uint8_t *result);

#endif
