/* A script or answer in the expanded format: what is read must be writable to the same bytes. */
#include <string.h>

#include "protocol/errors.h"
#include "protocol/expanded.h"
#include "tests/protocol/fuzz.h"

#define ELEMENTS_MAX 512

static uint8_t buffer[65536 + 16];

/* Lengths have longer forms than needed, so the second reading is compared, not the bytes. */
static void write_again(const struct expanded_reader *opened, const struct tlv *elements, size_t count)
{
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    struct expanded_reader reader;
    struct tlv element;
    MUST(expanded_write(opened->form, elements, count, &writer) == OTA_OK);
    MUST(writer.length == expanded_size(opened->form, elements, count));
    MUST(expanded_open(&reader, buffer, writer.length) == OTA_OK && reader.form == opened->form);
    for (size_t i = 0; i < count; i++) {
        MUST(expanded_next(&reader, &element) == OTA_OK);
        MUST(element.tag == elements[i].tag && element.length == elements[i].length);
        MUST(element.length == 0 || memcmp(element.value, elements[i].value, element.length) == 0);
    }
    MUST(expanded_next(&reader, &element) == EXPANDED_END);
}

static void apdus(const struct tlv *element)
{
    struct c_apdu command;
    struct r_apdu result;
    if (c_apdu_read(element->value, element->length, &command) == OTA_OK)
        MUST(4 + (command.length > 0 ? 1 + command.length : 0) + command.has_le == element->length);
    if (r_apdu_read(element->value, element->length, &result) == OTA_OK)
        MUST(result.length + 2 == element->length);
}

static void walk(const uint8_t *data, size_t size)
{
    static struct tlv elements[ELEMENTS_MAX];
    struct expanded_reader opened, reader;
    size_t count = 0;
    if (expanded_open(&opened, data, size) != OTA_OK)
        return;
    reader = opened;
    for (;;) {
        int rc = expanded_next(&reader, &elements[count]);
        if (rc == EXPANDED_END)
            break;
        if (rc != OTA_OK || ++count == ELEMENTS_MAX)
            return;
        const struct tlv *element = &elements[count - 1];
        MUST(element->value >= data && element->value + element->length <= data + size);
        apdus(element);
    }
    write_again(&opened, elements, count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct expanded_response response;
    walk(data, size);
    if (expanded_response_decode(data, size, &response) == OTA_OK) {
        MUST(expanded_is_response(data, size));
        MUST(response.has_executed || response.executed == response.results);
    }
    return 0;
}
