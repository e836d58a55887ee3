/* An SMS as SMPP has it and as the air has it (TS 23.040): submit_sm to SMS-DELIVER, and SMS-SUBMIT or
 * SMS-DELIVER-REPORT to deliver_sm. Shared by all that stand between an SMSC and phones. */
#ifndef OTA_SMSC_SMS_MAPPING_H
#define OTA_SMSC_SMS_MAPPING_H

#include "protocol/sms_tpdu.h"
#include "smsc/smsc.h"

/* The SMS-DELIVER of a submitted message, TP-SCTS `unix_seconds`. OTA_E_BAD_LENGTH (over 140 bytes) and
 * the errors of sms_deliver_encode(). */
int sms_mapping_deliver(const struct smsc_message *message, int64_t unix_seconds, struct byte_writer *writer);

/* The deliver_sm of what the subscriber `msisdn` sends: to whom TP-DA says. Data points into `sms`. */
struct smpp_message sms_mapping_submit(const struct sms_submit *sms, const char *msisdn);

/* The deliver_sm of the user data of an SMS-DELIVER-REPORT: to the sender of the message. `data` is borrowed.
 */
struct smpp_message sms_mapping_report(const struct smsc_message *message, const uint8_t *data, size_t length,
                                       const char *msisdn);

#endif
