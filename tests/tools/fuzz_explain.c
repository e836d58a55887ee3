/* `otapacket explain`, of any bytes as any layer: the first two bytes choose layer and SPI2. */
#include <string.h>

#include "tests/protocol/fuzz.h"
#include "tools/command.h"

static struct session session;
static struct answer answer;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct request request = {.present = 0};
    char hex[2 * 4096 + 1];
    static const char digits[] = "0123456789ABCDEF";
    if (size < 2 || size > 4096)
        return 0;
    if (session.crypto == NULL)
        session.crypto = packet_crypto_new();
    request_clear(&request);
    request.as = (enum layer)(data[0] % (LAYER_ANSWER + 1));
    request.present = FIELD_BIT(FIELD_SPI);
    request.security = (struct security_parameters){.spi1 = 0x16, .spi2 = data[1], .kic = 0x15, .kid = 0x15};
    request.keys.kic_size = request.keys.kid_size = 16;
    for (size_t i = 2; i < size; i++) {
        hex[2 * (i - 2)] = digits[data[i] >> 4];
        hex[2 * (i - 2) + 1] = digits[data[i] & 15];
    }
    byte_list_clear(&session.input);
    MUST(byte_list_add_hex(&session.input, hex, 2 * (size - 2)) == 0);
    answer_begin(&answer, (data[0] & 0x80) != 0);
    int rc = explain_command.run(&session, &request, &answer);
    answer_end(&answer);
    MUST(!answer.failed && (rc == 0 ? answer.length > 0 : answer.refusal.text[0] != '\0'));
    return 0;
}
