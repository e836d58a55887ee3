/*
 * How near command_packet_encode() comes to what OpenSSL alone needs: 100 data
 * bytes, CC and cipher, other keys for each packet. The bound is two key set-ups,
 * the same ciphering and MAC of the same bytes through prefetched algorithms and
 * contexts, and nothing else: no header, no padding, no copy. It is the cheaper of
 * the EVP calls and of the old low-level ones. Short rounds alternate, and the least
 * disturbed are compared. `make bench` runs it and fails below the ratios wanted.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* the low-level calls, as a bound only */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/aes.h>
#include <openssl/cmac.h>
#include <openssl/core_names.h>
#include <openssl/des.h>
#include <openssl/evp.h>

#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "tests/measuring.h"

#define KEY_SETS 256
#define PACKETS_A_ROUND 200
#define ROUNDS 1000
#define DATA_LENGTH 100
#define KEY_SIZE 16
#define DES_MAC_LENGTH 128 /* 16 header bytes, data, 6 of padding, zeros to a whole block */
#define DES_CIPHERED_LENGTH 120
#define AES_MAC_LENGTH 130 /* 16 header bytes, data, 14 of padding */
#define AES_CIPHERED_LENGTH 128

static struct security_keys key_sets[KEY_SETS];
static uint8_t expanded[KEY_SETS][2][24]; /* what the bound gets for free: keys as EDE3 takes them */

static void make_keys(void)
{
    srand(348);
    for (size_t i = 0; i < KEY_SETS; i++) {
        struct security_keys *keys = &key_sets[i];
        keys->kic_size = keys->kid_size = KEY_SIZE;
        for (size_t k = 0; k < KEY_SIZE; k++) {
            keys->kic[k] = (uint8_t)rand();
            keys->kid[k] = (uint8_t)rand();
        }
        for (size_t k = 0; k < 24; k++) {
            expanded[i][0][k] = keys->kic[k % KEY_SIZE];
            expanded[i][1][k] = keys->kid[k % KEY_SIZE];
        }
    }
}

static void must(int ok)
{
    if (!ok) {
        fprintf(stderr, "bench_command_packet: OpenSSL or the encoder refused\n");
        exit(1);
    }
}

static void encode(struct packet_crypto *crypto, uint8_t algorithm, size_t i)
{
    static const uint8_t data[DATA_LENGTH] = {0xA0};
    uint8_t packet[160];
    const struct command_packet command = {.security = {.spi1 = 0x16,
                                                        .spi2 = 0x21,
                                                        .kic = algorithm,
                                                        .kid = algorithm,
                                                        .tar = {0xB0, 0x00, 0x10}},
                                           .counter = i,
                                           .data = data,
                                           .length = sizeof data};
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    must(command_packet_encode(crypto, &command, &key_sets[i % KEY_SETS], &writer) == OTA_OK);
}

/* What a round works with. */
struct tools {
    struct packet_crypto *crypto;
    EVP_CIPHER_CTX *des, *aes;
    EVP_MAC_CTX *cmac;
    CMAC_CTX *old_cmac;
};

static void run_cbc(EVP_CIPHER_CTX *context, const uint8_t *key, const uint8_t *in, int length, uint8_t *out)
{
    static const uint8_t iv[16];
    int done = 0;
    must(EVP_EncryptInit_ex2(context, NULL, key, iv, NULL));
    must(EVP_EncryptUpdate(context, out, &done, in, length) && done == length);
}

static void des_encoder(struct tools *tools, size_t i)
{
    encode(tools->crypto, 0x15, i);
}

static void aes_encoder(struct tools *tools, size_t i)
{
    encode(tools->crypto, 0x12, i);
}

static void des_evp(struct tools *tools, size_t i)
{
    uint8_t packet[DES_MAC_LENGTH] = {0xA0}, mac[DES_MAC_LENGTH];
    run_cbc(tools->des, expanded[i % KEY_SETS][1], packet, DES_MAC_LENGTH, mac);
    run_cbc(tools->des, expanded[i % KEY_SETS][0], packet, DES_CIPHERED_LENGTH, packet);
}

static void des_low(const uint8_t *key, const uint8_t *in, long length, uint8_t *out)
{
    DES_key_schedule first, second;
    DES_cblock iv = {0}, halves[2];
    memcpy(halves, key, sizeof halves);
    DES_set_key_unchecked(&halves[0], &first);
    DES_set_key_unchecked(&halves[1], &second);
    DES_ede3_cbc_encrypt(in, out, length, &first, &second, &first, &iv, DES_ENCRYPT);
}

static void des_low_level(struct tools *tools, size_t i)
{
    uint8_t packet[DES_MAC_LENGTH] = {0xA0}, mac[DES_MAC_LENGTH];
    (void)tools;
    des_low(key_sets[i % KEY_SETS].kid, packet, DES_MAC_LENGTH, mac);
    des_low(key_sets[i % KEY_SETS].kic, packet, DES_CIPHERED_LENGTH, packet);
}

static void aes_evp(struct tools *tools, size_t i)
{
    uint8_t packet[AES_MAC_LENGTH] = {0xA0}, mac[16];
    size_t length;
    must(EVP_MAC_init(tools->cmac, key_sets[i % KEY_SETS].kid, KEY_SIZE, NULL));
    must(EVP_MAC_update(tools->cmac, packet, AES_MAC_LENGTH));
    must(EVP_MAC_final(tools->cmac, mac, &length, sizeof mac));
    run_cbc(tools->aes, key_sets[i % KEY_SETS].kic, packet, AES_CIPHERED_LENGTH, packet);
}

/* The least that a CMAC is (RFC 4493): a zero block for the subkey, which goes into the last block,
 * and the message, in one CBC whose chaining the zero block's result in the first block undoes. */
static void aes_evp_by_cbc(struct tools *tools, size_t i)
{
    uint8_t packet[AES_MAC_LENGTH] = {0xA0}, mac[144] = {0xA0}, zeros[16] = {0};
    int done = 0;
    run_cbc(tools->aes, key_sets[i % KEY_SETS].kid, zeros, sizeof zeros, zeros);
    for (size_t k = 0; k < sizeof zeros; k++) {
        const unsigned int next = k + 1 < sizeof zeros ? zeros[k + 1] >> 7 : 0;
        mac[k] ^= zeros[k];
        mac[sizeof mac - sizeof zeros + k] ^= (uint8_t)(zeros[k] << 1 | next);
    }
    must(EVP_EncryptUpdate(tools->aes, mac, &done, mac, sizeof mac));
    run_cbc(tools->aes, key_sets[i % KEY_SETS].kic, packet, AES_CIPHERED_LENGTH, packet);
}

static void aes_low_level(struct tools *tools, size_t i)
{
    uint8_t packet[AES_MAC_LENGTH] = {0xA0}, mac[16], iv[16] = {0};
    size_t length = sizeof mac;
    AES_KEY schedule;
    must(CMAC_Init(tools->old_cmac, key_sets[i % KEY_SETS].kid, KEY_SIZE, NULL, NULL));
    must(CMAC_Update(tools->old_cmac, packet, AES_MAC_LENGTH));
    must(CMAC_Final(tools->old_cmac, mac, &length));
    AES_set_encrypt_key(key_sets[i % KEY_SETS].kic, 8 * KEY_SIZE, &schedule);
    AES_cbc_encrypt(packet, packet, AES_CIPHERED_LENGTH, &schedule, iv, AES_ENCRYPT);
}

typedef void (*work)(struct tools *tools, size_t i);

static double time_round(work run, struct tools *tools)
{
    double start = seconds();
    for (size_t i = 0; i < PACKETS_A_ROUND; i++)
        run(tools, i);
    return seconds() - start;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#define BOUNDS_MAX 3

struct contest {
    const char *name;
    double wanted; /* ratio */
    work encoder;
    struct {
        const char *name;
        work run;
    } bounds[BOUNDS_MAX];
};

static const struct contest CONTESTS[] = {
    {"3DES", 0.9, des_encoder, {{"EVP", des_evp}, {"low-level DES", des_low_level}}},
    {"AES-128",
     0.8,
     aes_encoder,
     {{"EVP", aes_evp}, {"EVP, CMAC out of CBC", aes_evp_by_cbc}, {"low-level", aes_low_level}}},
};

/* Packets a second where nothing disturbed: a round is shorter than a slice of the scheduler. */
static double rate(double *rounds)
{
    qsort(rounds, ROUNDS, sizeof rounds[0], by_value);
    return PACKETS_A_ROUND / rounds[ROUNDS / 100];
}

static bool run_contest(const struct contest *contest, struct tools *tools)
{
    double encoder[ROUNDS], bounds[BOUNDS_MAX][ROUNDS], best = 0;
    const char *name = "";
    time_round(contest->encoder, tools);
    for (size_t i = 0; i < ROUNDS; i++) {
        encoder[i] = time_round(contest->encoder, tools);
        for (size_t k = 0; k < BOUNDS_MAX && contest->bounds[k].run != NULL; k++)
            bounds[k][i] = time_round(contest->bounds[k].run, tools);
    }
    double packets = rate(encoder);
    for (size_t k = 0; k < BOUNDS_MAX && contest->bounds[k].run != NULL; k++) {
        double bound = rate(bounds[k]);
        printf("  %-8s bound by %-21s %7.0f/s\n", contest->name, contest->bounds[k].name, bound);
        name = bound > best ? contest->bounds[k].name : name;
        best = bound > best ? bound : best;
    }
    printf("%-8s command_packet_encode %.0f packets/s, %s alone %.0f/s, ratio %.3f (wanted %.1f)\n",
           contest->name, packets, name, best, packets / best, contest->wanted);
    return packets / best >= contest->wanted;
}

static EVP_CIPHER_CTX *cipher_context(const char *name)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    must(cipher != NULL && context != NULL && EVP_EncryptInit_ex2(context, cipher, NULL, NULL, NULL));
    must(EVP_CIPHER_CTX_set_padding(context, 0));
    EVP_CIPHER_free(cipher);
    return context;
}

static EVP_MAC_CTX *cmac_context(void)
{
    char name[] = "AES-128-CBC";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
                                     OSSL_PARAM_construct_end()};
    EVP_MAC *cmac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(cmac);
    must(context != NULL && EVP_MAC_CTX_set_params(context, parameters));
    EVP_MAC_free(cmac);
    return context;
}

int main(void)
{
    struct tools tools = {.crypto = packet_crypto_new(),
                          .des = cipher_context("DES-EDE3-CBC"),
                          .aes = cipher_context("AES-128-CBC"),
                          .cmac = cmac_context(),
                          .old_cmac = CMAC_CTX_new()};
    bool good = true;
    must(tools.crypto != NULL && tools.old_cmac != NULL);
    must(CMAC_Init(tools.old_cmac, key_sets[0].kid, KEY_SIZE, EVP_aes_128_cbc(), NULL));
    make_keys();
    for (size_t i = 0; i < sizeof CONTESTS / sizeof CONTESTS[0]; i++)
        good = run_contest(&CONTESTS[i], &tools) && good;
    packet_crypto_free(&tools.crypto);
    EVP_CIPHER_CTX_free(tools.des);
    EVP_CIPHER_CTX_free(tools.aes);
    EVP_MAC_CTX_free(tools.cmac);
    CMAC_CTX_free(tools.old_cmac);
    return good ? 0 : 1;
}
