#include "tests/protocol/helpers.h"

#include "protocol/gsm7.h"
#include "protocol/short_text.h"

#define TEXT_MAX 90000
#define EURO "\xE2\x82\xAC"      /* two septets, three bytes */
#define SMILE "\xF0\x9F\x98\x80" /* a surrogate pair, four bytes */
#define HAN "\xE6\xBC\xA2"       /* one unit of UCS-2 */

static const struct sms_segmentation plain = {.reference = 0xA5};

struct text {
    char bytes[TEXT_MAX];
    size_t length;
};

static struct text text; /* 90 kB: not on the stack */

static void clear(void)
{
    text.length = 0;
}

static void append(const char *what, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        const size_t length = strlen(what);
        assert_true(text.length + length <= sizeof text.bytes);
        memcpy(text.bytes + text.length, what, length);
        text.length += length;
    }
}

static void vector(char *const *fields)
{
    const struct octets utf8 = from_hex(fields[2]), units = from_hex(fields[3]);
    const enum short_text_alphabet alphabet =
        strcmp(fields[1], "gsm7") == 0 ? SHORT_TEXT_GSM7 : SHORT_TEXT_UCS2;
    uint8_t buffer[OCTETS_MAX];
    struct byte_writer writer = byte_writer_on(buffer, sizeof buffer);
    assert_int_equal(short_text_encode((const char *)utf8.bytes, utf8.length, alphabet, &writer), OTA_OK);
    assert_bytes(buffer, writer.length, fields[3]);
    writer = byte_writer_on(buffer, sizeof buffer);
    assert_int_equal(short_text_decode(units.bytes, units.length, alphabet, &writer), OTA_OK);
    assert_bytes(buffer, writer.length, fields[2]);
}

static void test_vectors(void **state)
{
    (void)state;
    assert_int_equal(each_vector("short-text.txt", 4, vector), 15);
}

static void test_alphabet(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        int status;
        enum short_text_alphabet alphabet;
        size_t bad_at;
    } rows[] = {
        {"48656C6C6F", OTA_OK, SHORT_TEXT_GSM7, 0},
        {"41E282AC0A0D0C", OTA_OK, SHORT_TEXT_GSM7, 0},
        {"41C3A7", OTA_OK, SHORT_TEXT_UCS2, 0}, /* the small c with cedilla: only the capital has a septet */
        {"60", OTA_OK, SHORT_TEXT_UCS2, 0},     /* the grave accent has none */
        {"F09F9880", OTA_OK, SHORT_TEXT_UCS2, 0},
        {"-", OTA_E_BAD_LENGTH, 0, 0},
        {"4100", OTA_E_BAD_VALUE, 0, 1},
        {"09", OTA_E_BAD_VALUE, 0, 0},
        {"411B", OTA_E_BAD_VALUE, 0, 1},
        {"7F", OTA_E_BAD_VALUE, 0, 0},
        {"E6BCA2C285", OTA_E_BAD_VALUE, 0, 3}, /* C1 */
        {"41C3", OTA_E_BAD_VALUE, 0, 1},       /* cut */
        {"4141C1BF", OTA_E_BAD_VALUE, 0, 2},   /* overlong */
        {"41EDA080", OTA_E_BAD_VALUE, 0, 1},   /* a surrogate */
        {"F4908080", OTA_E_BAD_VALUE, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct octets row = from_hex(rows[i].hex);
        char *utf8 = (char *)exact_copy(row.bytes, row.length);
        enum short_text_alphabet alphabet = SHORT_TEXT_GSM7;
        size_t bad_at = 0;
        assert_int_equal(short_text_alphabet(utf8, row.length, &alphabet, &bad_at), rows[i].status);
        if (rows[i].status == OTA_OK)
            assert_int_equal(alphabet, rows[i].alphabet);
        if (rows[i].status == OTA_E_BAD_VALUE) {
            assert_int_equal(bad_at, rows[i].bad_at);
            assert_int_equal(short_text_count(utf8, row.length, SHORT_TEXT_UCS2, &plain), 0);
        }
        free(utf8);
    }
}

/* The numbers of TS 23.040 9.2.3.24.1 and .8, and those around them. 139 bytes: the header and its fill bit
 * are 7 septets of 158. */
static void test_counts(void **state)
{
    (void)state;
    static const struct {
        const char *character;
        enum short_text_alphabet alphabet;
        bool wide;
        uint8_t user_data_max;
        size_t single, part; /* characters */
    } rows[] = {
        {"a", SHORT_TEXT_GSM7, false, 0, 160, 153},   {"a", SHORT_TEXT_GSM7, true, 0, 160, 152},
        {EURO, SHORT_TEXT_GSM7, false, 0, 80, 76},    {EURO, SHORT_TEXT_GSM7, true, 0, 80, 76},
        {HAN, SHORT_TEXT_UCS2, false, 0, 70, 67},     {HAN, SHORT_TEXT_UCS2, true, 0, 70, 66},
        {SMILE, SHORT_TEXT_UCS2, false, 0, 35, 33},   {SMILE, SHORT_TEXT_UCS2, true, 0, 35, 33},
        {"a", SHORT_TEXT_UCS2, false, 0, 70, 67},     {"a", SHORT_TEXT_GSM7, false, 16, 18, 11},
        {HAN, SHORT_TEXT_UCS2, true, 16, 8, 4},       {SMILE, SHORT_TEXT_UCS2, true, 16, 4, 2},
        {"a", SHORT_TEXT_GSM7, false, 139, 158, 151}, {HAN, SHORT_TEXT_UCS2, false, 139, 69, 66},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sms_segmentation cut = {
            .reference = 1, .wide = rows[i].wide, .user_data_max = rows[i].user_data_max};
        clear();
        for (size_t count = 0; count <= 255 * rows[i].part + 1; count++) {
            const size_t expected = count == 0                ? 0
                                    : count <= rows[i].single ? 1
                                                              : (count + rows[i].part - 1) / rows[i].part;
            const bool near = count % rows[i].part < 2 || count % rows[i].part == rows[i].part - 1 ||
                              count + 1 == rows[i].single || count == rows[i].single ||
                              count == rows[i].single + 1;
            if (near)
                assert_int_equal(short_text_count(text.bytes, text.length, rows[i].alphabet, &cut),
                                 expected > 255 ? 0 : expected);
            append(rows[i].character, 1);
        }
    }
}

/* The parts are the text; none is longer than its SMS, and none could have taken its follower's first
 * character. */
static void assert_cut_well(enum short_text_alphabet alphabet, const struct sms_segmentation *cut)
{
    const size_t total = short_text_count(text.bytes, text.length, alphabet, cut);
    size_t at = 0;
    assert_true(total >= 1);
    for (size_t number = 1; number <= total; number++) {
        struct short_text_part part;
        struct user_data parsed;
        uint8_t ud[USER_DATA_HEADER_MAX + SHORT_TEXT_UNITS_MAX];
        assert_int_equal(short_text_part(text.bytes, text.length, alphabet, cut, number, &part), OTA_OK);
        assert_int_equal(part.begin, at);
        assert_true(part.end > part.begin);
        at = part.end;
        struct byte_writer units = byte_writer_on(ud, SHORT_TEXT_UNITS_MAX);
        assert_int_equal(short_text_encode(text.bytes + part.begin, part.end - part.begin, alphabet, &units),
                         OTA_OK);
        const size_t bits = gsm7_fill_bits(part.header_length) + units.length * 7;
        const size_t bytes = alphabet == SHORT_TEXT_GSM7 ? (bits + 7) / 8 : units.length;
        assert_true(part.header_length + bytes <= (cut->user_data_max == 0 ? 140 : cut->user_data_max));
        if (total == 1) {
            assert_int_equal(part.header_length, 0);
            continue;
        }
        assert_int_equal(user_data_parse(part.header, part.header_length, &parsed), OTA_OK);
        assert_int_equal(parsed.concatenation.reference, cut->reference);
        assert_int_equal(parsed.concatenation.wide, cut->wide);
        assert_int_equal(parsed.concatenation.total, total);
        assert_int_equal(parsed.concatenation.number, number);
        assert_int_equal(parsed.marker, PACKET_MARKER_NONE);
        assert_int_equal(parsed.length, 0);
    }
    assert_int_equal(at, text.length);
}

/* Bytes of the first part, where a pair stands behind `before` single characters. */
static size_t first_part_end(size_t before, size_t units, size_t single, size_t pair)
{
    if (before + 2 <= units)
        return (units - 2) * single + pair;
    return before < units ? before * single : units * single;
}

/* A pair moves through each place around the cut. */
static void test_pairs_stay_together(void **state)
{
    (void)state;
    static const struct {
        const char *single, *pair;
        enum short_text_alphabet alphabet;
        size_t units; /* of a part */
    } rows[] = {
        {"a", EURO, SHORT_TEXT_GSM7, 153},
        {HAN, SMILE, SHORT_TEXT_UCS2, 67},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t before = 0; before <= 2 * rows[i].units; before++) {
            struct short_text_part part;
            clear();
            append(rows[i].single, before);
            append(rows[i].pair, 1);
            append(rows[i].single, 2 * rows[i].units - before);
            assert_int_equal(short_text_count(text.bytes, text.length, rows[i].alphabet, &plain), 3);
            assert_cut_well(rows[i].alphabet, &plain);
            assert_int_equal(short_text_part(text.bytes, text.length, rows[i].alphabet, &plain, 1, &part), 0);
            assert_int_equal(part.end, first_part_end(before, rows[i].units, strlen(rows[i].single),
                                                      strlen(rows[i].pair)));
        }
}

/* Texts of random characters through each cut, and back. */
static void test_random_texts(void **state)
{
    (void)state;
    static const char *const characters[] = {"a", "@", "\n", "\xC3\xA9", EURO, "{", HAN, SMILE};
    static const struct sms_segmentation cuts[] = {
        {0xA5, false, 0}, {0xA501, true, 0}, {7, false, 16}, {7, true, 99}};
    uint64_t seed = 23;
    for (size_t round = 0; round < 500; round++) {
        enum short_text_alphabet alphabet;
        static uint8_t units[TEXT_MAX], back[TEXT_MAX];
        struct byte_writer writer = byte_writer_on(units, sizeof units),
                           utf8 = byte_writer_on(back, sizeof back);
        size_t bad_at;
        const size_t kinds = round % 2 == 0 ? 6 : 8; /* 6: GSM 7-bit */
        clear();
        for (size_t count = 1 + random_next(&seed) % 600; count > 0; count--)
            append(characters[random_next(&seed) % kinds], 1);
        assert_int_equal(short_text_alphabet(text.bytes, text.length, &alphabet, &bad_at), OTA_OK);
        for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++)
            assert_cut_well(alphabet, &cuts[i]);
        assert_int_equal(short_text_encode(text.bytes, text.length, alphabet, &writer), OTA_OK);
        assert_int_equal(short_text_decode(units, writer.length, alphabet, &utf8), OTA_OK);
        assert_int_equal(utf8.length, text.length);
        assert_memory_equal(back, text.bytes, text.length);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct sms_segmentation impossible[] = {{256, false, 0}, {1, false, 15}, {1, false, 141}};
    struct short_text_part part;
    uint8_t units[8];
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++)
        assert_int_equal(short_text_count("a", 1, SHORT_TEXT_GSM7, &impossible[i]), 0);
    assert_int_equal(short_text_count(HAN, 3, SHORT_TEXT_GSM7, &plain), 0);
    assert_int_equal(short_text_part("a", 1, SHORT_TEXT_GSM7, &plain, 0, &part), OTA_E_BAD_VALUE);
    assert_int_equal(short_text_part("a", 1, SHORT_TEXT_GSM7, &plain, 2, &part), OTA_E_BAD_VALUE);
    struct byte_writer writer = byte_writer_on(units, sizeof units);
    assert_int_equal(short_text_encode("a" HAN, 4, SHORT_TEXT_GSM7, &writer), OTA_E_BAD_VALUE);
    assert_int_equal(short_text_encode("a\0", 2, SHORT_TEXT_UCS2, &writer), OTA_E_BAD_VALUE);
    writer = byte_writer_on(units, 3);
    assert_int_equal(short_text_encode("a" EURO "b", 5, SHORT_TEXT_GSM7, &writer), OTA_E_NO_SPACE);
    assert_int_equal(short_text_encode(SMILE, 4, SHORT_TEXT_UCS2, &writer), OTA_E_NO_SPACE);
}

/* What no sender should send. */
static void test_decode_of_what_comes(void **state)
{
    (void)state;
    static const struct {
        enum short_text_alphabet alphabet;
        const char *units;
        int status;
        const char *utf8;
    } rows[] = {
        {SHORT_TEXT_GSM7, "411B", OTA_OK, "4120"},
        {SHORT_TEXT_GSM7, "1B1B41", OTA_OK, "2041"},
        {SHORT_TEXT_GSM7, "4181", OTA_E_BAD_VALUE, "41"},
        {SHORT_TEXT_UCS2, "0000", OTA_OK, "00"},
        {SHORT_TEXT_UCS2, "D83D0041", OTA_OK, "EFBFBD41"},
        {SHORT_TEXT_UCS2, "DE00D83D", OTA_OK, "EFBFBDEFBFBD"},
        {SHORT_TEXT_UCS2, "D83DD83DDE00", OTA_OK, "EFBFBDF09F9880"},
        {SHORT_TEXT_UCS2, "D83DDE", OTA_E_TRUNCATED, "EFBFBD"},
        {SHORT_TEXT_UCS2, "-", OTA_OK, "-"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct octets row = from_hex(rows[i].units);
        uint8_t utf8[32], *units = exact_copy(row.bytes, row.length);
        struct byte_writer writer = byte_writer_on(utf8, sizeof utf8);
        assert_int_equal(short_text_decode(units, row.length, rows[i].alphabet, &writer), rows[i].status);
        assert_bytes(utf8, writer.length, rows[i].utf8);
        free(units);
    }
}

/* SHORT_TEXT_UTF8_MAX holds whatever an SMS may bring. */
static void test_longest_decoded(void **state)
{
    (void)state;
    uint8_t units[SHORT_TEXT_UNITS_MAX], utf8[SHORT_TEXT_UTF8_MAX];
    struct byte_writer writer = byte_writer_on(utf8, sizeof utf8);
    memset(units, 0x04, sizeof units); /* two bytes each */
    assert_int_equal(short_text_decode(units, sizeof units, SHORT_TEXT_GSM7, &writer), OTA_OK);
    assert_int_equal(writer.length, SHORT_TEXT_UTF8_MAX);
    writer = byte_writer_on(utf8, sizeof utf8);
    memset(units, 0xFF, sizeof units); /* three bytes for two */
    assert_int_equal(short_text_decode(units, 140, SHORT_TEXT_UCS2, &writer), OTA_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_alphabet),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_pairs_stay_together),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_decode_of_what_comes),
        cmocka_unit_test(test_longest_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
