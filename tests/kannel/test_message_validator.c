/* The gate in front of the link: one good SMS, and each way to be bad. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "gateway-plugin/kannel/message_validator.h"

static const uint8_t single[] = {0x02, 0x70, 0x00};
static const uint8_t concatenated[] = {0x07, 0x00, 0x03, 0x42, 0x02, 0x01, 0x70, 0x00};
static const uint8_t following[] = {0x05, 0x00, 0x03, 0x42, 0x02, 0x02};
static const uint8_t payload[SMS_USER_DATA_MAX + 1];

static struct bearer_sms good(const uint8_t *header, size_t header_length, size_t length)
{
    return (struct bearer_sms){.reference = {17, 1}, .to = "971500000001", .header = header,
                               .header_length = header_length, .payload = payload, .length = length};
}

static void accept(const struct bearer_sms *sms)
{
    char error[320] = "";

    if (message_validate(sms, error, sizeof error) != 0)
        fail_msg("refused: %s", error);
}

static void refuse_with(const struct bearer_sms *sms, const char *word)
{
    char error[320] = "";

    assert_int_equal(message_validate(sms, error, sizeof error), -1);
    if (strstr(error, word) == NULL || strstr(error, "message=") == NULL)
        fail_msg("'%s' does not say '%s'", error, word);
}

static void full_messages_pass(void **state)
{
    struct bearer_sms sms = good(single, sizeof single, 137);

    (void)state;
    accept(&sms);
    sms = good(concatenated, sizeof concatenated, 132);
    accept(&sms);
    sms = good(following, sizeof following, 134);
    accept(&sms);
    sms = good(single, sizeof single, 1);
    accept(&sms);
}

static void receivers_are_digits(void **state)
{
    static const char *const bad[] = {NULL, "", "+971500000001", "97150000000x", "1234567890123456", " 1"};
    struct bearer_sms sms = good(single, sizeof single, 10);

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        sms.to = bad[i];
        refuse_with(&sms, "receiver");
    }
}

static void data_is_never_missing(void **state)
{
    struct bearer_sms sms = good(single, sizeof single, 0);

    (void)state;
    refuse_with(&sms, "data");
    sms = good(single, sizeof single, 5);
    sms.payload = NULL;
    refuse_with(&sms, "data");
}

static void too_long_is_refused(void **state)
{
    struct bearer_sms sms = good(single, sizeof single, 138);

    (void)state;
    refuse_with(&sms, "140");
    sms = good(concatenated, sizeof concatenated, 133);
    refuse_with(&sms, "140");
    sms = good(single, sizeof single, 5);
    sms.header_length = SIZE_MAX - 1; /* a sum that would wrap */
    refuse_with(&sms, "140");
}

static void headers_are_well_formed(void **state)
{
    static const struct {
        uint8_t bytes[8];
        size_t length;
    } bad[] = {
        {{0}, 0}, {{0x00}, 1}, {{0x01, 0x70}, 2}, {{0x03, 0x70, 0x00}, 3}, {{0x01, 0x70, 0x00}, 3},
        {{0x02, 0x70, 0x01}, 3}, {{0x03, 0x70, 0x00, 0x00}, 4}, {{0x05, 0x00, 0x04, 0x42, 0x02, 0x01}, 6},
    };
    struct bearer_sms sms = good(NULL, 0, 10);

    (void)state;
    refuse_with(&sms, "header");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        sms = good(bad[i].bytes, bad[i].length, 10);
        refuse_with(&sms, "header");
    }
}

static struct bearer_sms text_of(enum bearer_form form, const char *character, size_t count, size_t header_length)
{
    static char text[BEARER_PAYLOAD_MAX + 8];

    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        strcat(text, character);
    return (struct bearer_sms){.reference = {17, 1}, .form = form, .to = "971500000001",
                               .header = header_length > 0 ? following : NULL, .header_length = header_length,
                               .payload = (const uint8_t *)text, .length = strlen(text)};
}

/* Septets count, not bytes of UTF-8; a text alone has no header, but what there is must be one. */
static void texts_are_counted_as_on_the_air(void **state)
{
    static const struct {
        enum bearer_form form;
        const char *character;
        size_t count, header_length;
        const char *refused;
    } cases[] = {
        {BEARER_GSM7, "a", 160, 0, NULL},        {BEARER_GSM7, "a", 161, 0, "140"},
        {BEARER_FLASH_GSM7, "a", 160, 0, NULL},  {BEARER_FLASH_GSM7, "a", 161, 0, "140"},
        {BEARER_GSM7, "Ω", 160, 0, NULL},        {BEARER_GSM7, "€", 80, 0, NULL},
        {BEARER_GSM7, "€", 81, 0, "140"},        {BEARER_GSM7, "a", 153, 6, NULL},
        {BEARER_GSM7, "a", 154, 6, "140"},       {BEARER_GSM7, "ж", 1, 0, "GSM"},
        {BEARER_GSM7, "\xFF", 1, 0, "GSM"},      {BEARER_GSM7, "", 0, 0, "data"},
        {BEARER_UCS2, "ab", 70, 0, NULL},        {BEARER_UCS2, "ab", 71, 0, "140"},
        {BEARER_FLASH_UCS2, "ab", 67, 6, NULL},  {BEARER_FLASH_UCS2, "ab", 68, 6, "140"},
        {BEARER_PACKET, "a", 10, 0, "header"},   {BEARER_FORM_COUNT, "a", 10, 0, "a packet or a text"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bearer_sms sms = text_of(cases[i].form, cases[i].character, cases[i].count, cases[i].header_length);
        if (cases[i].refused == NULL)
            accept(&sms);
        else
            refuse_with(&sms, cases[i].refused);
    }
    struct bearer_sms sms = text_of(BEARER_GSM7, "a", 10, 5);
    refuse_with(&sms, "header");
}

static void references_are_needed(void **state)
{
    struct bearer_sms sms = good(single, sizeof single, 10);

    (void)state;
    sms.reference.message_id = 0;
    refuse_with(&sms, "message id");
    sms.reference = (struct bearer_reference){17, 0};
    refuse_with(&sms, "part");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_messages_pass),   cmocka_unit_test(receivers_are_digits),
        cmocka_unit_test(data_is_never_missing), cmocka_unit_test(too_long_is_refused),
        cmocka_unit_test(headers_are_well_formed), cmocka_unit_test(texts_are_counted_as_on_the_air), cmocka_unit_test(references_are_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
