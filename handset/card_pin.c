#include "handset/card_pin.h"

#include <string.h>

#include "protocol/errors.h"
#include "protocol/tlv.h"

#define PIN_BYTES 8 /* padded with FF */
#define CHV1 0x01

#define SW_PIN_BLOCKED 0x6983 /* TS 102 221 10.2.1.5 */
#define SW_PIN_TRIES 0x63C0   /* the low nibble: tries left */
#define TRIES_UNKNOWN 0xFF

/* TS 51.011 9.2.1: offsets in the answer to SELECT of a DF */
#define SIM_CHARACTERISTICS 13
#define SIM_CHV1_DISABLED 0x80
#define SIM_CHV1_STATUS 18
#define SIM_CHV_INITIALISED 0x80

#define TAG_FCP 0x62
#define TAG_PIN_STATUS 0xC6 /* TS 102 221 11.1.1.4.10 */
#define TAG_PS_DO 0x90      /* in it: bit 8 of its first byte is that of the first key reference */
#define TAG_KEY_REFERENCE 0x83

/* Which PIN a card wants, and how often it may be tried. */
struct pin_question {
    bool wanted;
    uint8_t reference;
    uint8_t tries;
};

static struct pin_question question_of_sim(const struct conversation *talk)
{
    struct pin_question question = {.reference = CHV1, .tries = TRIES_UNKNOWN};
    if (talk->length <= SIM_CHV1_STATUS)
        return question;
    uint8_t status = talk->response[SIM_CHV1_STATUS];
    question.wanted =
        (talk->response[SIM_CHARACTERISTICS] & SIM_CHV1_DISABLED) == 0 && (status & SIM_CHV_INITIALISED) != 0;
    question.tries = status & 0x0F;
    return question;
}

/* Application PINs have references 01 to 08, the universal one 11; 81 and up are second PINs, 0A and up
 * the administrator's (TS 102 221 9.5.1). */
static bool is_users_pin(uint8_t reference)
{
    return (reference >= 0x01 && reference <= 0x08) || reference == 0x11;
}

/* The first of the user's PINs whose bit in PS_DO is set. */
static struct pin_question read_pin_status(const struct tlv *status)
{
    struct pin_question question = {.tries = TRIES_UNKNOWN};
    struct byte_reader reader = byte_reader_on(status->value, status->length);
    struct tlv element;
    uint8_t enabled = 0;
    unsigned position = 0;
    while (tlv_read(&reader, &element) == OTA_OK && !question.wanted) {
        if (element.length == 0)
            continue;
        if (element.tag == TAG_PS_DO)
            enabled = element.value[0];
        if (element.tag != TAG_KEY_REFERENCE)
            continue;
        question.reference = element.value[0];
        question.wanted =
            position < 8 && (enabled << position & 0x80) != 0 && is_users_pin(question.reference);
        position++;
    }
    return question;
}

static struct pin_question question_of_uicc(const struct conversation *talk)
{
    struct tlv fcp, status;
    struct byte_reader reader = byte_reader_on(talk->response, talk->length);
    if (tlv_read(&reader, &fcp) == OTA_OK && fcp.tag == TAG_FCP &&
        comprehension_tlv_find(fcp.value, fcp.length, TAG_PIN_STATUS, &status) == OTA_OK)
        return read_pin_status(&status);
    return (struct pin_question){.tries = TRIES_UNKNOWN};
}

/* 91xx: as 9000, and a proactive command waits. */
static bool is_verified(uint16_t sw)
{
    return sw == 0x9000 || sw >> 8 == 0x91;
}

/* An empty VERIFY asks for the tries, and costs none (TS 102 221 11.1.9.1.2). */
static void count_tries(struct conversation *talk, struct pin_question *question)
{
    if (!card_send(talk, (struct card_command){INS_VERIFY, 0, question->reference}, NULL, 0))
        return;
    if (is_verified(talk->sw))
        question->wanted = false;
    else if (talk->sw == SW_PIN_BLOCKED)
        question->tries = 0;
    else if ((talk->sw & 0xFFF0) == SW_PIN_TRIES)
        question->tries = talk->sw & 0x0F;
}

/* The card's place among those that refused, or a free one ("" for a card). NULL: there is none. */
static char *refusal_of(struct terminal *terminal, const char *iccid)
{
    for (size_t i = 0; i < TERMINAL_REFUSALS; i++)
        if (strcmp(terminal->pin_refused_by[i], iccid) == 0)
            return terminal->pin_refused_by[i];
    return NULL;
}

/* `refusal` is a free place. */
static enum terminal_state try_pin(struct conversation *talk, uint8_t reference, char *refusal)
{
    struct terminal *terminal = talk->network->terminal;
    uint8_t pin[PIN_BYTES];
    memset(pin, 0xFF, sizeof pin);
    memcpy(pin, terminal->settings.pin, strnlen(terminal->settings.pin, sizeof pin));
    /* Before it is known to be wrong: an answer that is lost does not make a second try. */
    memcpy(refusal, terminal->iccid, TERMINAL_ICCID_SIZE);
    bool sent = card_send(talk, (struct card_command){INS_VERIFY, 0, reference}, pin, sizeof pin);
    explicit_bzero(pin, sizeof pin);
    if (!sent)
        return TERMINAL_NO_CARD;
    if (!is_verified(talk->sw))
        return TERMINAL_PIN_WRONG;
    refusal[0] = '\0';
    return TERMINAL_READY;
}

enum terminal_state card_verify_pin(struct conversation *talk)
{
    struct terminal *terminal = talk->network->terminal;
    char *refusal = refusal_of(terminal, "");
    bool is_sim = talk->handset->class_byte == CLASS_SIM;
    struct pin_question question = is_sim ? question_of_sim(talk) : question_of_uicc(talk);
    if (question.wanted && !is_sim)
        count_tries(talk, &question);
    if (talk->card_is_gone)
        return TERMINAL_NO_CARD;
    if (!question.wanted)
        return TERMINAL_READY;
    if (terminal->settings.pin[0] == '\0')
        return TERMINAL_PIN_WANTED;
    if (refusal == NULL || refusal_of(terminal, terminal->iccid) != NULL)
        return TERMINAL_PIN_WRONG;
    if (question.tries <= 1 || question.tries == TRIES_UNKNOWN)
        return TERMINAL_PIN_LAST_TRY;
    return try_pin(talk, question.reference, refusal);
}
