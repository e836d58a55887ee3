/* What the tests of protocol/ share: hex literals, exact-size copies, vector files, a seeded PRNG. */
#ifndef OTA_TESTS_PROTOCOL_HELPERS_H
#define OTA_TESTS_PROTOCOL_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/bytes.h"
#include "protocol/errors.h"
#include "protocol/security.h"

#define OCTETS_MAX 1024

struct octets {
    uint8_t bytes[OCTETS_MAX];
    size_t length;
};

/* Hex digits, blanks between them allowed; "-" is none. A mistake fails the test. */
struct octets from_hex(const char *text);

/* Fails, showing both in hex, unless equal. */
void assert_bytes(const uint8_t *bytes, size_t length, const char *hex);

/* A heap copy of exactly that size, so that a sanitizer sees a read behind it; free() it. */
uint8_t *exact_copy(const uint8_t *bytes, size_t length);

/* Key set out of two hex fields and the CC's size. */
struct security_keys keys_of(const char *kic, const char *kid, const char *cc_size);

#define VECTOR_FIELDS_MAX 16

/* Calls `use` for each line of $TESTDATA/vectors/`name` with its blank-separated
 * fields, of which there must be `count`; # begins a comment line. Returns the lines. */
size_t each_vector(const char *name, size_t count, void (*use)(char *const *fields));

/* xorshift64*: the same row of numbers everywhere. */
uint64_t random_next(uint64_t *state);
void random_fill(uint64_t *state, uint8_t *bytes, size_t length);

#endif
