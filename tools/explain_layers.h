/* The layers that `otapacket explain` knows, from the outside in. Each walks its bytes
 * field by field as far as they make sense, and hands what is inside to the next. */
#ifndef OTA_TOOLS_EXPLAIN_LAYERS_H
#define OTA_TOOLS_EXPLAIN_LAYERS_H

#include "protocol/reassembly.h"
#include "tools/command.h"
#include "tools/explanation.h"

struct explain {
    struct explanation out;
    struct session *session;
    const struct request *request;
    struct reassembly parts; /* of the message whose parts were seen */
    bool has_parts;
    uint8_t *room; /* of `parts` */
};

/* SMS: explain_sms.c. */
void explain_apdu(struct explain *explain, const uint8_t *bytes, size_t length); /* ENVELOPE, FETCH's data */
void explain_tpdu(struct explain *explain, const uint8_t *bytes, size_t length);
bool looks_like_tpdu(const uint8_t *bytes, size_t length); /* also when its UDL is wrong */
void explain_user_data(struct explain *explain, const uint8_t *bytes, size_t length);

/* Secured packets: explain_packet.c. */
void explain_command_packet(struct explain *explain, const uint8_t *bytes, size_t length);
void explain_response_packet(struct explain *explain, const uint8_t *bytes, size_t length);

/* Remote commands and what comes back: explain_script.c. */
void explain_script(struct explain *explain, const uint8_t *bytes, size_t length);
void explain_answer(struct explain *explain, const uint8_t *bytes, size_t length);

/* SPI, KIc, KID, TAR in words: explain_security.c. */
void explain_spi1(struct explanation *out, const uint8_t *at);
void explain_spi2(struct explanation *out, const uint8_t *at);
void explain_kic(struct explanation *out, const uint8_t *at, bool used);
void explain_kid(struct explanation *out, const uint8_t *at, enum integrity method);
void explain_tar(struct explanation *out, const uint8_t *at);
void explain_security_rules(struct explanation *out, const uint8_t *at,
                            const struct security_parameters *security);

#endif
