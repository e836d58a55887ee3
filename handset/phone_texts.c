#include "handset/phone_texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/data_coding.h"
#include "protocol/errors.h"
#include "protocol/short_text.h"
#include "protocol/user_data.h"

#define WAITING_MAX 256 /* texts that miss parts */
#define PARTS_MAX 255

struct part {
    uint8_t units[SHORT_TEXT_UNITS_MAX];
    size_t length;
};

struct waiting {
    char msisdn[24]; /* "": the place is free */
    uint8_t dcs;
    struct concatenation first; /* as its first part said; `number` means nothing */
    uint64_t since;
    size_t count;
    struct part *parts[PARTS_MAX]; /* owned */
};

struct phone_texts {
    uint64_t clock;
    struct waiting waiting[WAITING_MAX];
};

struct phone_texts *phone_texts_new(void)
{
    return calloc(1, sizeof(struct phone_texts));
}

static void clear(struct waiting *text)
{
    for (size_t i = 0; i < PARTS_MAX; i++)
        free(text->parts[i]);
    *text = (struct waiting){0};
}

void phone_texts_free(struct phone_texts **texts)
{
    for (size_t i = 0; *texts != NULL && i < WAITING_MAX; i++)
        clear(&(*texts)->waiting[i]);
    free(*texts);
    *texts = NULL;
}

/* --- the line --- */

/* The character that begins at `at` if it may not stand in a log: a backslash, or a control character. C1 is C2 80
 * to C2 9F in UTF-8. */
static bool is_escaped(const uint8_t *at, unsigned int *code)
{
    const bool is_c1 = at[0] == 0xC2 && at[1] < 0xA0;
    *code = is_c1 ? at[1] : at[0];
    return is_c1 || *code < 0x20 || *code == 0x7F || *code == '\\';
}

static void write_text(FILE *line, const uint8_t *utf8, size_t length)
{
    static const char names[] = "\\\\\nn\rr";
    for (size_t i = 0; i < length; i++) {
        unsigned int code;
        if (!is_escaped(utf8 + i, &code)) {
            fputc(utf8[i], line);
            continue;
        }
        const char *name = code != 0 ? strchr(names, (int)code) : NULL;
        if (name != NULL)
            fprintf(line, "\\%c", name[1]);
        else
            fprintf(line, "\\u%04X", code);
        i += code >= 0x80; /* two bytes */
    }
}

static char *line_of(const struct data_coding *coding, size_t sms, const uint8_t *units, size_t length)
{
    const enum short_text_alphabet alphabet = coding->kind == DATA_CODING_UCS2 ? SHORT_TEXT_UCS2 : SHORT_TEXT_GSM7;
    char *text = NULL;
    size_t size;
    uint8_t *utf8 = malloc(2 * length + 1); /* SHORT_TEXT_UTF8_MAX of SHORT_TEXT_UNITS_MAX */
    FILE *line = utf8 != NULL ? open_memstream(&text, &size) : NULL;
    struct byte_writer writer = byte_writer_on(utf8, 2 * length);
    if (line != NULL) {
        int rc = short_text_decode(units, length, alphabet, &writer);
        fprintf(line, "text of %zu SMS, %s", sms, alphabet == SHORT_TEXT_GSM7 ? "GSM7" : "UCS2");
        if (coding->message_class != MESSAGE_CLASS_NONE)
            fprintf(line, ", class %d", coding->message_class);
        fputs(": ", line);
        if (rc == OTA_OK) {
            utf8[writer.length] = '\0';
            write_text(line, utf8, writer.length);
        } else
            fprintf(line, "not to be read: %s", ota_error_text(rc));
        fclose(line);
    }
    free(utf8);
    return text;
}

/* --- parts --- */

static bool is_of(const struct waiting *text, const struct phone_sms *sms, const struct concatenation *part)
{
    return text->dcs == sms->dcs && text->first.reference == part->reference && text->first.total == part->total &&
           text->first.wide == part->wide && strcmp(text->msisdn, sms->msisdn) == 0;
}

/* The text that this is a part of; a new one in a free place, or in the oldest one's. */
static struct waiting *place_of(struct phone_texts *texts, const struct phone_sms *sms,
                                const struct concatenation *part)
{
    struct waiting *oldest = &texts->waiting[0];
    for (size_t i = 0; i < WAITING_MAX; i++) {
        if (is_of(&texts->waiting[i], sms, part))
            return &texts->waiting[i];
        if (texts->waiting[i].since < oldest->since)
            oldest = &texts->waiting[i];
    }
    clear(oldest);
    *oldest = (struct waiting){.dcs = sms->dcs, .first = *part, .since = ++texts->clock};
    snprintf(oldest->msisdn, sizeof oldest->msisdn, "%s", sms->msisdn);
    return oldest;
}

static void keep(struct waiting *text, const struct user_data *part)
{
    struct part **place = &text->parts[part->concatenation.number - 1];
    if (*place != NULL || (*place = calloc(1, sizeof **place)) == NULL)
        return; /* it came before */
    memcpy((*place)->units, part->payload, part->length);
    (*place)->length = part->length;
    text->count++;
}

static char *show_joined(struct waiting *text, const struct data_coding *coding)
{
    size_t total = text->first.total, length = 0;
    uint8_t *units = malloc(total * SHORT_TEXT_UNITS_MAX);
    char *line = NULL;
    for (size_t i = 0; units != NULL && i < total; i++) {
        memcpy(units + length, text->parts[i]->units, text->parts[i]->length);
        length += text->parts[i]->length;
    }
    if (units != NULL)
        line = line_of(coding, total, units, length);
    free(units);
    clear(text);
    return line;
}

char *phone_texts_take(struct phone_texts *texts, const struct phone_sms *sms)
{
    const struct data_coding coding = data_coding_of(sms->dcs);
    struct user_data part = {.concatenation = {.total = 1}, .payload = sms->data, .length = sms->length};
    if (coding.kind == DATA_CODING_8BIT ||
        (sms->has_header && user_data_parse(sms->data, sms->length, &part) != OTA_OK) ||
        part.length > SHORT_TEXT_UNITS_MAX)
        return NULL;
    if (part.concatenation.total == 1)
        return line_of(&coding, 1, part.payload, part.length);
    struct waiting *text = place_of(texts, sms, &part.concatenation);
    keep(text, &part);
    return text->count == text->first.total ? show_joined(text, &coding) : NULL;
}
