#include "config.h" /* memrchr() */

#include "tools/script_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/hex.h"

#define LINE_MAX_BYTES 2048 /* an APDU has at most 520 digits */

/* The line without blanks, comment and Windows' byte order mark; its length. */
static size_t squeeze(char *line)
{
    size_t length = 0;
    const char *start = strncmp(line, "\xEF\xBB\xBF", 3) == 0 ? line + 3 : line;
    for (const char *at = start; *at != '\0' && *at != '#'; at++)
        if (!isspace((unsigned char)*at))
            line[length++] = *at;
    return length;
}

/* fgets() tells no length: a NUL that the file has shows by the one that ends the line, the last of the buffer. */
static bool read_line(char line[static LINE_MAX_BYTES], FILE *file, bool *has_nul)
{
    memset(line, '\n', LINE_MAX_BYTES);
    if (fgets(line, LINE_MAX_BYTES, file) == NULL)
        return false;
    *has_nul = memrchr(line, '\0', LINE_MAX_BYTES) != strchr(line, '\0');
    return true;
}

static int add_line(char *line, const char *path, unsigned long number, struct byte_list *list,
                    struct refusal *refusal)
{
    if (strlen(line) == LINE_MAX_BYTES - 1)
        return refuse(refusal, "%s:%lu: longer than %d characters", path, number, LINE_MAX_BYTES - 2);
    size_t length = squeeze(line), good = hex_span(line, length);
    if (length == 0)
        return 0;
    switch (byte_list_add_hex(list, line, length)) {
    case OTA_OK: return 0;
    case OTA_E_BAD_HEX:
        if (good < length)
            return refuse(refusal, "%s:%lu: character 0x%02X is no hex digit", path, number,
                          (unsigned char)line[good]);
        return refuse(refusal, "%s:%lu: %zu hex digits, expected an even number", path, number, length);
    default:
        return refuse(refusal, "%s:%lu: more than %d bytes or %d commands", path, number, BYTE_LIST_BYTES_MAX,
                      BYTE_LIST_ITEMS_MAX);
    }
}

int script_file_read(const char *path, struct byte_list *list, struct refusal *refusal)
{
    char line[LINE_MAX_BYTES];
    bool has_nul;
    unsigned long number = 0;
    int rc = 0;
    size_t before = list->count;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return refuse(refusal, "%s: %s", path, strerror(errno));
    while (rc == 0 && read_line(line, file, &has_nul)) {
        number++;
        rc = has_nul ? refuse(refusal, "%s:%lu: character 0x00 is no hex digit", path, number)
                     : add_line(line, path, number, list, refusal);
    }
    if (rc == 0 && ferror(file))
        rc = refuse(refusal, "%s: %s", path, strerror(errno));
    if (rc == 0 && list->count == before)
        rc = refuse(refusal, "%s: no command, expected one a line", path);
    fclose(file);
    return rc;
}
