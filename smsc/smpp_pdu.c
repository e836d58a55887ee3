#include "smsc/smpp_pdu.h"

#include <string.h>

#include "protocol/errors.h"

/* Optional parameters, SMPP 3.4 clause 5.3.2 */
#define TLV_RECEIPTED_MESSAGE_ID 0x001E
#define TLV_MESSAGE_PAYLOAD 0x0424
#define TLV_MESSAGE_STATE 0x0427

/* A chain of reads with one check at its end: after the first error nothing more is read. */
struct field_reader {
    struct byte_reader bytes;
    int error;
};

static uint8_t take_u8(struct field_reader *reader)
{
    uint8_t value = 0;
    if (reader->error == OTA_OK)
        reader->error = read_u8(&reader->bytes, &value);
    return value;
}

static void take_string(struct field_reader *reader, char *to, size_t size)
{
    to[0] = '\0';
    if (reader->error != OTA_OK)
        return;
    size_t window = reader->bytes.left < size ? reader->bytes.left : size;
    const uint8_t *end = window ? memchr(reader->bytes.at, 0, window) : NULL;
    if (end == NULL) {
        reader->error = window < size ? OTA_E_TRUNCATED : OTA_E_BAD_LENGTH;
        return;
    }
    reader->error = read_copy(&reader->bytes, (uint8_t *)to, (size_t)(end - reader->bytes.at) + 1);
}

static const uint8_t *take_bytes(struct field_reader *reader, size_t length)
{
    const uint8_t *bytes = NULL;
    if (reader->error == OTA_OK)
        reader->error = read_bytes(&reader->bytes, length, &bytes);
    return bytes;
}

static void take_address(struct field_reader *reader, struct smpp_address *address)
{
    address->ton = take_u8(reader);
    address->npi = take_u8(reader);
    take_string(reader, address->digits, sizeof address->digits);
}

static uint32_t big_endian_32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

int smpp_header_decode(const uint8_t *bytes, size_t length, struct smpp_header *header)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    const uint8_t *fields;
    int error = read_bytes(&reader, SMPP_HEADER_SIZE, &fields);
    if (error != OTA_OK)
        return error;
    *header = (struct smpp_header){.length = big_endian_32(fields),
                                   .command = big_endian_32(fields + 4),
                                   .status = big_endian_32(fields + 8),
                                   .sequence = big_endian_32(fields + 12)};
    return OTA_OK;
}

int smpp_bind_decode(const uint8_t *body, size_t length, struct smpp_bind *bind)
{
    struct field_reader reader = {.bytes = byte_reader_on(body, length)};
    take_string(&reader, bind->system_id, sizeof bind->system_id);
    take_string(&reader, bind->password, sizeof bind->password);
    take_string(&reader, bind->system_type, sizeof bind->system_type);
    bind->interface_version = take_u8(&reader);
    bind->ton = take_u8(&reader);
    bind->npi = take_u8(&reader);
    take_string(&reader, bind->address_range, sizeof bind->address_range);
    if (reader.error == OTA_OK && reader.bytes.left > 0)
        return OTA_E_TRAILING;
    return reader.error;
}

struct option {
    uint16_t tag, length;
    const uint8_t *value;
};

static int take_option(struct byte_reader *reader, struct option *option)
{
    int error = read_u16(reader, &option->tag);
    if (error == OTA_OK)
        error = read_u16(reader, &option->length);
    if (error == OTA_OK)
        error = read_bytes(reader, option->length, &option->value);
    return error;
}

static int apply_payload(const struct option *option, struct smpp_message *message)
{
    if (message->length > 0)
        return OTA_E_BAD_VALUE; /* 5.2.21: one of the two */
    message->data = option->value;
    message->length = option->length;
    return OTA_OK;
}

static int apply_message_id(const struct option *option, struct smpp_message *message)
{
    struct field_reader reader = {.bytes = byte_reader_on(option->value, option->length)};
    take_string(&reader, message->receipted_message_id, sizeof message->receipted_message_id);
    return reader.error;
}

static int apply_message_state(const struct option *option, struct smpp_message *message)
{
    if (option->length != 1)
        return OTA_E_BAD_LENGTH;
    message->message_state = option->value[0];
    return OTA_OK;
}

static const struct {
    uint16_t tag;
    int (*apply)(const struct option *option, struct smpp_message *message);
} options[] = {
    {TLV_MESSAGE_PAYLOAD, apply_payload},
    {TLV_RECEIPTED_MESSAGE_ID, apply_message_id},
    {TLV_MESSAGE_STATE, apply_message_state},
};

/* Unknown ones are passed over (3.3: "shall be ignored"). */
static int take_options(struct byte_reader *reader, struct smpp_message *message)
{
    while (reader->left > 0) {
        struct option option;
        int error = take_option(reader, &option);
        for (size_t i = 0; error == OTA_OK && i < sizeof options / sizeof *options; i++)
            if (options[i].tag == option.tag)
                error = options[i].apply(&option, message);
        if (error != OTA_OK)
            return error;
    }
    return OTA_OK;
}

int smpp_message_decode(const uint8_t *body, size_t length, struct smpp_message *message)
{
    struct field_reader reader = {.bytes = byte_reader_on(body, length)};
    *message = (struct smpp_message){0};
    take_string(&reader, message->service_type, sizeof message->service_type);
    take_address(&reader, &message->source);
    take_address(&reader, &message->destination);
    message->esm_class = take_u8(&reader);
    message->protocol_id = take_u8(&reader);
    message->priority = take_u8(&reader);
    take_string(&reader, message->schedule, sizeof message->schedule);
    take_string(&reader, message->validity, sizeof message->validity);
    message->registered_delivery = take_u8(&reader);
    take_u8(&reader); /* replace_if_present_flag */
    message->data_coding = take_u8(&reader);
    take_u8(&reader); /* sm_default_msg_id */
    message->length = take_u8(&reader);
    message->data = take_bytes(&reader, message->length);
    if (reader.error != OTA_OK)
        return reader.error;
    if (message->length > SMPP_SHORT_MESSAGE_MAX)
        return OTA_E_BAD_LENGTH;
    return take_options(&reader.bytes, message);
}

int smpp_message_id_decode(const uint8_t *body, size_t length, char id[static SMPP_MESSAGE_ID_SIZE])
{
    id[0] = '\0';
    if (length == 0)
        return OTA_OK;
    struct field_reader reader = {.bytes = byte_reader_on(body, length)};
    take_string(&reader, id, SMPP_MESSAGE_ID_SIZE);
    return reader.error;
}

size_t smpp_pdu_begin(struct byte_writer *writer, uint32_t command, uint32_t status, uint32_t sequence)
{
    size_t start = writer->length;
    write_big_endian(writer, 4, 0);
    write_big_endian(writer, 4, command);
    write_big_endian(writer, 4, status);
    write_big_endian(writer, 4, sequence);
    return start;
}

void smpp_pdu_end(struct byte_writer *writer, size_t start)
{
    if (writer->overflow)
        return;
    struct byte_writer length = byte_writer_on(writer->start + start, 4);
    write_big_endian(&length, 4, writer->length - start);
}

void smpp_string_encode(struct byte_writer *writer, const char *text)
{
    write_bytes(writer, (const uint8_t *)text, strlen(text) + 1);
}

void smpp_bind_encode(struct byte_writer *writer, const struct smpp_bind *bind)
{
    smpp_string_encode(writer, bind->system_id);
    smpp_string_encode(writer, bind->password);
    smpp_string_encode(writer, bind->system_type);
    write_u8(writer, bind->interface_version);
    write_u8(writer, bind->ton);
    write_u8(writer, bind->npi);
    smpp_string_encode(writer, bind->address_range);
}

static void put_address(struct byte_writer *writer, const struct smpp_address *address)
{
    write_u8(writer, address->ton);
    write_u8(writer, address->npi);
    smpp_string_encode(writer, address->digits);
}

static void put_option(struct byte_writer *writer, uint16_t tag, const uint8_t *value, size_t length)
{
    write_u16(writer, tag);
    write_u16(writer, (uint16_t)length);
    write_bytes(writer, value, length);
}

static void put_options(struct byte_writer *writer, const struct smpp_message *message)
{
    if (message->length > SMPP_SHORT_MESSAGE_MAX)
        put_option(writer, TLV_MESSAGE_PAYLOAD, message->data, message->length);
    if (message->message_state != SMPP_STATE_NONE)
        put_option(writer, TLV_MESSAGE_STATE, &message->message_state, 1);
    if (message->receipted_message_id[0] != '\0')
        put_option(writer, TLV_RECEIPTED_MESSAGE_ID, (const uint8_t *)message->receipted_message_id,
                   strlen(message->receipted_message_id) + 1);
}

void smpp_message_encode(struct byte_writer *writer, const struct smpp_message *message)
{
    bool is_short = message->length <= SMPP_SHORT_MESSAGE_MAX;
    smpp_string_encode(writer, message->service_type);
    put_address(writer, &message->source);
    put_address(writer, &message->destination);
    write_u8(writer, message->esm_class);
    write_u8(writer, message->protocol_id);
    write_u8(writer, message->priority);
    smpp_string_encode(writer, message->schedule);
    smpp_string_encode(writer, message->validity);
    write_u8(writer, message->registered_delivery);
    write_u8(writer, 0); /* replace_if_present_flag */
    write_u8(writer, message->data_coding);
    write_u8(writer, 0); /* sm_default_msg_id */
    write_u8(writer, (uint8_t)(is_short ? message->length : 0));
    if (is_short)
        write_bytes(writer, message->data, message->length);
    put_options(writer, message);
}
