#include "tests/protocol/helpers.h"

#include "protocol/hex.h"

struct octets from_hex(const char *text)
{
    char digits[2 * OCTETS_MAX + 1];
    size_t count = 0;
    struct octets octets = {.length = 0};
    if (strcmp(text, "-") == 0)
        return octets;
    for (; *text != '\0'; text++) {
        if (*text == ' ')
            continue;
        if (count == sizeof digits - 1)
            fail_msg("hex literal longer than %d bytes", OCTETS_MAX);
        digits[count++] = *text;
    }
    if (hex_decode(digits, count, octets.bytes, sizeof octets.bytes, &octets.length) != OTA_OK)
        fail_msg("bad hex literal of %zu digits", count);
    return octets;
}

void assert_bytes(const uint8_t *bytes, size_t length, const char *hex)
{
    struct octets expected = from_hex(hex);
    char actual_text[2 * OCTETS_MAX + 1], expected_text[2 * OCTETS_MAX + 1];
    assert_true(length <= OCTETS_MAX);
    hex_encode(bytes, length, actual_text);
    hex_encode(expected.bytes, expected.length, expected_text);
    if (strcmp(actual_text, expected_text) != 0)
        print_error("got      %s\nexpected %s\n", actual_text, expected_text);
    assert_true(strcmp(actual_text, expected_text) == 0);
}

uint8_t *exact_copy(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length);
    if (length > 0) {
        assert_non_null(copy);
        memcpy(copy, bytes, length);
    }
    return copy;
}

struct security_keys keys_of(const char *kic, const char *kid, const char *cc_size)
{
    struct security_keys keys = {.cc_size = (size_t)strtoul(cc_size, NULL, 10)};
    struct octets kic_bytes = from_hex(kic), kid_bytes = from_hex(kid);
    assert_true(kic_bytes.length <= KEY_SIZE_MAX && kid_bytes.length <= KEY_SIZE_MAX);
    memcpy(keys.kic, kic_bytes.bytes, kic_bytes.length);
    memcpy(keys.kid, kid_bytes.bytes, kid_bytes.length);
    keys.kic_size = kic_bytes.length;
    keys.kid_size = kid_bytes.length;
    return keys;
}

static size_t split(char *line, char **fields)
{
    size_t count = 0;
    char *rest = NULL;
    for (char *field = strtok_r(line, " \t\n", &rest); field != NULL;
         field = strtok_r(NULL, " \t\n", &rest)) {
        if (count == VECTOR_FIELDS_MAX)
            fail_msg("more than %d fields", VECTOR_FIELDS_MAX);
        fields[count++] = field;
    }
    return count;
}

size_t each_vector(const char *name, size_t count, void (*use)(char *const *fields))
{
    const char *directory = getenv("TESTDATA");
    char path[1024], line[8192];
    char *fields[VECTOR_FIELDS_MAX];
    size_t lines = 0;
    snprintf(path, sizeof path, "%s/vectors/%s", directory == NULL ? "testdata" : directory, name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail_msg("cannot open %s", path);
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#' || line[strspn(line, " \t\n")] == '\0')
            continue;
        size_t found = split(line, fields);
        if (found != count)
            fail_msg("%s: %s has %zu fields, expected %zu", path, fields[0], found, count);
        use(fields);
        lines++;
    }
    fclose(file);
    return lines;
}

uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

void random_fill(uint64_t *state, uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(random_next(state) >> 56);
}
