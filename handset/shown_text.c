/* Menus, texts, tones, questions: nobody sits in front of this terminal, so what a card shows is logged,
 * and what it asks has no answer (TS 102 223 6.4.1 to 6.4.9, 6.4.22, 6.4.25). */
#include "handset/proactive.h"

#include <stdio.h>
#include <string.h>

#include "handset/terminal.h"
#include "protocol/tlv.h"

#define CODING_ALPHABET 0x0C /* of the data coding scheme, TS 23.038 */
#define CODING_7BIT 0x00
#define CODING_UCS2 0x08
#define TEXT_SIZE 260

/* What is no printable ASCII cannot forge or spoil a line of the log. */
static char shown(unsigned code)
{
    return code >= 0x20 && code < 0x7F ? (char)code : '?';
}

static void put_7bit(const uint8_t *bytes, size_t length, char text[static TEXT_SIZE])
{
    size_t count = length * 8 / 7, at = 0;
    for (; at < count && at < TEXT_SIZE - 1; at++) {
        size_t bit = at * 7, byte = bit / 8;
        unsigned two = bytes[byte] | (byte + 1 < length ? (unsigned)bytes[byte + 1] << 8 : 0);
        unsigned code = two >> bit % 8 & 0x7F;
        text[at] = code == 0x00 ? '@' : shown(code);
    }
    text[at] = '\0';
}

static void put_bytes(const uint8_t *bytes, size_t length, size_t step, char text[static TEXT_SIZE])
{
    size_t at = 0;
    for (size_t i = 0; i + step <= length && at < TEXT_SIZE - 1; i += step)
        text[at++] = shown(step == 2 ? (unsigned)bytes[i] << 8 | bytes[i + 1] : bytes[i]);
    text[at] = '\0';
}

/* A text string, 8.15: data coding scheme and text. */
static void decode_text(const struct tlv *element, char text[static TEXT_SIZE])
{
    text[0] = '\0';
    if (element->length < 2)
        return;
    uint8_t alphabet = element->value[0] & CODING_ALPHABET;
    if (alphabet == CODING_7BIT)
        put_7bit(element->value + 1, element->length - 1, text);
    else
        put_bytes(element->value + 1, element->length - 1, alphabet == CODING_UCS2 ? 2 : 1, text);
}

static void log_element(const struct terminal *terminal, const char *name, const struct tlv *element)
{
    char text[TEXT_SIZE];
    switch (element->tag | TLV_COMPREHENSION_REQUIRED) {
    case TAG_TEXT: decode_text(element, text); break;
    case TAG_ALPHA_ID: put_bytes(element->value, element->length, 1, text); break;
    case TAG_ITEM:
        put_bytes(element->value + 1, element->length > 0 ? element->length - 1 : 0, 1, text);
        break;
    default: return;
    }
    if (text[0] != '\0')
        terminal_note(terminal, "%s: %s", name, text);
}

static void log_texts(const struct terminal *terminal, const struct proactive_task *task)
{
    struct byte_reader reader = byte_reader_on(task->elements, task->length);
    struct tlv element;
    terminal_note(terminal, "the card shows: %s", proactive_type_text(task->command.type));
    while (tlv_read(&reader, &element) == 0)
        log_element(terminal, proactive_type_text(task->command.type), &element);
}

void on_text(struct conversation *talk, const struct proactive_task *task)
{
    log_texts(talk->network->terminal, task);
    answer_result(task, RESULT_DONE);
}

void on_question(struct conversation *talk, const struct proactive_task *task)
{
    log_texts(talk->network->terminal, task);
    answer_result(task, RESULT_NO_USER);
}
