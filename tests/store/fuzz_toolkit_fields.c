/* What an operator says of toolkit parameters, a field a line: what is made of it reads as it was said, and
 * has words. */
#include <string.h>

#include "gateway-plugin/model/install_words.h"
#include "gateway-plugin/model/toolkit_parameters.h"
#include "protocol/errors.h"
#include "protocol/hex.h"
#include "tests/protocol/fuzz.h"

#define LINES 8

/* The lines, each ended; those that are missing stay NULL. */
static void split(char *text, const char *lines[static LINES])
{
    for (size_t i = 0; i < LINES && text != NULL; i++) {
        lines[i] = text;
        text = strchr(text, '\n');
        if (text != NULL)
            *text++ = '\0';
    }
}

static void count_line(void *count, const char *line)
{
    MUST(line[0] != '\0' && strchr(line, ':') != NULL);
    ++*(size_t *)count;
}

static void expect_readable(const struct toolkit_parameters *made)
{
    static struct install_parameters read;
    uint8_t bytes[INSTALL_PARAMETERS_MAX];
    char again[INSTALL_PARAMETERS_SIZE];
    size_t lines = 0;
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    MUST(toolkit_parameters_read(made->install_parameters, &read) == OTA_OK);
    MUST(toolkit_format_name(&read) != NULL);
    MUST(install_parameters_encode(&read, &writer) == OTA_OK);
    MUST(strcmp(hex_encode(bytes, writer.length, again), made->install_parameters) == 0);
    install_words(&read, count_line, &lines);
    MUST(lines >= 2); /* C9, and CA or 80 */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *lines[LINES] = {NULL};
    struct toolkit_parameters made = {0};
    struct refusal refusal = {0};
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    split(text, lines);
    const struct toolkit_fields fields = {.format = lines[0],
                                          .priority = size > 0 ? data[0] : 0,
                                          .max_timers = (int64_t)size % 10,
                                          .menu_entries = lines[1],
                                          .minimum_security_level = lines[2],
                                          .tar_list = lines[3],
                                          .access_domain = lines[4],
                                          .uicc_access = lines[5],
                                          .uicc_admin_access = lines[6],
                                          .application_data = lines[7]};
    if (toolkit_parameters_make(&fields, &made, &refusal) == 0)
        expect_readable(&made);
    else
        MUST(refusal.kind == REFUSAL_INVALID && refusal.text[0] != '\0' &&
             made.install_parameters[0] == '\0');
    free(text);
    return 0;
}
