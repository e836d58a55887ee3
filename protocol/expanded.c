#include "protocol/expanded.h"

#include "protocol/errors.h"
#include "protocol/status_word.h"
#include "protocol/toolkit.h"

#define INDEFINITE_LENGTH 0x80
#define TLV_LENGTH_MAX 0xFFFF

static bool begins_with(const uint8_t *bytes, size_t length, uint8_t definite, uint8_t indefinite)
{
    return length >= 2 && (bytes[0] == definite || bytes[0] == indefinite);
}

bool expanded_is_command(const uint8_t *bytes, size_t length)
{
    return begins_with(bytes, length, EXPANDED_COMMAND, EXPANDED_COMMAND_INDEFINITE);
}

bool expanded_is_response(const uint8_t *bytes, size_t length)
{
    return begins_with(bytes, length, EXPANDED_RESPONSE, EXPANDED_RESPONSE_INDEFINITE);
}

static bool is_indefinite(enum expanded_template form)
{
    return form == EXPANDED_COMMAND_INDEFINITE || form == EXPANDED_RESPONSE_INDEFINITE;
}

static int open_indefinite(struct expanded_reader *reader, struct byte_reader bytes)
{
    uint8_t tag, length;
    int rc = read_u8(&bytes, &tag);
    if (rc == OTA_OK)
        rc = read_u8(&bytes, &length);
    if (rc != OTA_OK)
        return rc;
    reader->elements = bytes;
    return length == INDEFINITE_LENGTH ? OTA_OK : OTA_E_BAD_LENGTH;
}

static int open_definite(struct expanded_reader *reader, struct byte_reader bytes)
{
    struct tlv whole;
    int rc = tlv_read(&bytes, &whole);
    if (rc != OTA_OK)
        return rc;
    reader->elements = byte_reader_on(whole.value, whole.length);
    return bytes.left > 0 ? OTA_E_TRAILING : OTA_OK;
}

int expanded_open(struct expanded_reader *reader, const uint8_t *bytes, size_t length)
{
    *reader = (struct expanded_reader){.elements = byte_reader_on(bytes, 0)};
    if (length == 0)
        return OTA_E_TRUNCATED;
    switch (bytes[0]) {
    case EXPANDED_COMMAND:
    case EXPANDED_RESPONSE:
        reader->form = (enum expanded_template)bytes[0];
        return open_definite(reader, byte_reader_on(bytes, length));
    case EXPANDED_COMMAND_INDEFINITE:
    case EXPANDED_RESPONSE_INDEFINITE:
        reader->form = (enum expanded_template)bytes[0];
        return open_indefinite(reader, byte_reader_on(bytes, length));
    default: return OTA_E_NOT_THIS;
    }
}

/* 00 00 ends an indefinite template, and nothing stands behind it. */
static int next_indefinite(struct expanded_reader *reader, struct tlv *element)
{
    int rc = tlv_read(&reader->elements, element);
    if (rc != OTA_OK)
        return rc; /* also at the end of the bytes: the 00 00 is missing */
    if (element->tag != 0)
        return OTA_OK;
    if (element->length != 0)
        return OTA_E_BAD_LENGTH;
    return reader->elements.left > 0 ? OTA_E_TRAILING : EXPANDED_END;
}

int expanded_next(struct expanded_reader *reader, struct tlv *element)
{
    if (is_indefinite(reader->form))
        return next_indefinite(reader, element);
    return reader->elements.left == 0 ? EXPANDED_END : tlv_read(&reader->elements, element);
}

static size_t elements_size(const struct tlv *elements, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += tlv_header_size(elements[i].length) + elements[i].length;
    return size;
}

size_t expanded_size(enum expanded_template form, const struct tlv *elements, size_t count)
{
    size_t inner = elements_size(elements, count);
    return is_indefinite(form) ? 4 + inner : tlv_header_size(inner) + inner;
}

int expanded_write(enum expanded_template form, const struct tlv *elements, size_t count,
                   struct byte_writer *writer)
{
    size_t inner = elements_size(elements, count);
    if (is_indefinite(form)) {
        write_u8(writer, (uint8_t)form);
        write_u8(writer, INDEFINITE_LENGTH);
    } else if (inner > TLV_LENGTH_MAX) {
        return OTA_E_BAD_LENGTH;
    } else {
        tlv_write_header(writer, (uint8_t)form, inner);
    }
    for (size_t i = 0; i < count; i++)
        tlv_write(writer, elements[i].tag, elements[i].value, elements[i].length);
    if (is_indefinite(form))
        write_u16(writer, 0);
    return byte_writer_status(writer);
}

int c_apdu_read(const uint8_t *bytes, size_t length, struct c_apdu *apdu)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    const uint8_t *header;
    uint8_t lc;
    int rc = read_bytes(&reader, 4, &header);
    if (rc != OTA_OK)
        return rc;
    *apdu = (struct c_apdu){.cla = header[0], .ins = header[1], .p1 = header[2], .p2 = header[3]};
    if (reader.left > 1) { /* cases 3 and 4 */
        (void)read_u8(&reader, &lc);
        if (lc == 0)
            return OTA_E_TRAILING;
        rc = read_bytes(&reader, lc, &apdu->data);
        if (rc != OTA_OK)
            return rc;
        apdu->length = lc;
    }
    apdu->has_le = read_u8(&reader, &apdu->le) == OTA_OK;
    return reader.left > 0 ? OTA_E_TRAILING : OTA_OK;
}

int expanded_element_of(const uint8_t *bytes, size_t length, struct tlv *element)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    struct tlv proactive;
    struct c_apdu apdu;
    *element = (struct tlv){.tag = EXPANDED_C_APDU, .value = bytes, .length = length};
    if (length == 0 || bytes[0] != TAG_PROACTIVE_COMMAND)
        return c_apdu_read(bytes, length, &apdu);
    int rc = tlv_read(&reader, &proactive);
    if (rc == OTA_OK && reader.left > 0)
        rc = OTA_E_TRAILING;
    if (rc == OTA_OK)
        *element = (struct tlv){
            .tag = EXPANDED_IMMEDIATE_ACTION, .value = proactive.value, .length = proactive.length};
    return rc;
}

int r_apdu_read(const uint8_t *bytes, size_t length, struct r_apdu *apdu)
{
    if (length < 2)
        return OTA_E_TRUNCATED;
    struct byte_reader sw = byte_reader_on(bytes + length - 2, 2);
    *apdu = (struct r_apdu){.data = bytes, .length = length - 2};
    return read_u16(&sw, &apdu->sw);
}

bool r_apdu_next(struct byte_reader *elements, struct r_apdu *apdu)
{
    struct tlv element;
    while (tlv_read(elements, &element) == OTA_OK)
        if (element.tag == EXPANDED_R_APDU)
            return r_apdu_read(element.value, element.length, apdu) == OTA_OK;
    return false;
}

static int note_executed(const struct tlv *element, struct expanded_response *response)
{
    struct byte_reader reader = byte_reader_on(element->value, element->length);
    uint64_t executed;
    if (element->length == 0 || element->length > 4)
        return OTA_E_BAD_LENGTH;
    (void)read_big_endian(&reader, element->length, &executed);
    response->has_executed = true;
    response->executed = (uint32_t)executed;
    return OTA_OK;
}

static int note_result(const struct tlv *element, struct expanded_response *response)
{
    int rc = r_apdu_read(element->value, element->length, &response->last);
    if (rc != OTA_OK)
        return rc;
    response->results++;
    if (status_word_is_good(response->last.sw))
        return OTA_OK;
    response->all_good = false;
    if (response->first_bad == 0)
        response->first_bad = response->results;
    return OTA_OK;
}

static int note_error(const struct tlv *element, bool *has, uint8_t *value,
                      struct expanded_response *response)
{
    if (element->length != 1)
        return OTA_E_BAD_LENGTH;
    *has = true;
    *value = element->value[0];
    response->all_good = false;
    return OTA_OK;
}

static int note(const struct tlv *element, struct expanded_response *response)
{
    switch (element->tag) {
    case EXPANDED_EXECUTED: return note_executed(element, response);
    case EXPANDED_R_APDU: return note_result(element, response);
    case EXPANDED_BAD_FORMAT:
        return note_error(element, &response->has_bad_format, &response->bad_format, response);
    case EXPANDED_IMMEDIATE_ACTION:
        return note_error(element, &response->has_action_error, &response->action_error, response);
    case EXPANDED_CHAINING:
        return note_error(element, &response->has_chaining_error, &response->chaining_error, response);
    default: return OTA_OK; /* a later release's: passed over */
    }
}

int expanded_response_decode(const uint8_t *bytes, size_t length, struct expanded_response *response)
{
    struct expanded_reader reader;
    struct tlv element;
    *response = (struct expanded_response){.all_good = true};
    int rc = expanded_open(&reader, bytes, length);
    if (rc == OTA_OK && reader.form != EXPANDED_RESPONSE && reader.form != EXPANDED_RESPONSE_INDEFINITE)
        rc = OTA_E_NOT_THIS;
    response->elements = reader.elements;
    while (rc == OTA_OK) {
        rc = expanded_next(&reader, &element);
        if (rc == OTA_OK)
            rc = note(&element, response);
    }
    if (rc == EXPANDED_END && !response->has_executed)
        response->executed = (uint32_t)response->results;
    return rc == EXPANDED_END ? OTA_OK : rc;
}

struct meaning {
    uint8_t value;
    const char *text;
};

static const char *text_of(const struct meaning *meanings, size_t count, uint8_t value)
{
    for (size_t i = 0; i < count; i++)
        if (meanings[i].value == value)
            return meanings[i].text;
    return "reserved value";
}

const char *bad_format_text(uint8_t value)
{
    static const struct meaning meanings[] = {
        {0x01, "unknown tag found"}, {0x02, "wrong length found"}, {0x03, "length not found"}};
    return text_of(meanings, sizeof meanings / sizeof meanings[0], value);
}

const char *action_error_text(uint8_t value)
{
    static const struct meaning meanings[] = {{0x01, "suspension error"}};
    return text_of(meanings, sizeof meanings / sizeof meanings[0], value);
}

const char *chaining_error_text(uint8_t value)
{
    static const struct meaning meanings[] = {
        {0x01, "no previous script"}, {0x02, "script chaining not supported"}, {0x03, "unable to process"}};
    return text_of(meanings, sizeof meanings / sizeof meanings[0], value);
}

const char *chaining_text(uint8_t value)
{
    static const struct meaning meanings[] = {{CHAINING_FIRST, "first script, forgotten on a card reset"},
                                              {CHAINING_FIRST_KEPT, "first script, kept across a card reset"},
                                              {CHAINING_MORE, "subsequent script, more follow"},
                                              {CHAINING_LAST, "subsequent script, the last"}};
    return text_of(meanings, sizeof meanings / sizeof meanings[0], value);
}
