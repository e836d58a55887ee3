/* A TPDU that decodes must encode, and decode to the same again. */
#include <string.h>

#include "protocol/errors.h"
#include "protocol/sms_tpdu.h"
#include "tests/protocol/fuzz.h"

static void deliver(const uint8_t *data, size_t size)
{
    static struct sms_deliver sms, again;
    uint8_t buffer[SMS_TPDU_MAX];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    if (sms_deliver_decode(data, size, &sms) != OTA_OK)
        return;
    MUST(sms_deliver_encode(&sms, &writer) == OTA_OK);
    MUST(sms_deliver_decode(buffer, writer.length, &again) == OTA_OK);
    MUST(strcmp(sms.originator.digits, again.originator.digits) == 0);
    MUST(memcmp(sms.timestamp, again.timestamp, sizeof sms.timestamp) == 0);
    MUST(sms.more_messages == again.more_messages && sms.pid == again.pid && sms.dcs == again.dcs);
    MUST(sms.user_data_length == again.user_data_length);
    MUST(memcmp(sms.user_data, again.user_data, sms.user_data_length) == 0);
}

static void submit(const uint8_t *data, size_t size)
{
    static struct sms_submit sms, again;
    uint8_t buffer[SMS_TPDU_MAX];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    if (sms_submit_decode(data, size, &sms) != OTA_OK)
        return;
    MUST(sms_submit_encode(&sms, &writer) == OTA_OK);
    MUST(sms_submit_decode(buffer, writer.length, &again) == OTA_OK);
    MUST(strcmp(sms.destination.digits, again.destination.digits) == 0);
    MUST(sms.reference == again.reference && sms.pid == again.pid && sms.dcs == again.dcs);
    MUST(sms.user_data_length == again.user_data_length);
    MUST(memcmp(sms.user_data, again.user_data, sms.user_data_length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    deliver(data, size);
    submit(data, size);
    return 0;
}
