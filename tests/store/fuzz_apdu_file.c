/* An APDU file: what is taken consists of upper-case hex commands, and nothing leaks. */
#include <ctype.h>
#include <string.h>

#include "gateway-plugin/import/apdu_file.h"
#include "tests/protocol/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct apdu_file file;
    struct refusal refusal = {0};
    if (apdu_file_parse((const char *)data, size, SCRIPT_COMPACT, &file, &refusal) != 0) {
        MUST(file.count == 0 && file.commands == NULL);
        return 0;
    }
    MUST(file.count >= 1 && file.count <= APDU_FILE_COMMANDS_MAX);
    for (size_t i = 0; i < file.count; i++) {
        const char *command = file.commands[i];
        MUST(strlen(command) % 2 == 0 && strlen(command) >= 2);
        MUST(strspn(command, "0123456789ABCDEF") == strlen(command));
    }
    apdu_file_free(&file);
    return 0;
}
