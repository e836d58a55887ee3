/* Any command and any answer in words: the first byte is the command's length. */
#include "explain/explain.h"
#include "tests/protocol/fuzz.h"

static size_t lines;

static void on_line(void *user, const char *text)
{
    (void)user;
    lines++;
    for (; *text != '\0'; text++)
        MUST((unsigned char)*text >= 0x20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct security_parameters asked;
    static const struct security_keys keys;
    static uint8_t packet[EXPLAIN_BYTES_MAX], work[EXPLAIN_BYTES_MAX], parts[300];
    static struct packet_crypto *crypto;
    static struct explain explain;
    const struct explanation_lines to = {.line = on_line};
    const struct explanation_writer writer = explanation_as_lines(&to);
    if (size == 0 || data[0] > size - 1 || size > 1000)
        return 0;
    if (crypto == NULL)
        crypto = packet_crypto_new();
    lines = 0;
    explain = (struct explain){
        .crypto = crypto, .known = {.asked = &asked, .keys = &keys}, .packet = packet, .data = work};
    reassembly_init(&explain.parts, parts, sizeof parts);
    explanation_begin(&explain.out, &writer);
    explain_exchange(&explain, data + 1, data[0], data + 1 + data[0], size - 1 - data[0]);
    MUST((lines > 0) == (data[0] >= 5 && size - 1 - data[0] >= 2));
    return 0;
}
