/* A frame from a peer: header and body by command; a message that is taken must be the same after encoding.
 */
#include <string.h>

#include "protocol/errors.h"
#include "smsc/smpp_pdu.h"
#include "tests/protocol/fuzz.h"

static void check_message(const uint8_t *body, size_t length)
{
    static uint8_t buffer[SMPP_PDU_MAX + 512];
    struct smpp_message message, again;
    if (smpp_message_decode(body, length, &message) != OTA_OK)
        return;
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    smpp_message_encode(&writer, &message);
    MUST(byte_writer_status(&writer) == OTA_OK);
    MUST(smpp_message_decode(buffer, writer.length, &again) == OTA_OK);
    MUST(again.length == message.length);
    MUST(message.length == 0 || memcmp(again.data, message.data, message.length) == 0);
    MUST(strcmp(again.source.digits, message.source.digits) == 0);
    MUST(strcmp(again.destination.digits, message.destination.digits) == 0);
    MUST(strcmp(again.validity, message.validity) == 0);
    MUST(strcmp(again.receipted_message_id, message.receipted_message_id) == 0);
    MUST(again.esm_class == message.esm_class && again.data_coding == message.data_coding);
}

static void check_bind(const uint8_t *body, size_t length)
{
    struct smpp_bind bind;
    if (smpp_bind_decode(body, length, &bind) != OTA_OK)
        return;
    MUST(memchr(bind.system_id, 0, sizeof bind.system_id) != NULL);
    MUST(memchr(bind.password, 0, sizeof bind.password) != NULL);
    MUST(memchr(bind.address_range, 0, sizeof bind.address_range) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smpp_header header;
    char id[SMPP_MESSAGE_ID_SIZE];
    if (smpp_header_decode(data, size, &header) != OTA_OK) {
        MUST(size < SMPP_HEADER_SIZE);
        return 0;
    }
    const uint8_t *body = data + SMPP_HEADER_SIZE;
    size_t length = size - SMPP_HEADER_SIZE;
    check_message(body, length);
    check_bind(body, length);
    if (smpp_message_id_decode(body, length, id) == OTA_OK)
        MUST(memchr(id, 0, sizeof id) != NULL);
    return 0;
}
