#include "smsc/sms_mapping.h"

#include <stdio.h>
#include <string.h>

#include "protocol/errors.h"

#define TON_INTERNATIONAL 1 /* SMPP 3.4 5.2.5 */
#define NPI_ISDN 1
#define ADDRESS_TYPE_EXTENSION 0x80 /* TS 23.040 9.1.2.5: always set */

int sms_mapping_deliver(const struct smsc_message *message, int64_t unix_seconds, struct byte_writer *writer)
{
    const char *digits = message->source.digits;
    struct sms_deliver sms = {.has_user_data_header = (message->esm_class & SMPP_ESM_UDHI) != 0,
                              .pid = message->protocol_id,
                              .dcs = message->data_coding,
                              .user_data_length = message->length};
    bool plus = digits[0] == '+';
    uint8_t ton = plus ? TON_INTERNATIONAL : message->source.ton & 7;
    sms.originator.type = (uint8_t)(ADDRESS_TYPE_EXTENSION | ton << 4 | (message->source.npi & 0x0F));
    snprintf(sms.originator.digits, sizeof sms.originator.digits, "%s", digits + plus);
    sms_timestamp_encode(unix_seconds, sms.timestamp);
    if (message->length > sizeof sms.user_data)
        return OTA_E_BAD_LENGTH;
    memcpy(sms.user_data, message->data, message->length);
    return sms_deliver_encode(&sms, writer);
}

static void come_from(struct smpp_message *message, const char *msisdn)
{
    message->source = (struct smpp_address){.ton = TON_INTERNATIONAL, .npi = NPI_ISDN};
    snprintf(message->source.digits, sizeof message->source.digits, "%s", msisdn);
}

struct smpp_message sms_mapping_submit(const struct sms_submit *sms, const char *msisdn)
{
    struct smpp_message message = {.esm_class = sms->has_user_data_header ? SMPP_ESM_UDHI : 0,
                                   .protocol_id = sms->pid,
                                   .data_coding = sms->dcs,
                                   .data = sms->user_data,
                                   .length = sms->user_data_length};
    come_from(&message, msisdn);
    message.destination.ton = sms->destination.type >> 4 & 7;
    message.destination.npi = sms->destination.type & 0x0F;
    snprintf(message.destination.digits, sizeof message.destination.digits, "%s", sms->destination.digits);
    return message;
}

struct smpp_message sms_mapping_report(const struct smsc_message *message, const uint8_t *data, size_t length,
                                       const char *msisdn)
{
    struct smpp_message report = {.destination = message->source,
                                  .esm_class = SMPP_ESM_UDHI,
                                  .protocol_id = SMS_PID_SIM_DATA_DOWNLOAD,
                                  .data_coding = SMS_DCS_8BIT_CLASS2,
                                  .data = data,
                                  .length = length};
    come_from(&report, msisdn);
    return report;
}
