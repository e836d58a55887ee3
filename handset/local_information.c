/* PROVIDE LOCAL INFORMATION, TS 102 223 6.4.15: what the settings and the clock say. */
#include "handset/proactive.h"

#include <string.h>

#include "handset/terminal.h"
#include "protocol/bcd.h"
#include "protocol/tlv.h"

#define IMEI_DIGITS 15
#define IMEI_BYTES 8
#define IDENTITY_IS_IMEI 0x0A /* type and odd count beside the first digit, TS 24.008 10.5.1.4 */

enum {
    INFORMATION_LOCATION = 0x00,
    INFORMATION_IMEI = 0x01,
    INFORMATION_DATE = 0x03,
    INFORMATION_LANGUAGE = 0x04,
    INFORMATION_ACCESS_TECHNOLOGY = 0x06
};

static void write_imei(const char *imei, struct byte_writer *writer)
{
    uint8_t value[IMEI_BYTES] = {0};
    value[0] = (uint8_t)((imei[0] - '0') << 4 | IDENTITY_IS_IMEI);
    if (bcd_encode(imei + 1, IMEI_DIGITS - 1, value + 1, sizeof value - 1) == 0)
        tlv_write(writer, TAG_IMEI, value, sizeof value);
}

static void write_date(int64_t unix_seconds, struct byte_writer *writer)
{
    uint8_t value[7];
    sms_timestamp_encode(unix_seconds, value);
    tlv_write(writer, TAG_DATE, value, sizeof value);
}

void on_provide_local_information(struct conversation *talk, const struct proactive_task *task)
{
    const struct terminal *terminal = talk->network->terminal;
    const struct terminal_settings *settings = &terminal->settings;
    bool known = task->command.qualifier <= INFORMATION_ACCESS_TECHNOLOGY && task->command.qualifier != 2 &&
                 task->command.qualifier != 5; /* there is no radio to measure */
    answer_result(task, known ? RESULT_DONE : RESULT_BEYOND_CAPABILITIES);
    switch (task->command.qualifier) {
    case INFORMATION_LOCATION:
        tlv_write(task->answer, TAG_LOCATION, settings->location, sizeof settings->location);
        break;
    case INFORMATION_IMEI: write_imei(settings->imei, task->answer); break;
    case INFORMATION_DATE: write_date(terminal->unix_seconds, task->answer); break;
    case INFORMATION_LANGUAGE:
        tlv_write(task->answer, TAG_LANGUAGE, (const uint8_t *)settings->language, 2);
        break;
    case INFORMATION_ACCESS_TECHNOLOGY:
        tlv_write(task->answer, TAG_ACCESS_TECHNOLOGY, &settings->access_technology, 1);
        break;
    default: break;
    }
}
