/* A line of a batch, for each command: it is answered with one object on one line. */
#include <string.h>

#include "tests/protocol/fuzz.h"
#include "tools/batch.h"
#include "tools/json_request.h"

static struct session session;
static struct answer answer;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (session.crypto == NULL) {
        json_request_setup();
        session.crypto = packet_crypto_new();
    }
    for (size_t i = 0; commands[i] != NULL; i++) {
        struct request defaults = {.present = 0};
        request_clear(&defaults);
        (void)batch_run_object(commands[i], &session, &defaults, (const char *)data, size, &answer);
        MUST(answer.length > 2 && answer.text[0] == '{');
        MUST(memchr(answer.text, '\n', answer.length) == answer.text + answer.length - 1);
    }
    return 0;
}
