/*
 * How near command_packet_encode() comes to what OpenSSL alone needs: 100 data
 * bytes, 3DES with 2 keys for CC and cipher, other keys for each packet. The
 * bound is the same two key set-ups, the same CBC over 128 and 120 bytes, and
 * nothing else. Rounds of both alternate; the medians are compared.
 *   make tests/protocol/bench_command_packet && tests/protocol/bench_command_packet
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "protocol/command_packet.h"
#include "protocol/errors.h"

#define KEY_SETS 256
#define PACKETS_A_ROUND 20000
#define ROUNDS 15
#define DATA_LENGTH 100
#define MAC_LENGTH 128      /* 16 header bytes, data, 6 of padding, zeros to a whole block */
#define CIPHERED_LENGTH 120 /* CNTR to padding */

static struct security_keys key_sets[KEY_SETS];
static uint8_t expanded[KEY_SETS][2][24]; /* what the bound gets for free: keys as EDE3 takes them */

static void make_keys(void)
{
    srand(348);
    for (size_t i = 0; i < KEY_SETS; i++) {
        struct security_keys *keys = &key_sets[i];
        keys->kic_size = keys->kid_size = 16;
        for (size_t k = 0; k < 16; k++) {
            keys->kic[k] = (uint8_t)rand();
            keys->kid[k] = (uint8_t)rand();
        }
        for (size_t k = 0; k < 24; k++) {
            expanded[i][0][k] = keys->kic[k % 16];
            expanded[i][1][k] = keys->kid[k % 16];
        }
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(int ok)
{
    if (!ok) {
        fprintf(stderr, "bench_command_packet: OpenSSL or the encoder refused\n");
        exit(1);
    }
}

static double time_encoder(struct packet_crypto *crypto)
{
    uint8_t data[DATA_LENGTH] = {0xA0}, packet[160];
    struct command_packet command = {
        .security = {.spi1 = 0x16, .spi2 = 0x21, .kic = 0x15, .kid = 0x15, .tar = {0xB0, 0x00, 0x10}},
        .data = data,
        .length = sizeof data};
    double start = seconds();
    for (size_t i = 0; i < PACKETS_A_ROUND; i++) {
        struct byte_writer writer = byte_writer_on(packet, sizeof packet);
        command.counter = i;
        must(command_packet_encode(crypto, &command, &key_sets[i % KEY_SETS], &writer) == OTA_OK);
    }
    return seconds() - start;
}

static void run_cbc(EVP_CIPHER_CTX *context, const uint8_t *key, const uint8_t *in, int length, uint8_t *out)
{
    static const uint8_t iv[8];
    int done = 0;
    must(EVP_EncryptInit_ex2(context, NULL, key, iv, NULL));
    must(EVP_EncryptUpdate(context, out, &done, in, length) && done == length);
}

static double time_bound(EVP_CIPHER_CTX *context)
{
    uint8_t packet[MAC_LENGTH] = {0xA0}, mac[MAC_LENGTH];
    double start = seconds();
    for (size_t i = 0; i < PACKETS_A_ROUND; i++) {
        run_cbc(context, expanded[i % KEY_SETS][1], packet, MAC_LENGTH, mac);
        run_cbc(context, expanded[i % KEY_SETS][0], packet, CIPHERED_LENGTH, packet);
    }
    return seconds() - start;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "DES-EDE3-CBC", NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    struct packet_crypto *crypto = packet_crypto_new();
    double encoder[ROUNDS], bound[ROUNDS];
    must(cipher != NULL && context != NULL && crypto != NULL);
    must(EVP_EncryptInit_ex2(context, cipher, NULL, NULL, NULL));
    must(EVP_CIPHER_CTX_set_padding(context, 0));
    make_keys();
    time_encoder(crypto);
    time_bound(context);
    for (size_t i = 0; i < ROUNDS; i++) {
        encoder[i] = time_encoder(crypto);
        bound[i] = time_bound(context);
    }
    qsort(encoder, ROUNDS, sizeof encoder[0], by_value);
    qsort(bound, ROUNDS, sizeof bound[0], by_value);
    double packets = PACKETS_A_ROUND / encoder[ROUNDS / 2], limit = PACKETS_A_ROUND / bound[ROUNDS / 2];
    printf("command_packet_encode %.0f packets/s, OpenSSL alone %.0f/s, ratio %.3f\n", packets, limit,
           packets / limit);
    packet_crypto_free(&crypto);
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    return 0;
}
