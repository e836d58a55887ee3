/*
 * What all cards of one make have in common: the file tree of TS 51.011 clause
 * 10 with access conditions and first contents, PINs, and the remote file
 * management applications. Read once, never changed, shared by all cards.
 */
#ifndef OTA_SIMSIM_CARD_PROFILE_H
#define OTA_SIMSIM_CARD_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/security.h"

#define FID_MF 0x3F00
#define NO_FILE UINT16_MAX /* no such file, or none selected */
#define MF_INDEX 0         /* the MF is the first file of the tree */
#define CHV_SIZE 8         /* TS 51.011 9.3: a CHV is 8 bytes, FF filled */
#define FILE_NAME_SIZE 16
#define FILE_PATH_SIZE 41 /* ten FIDs as hex digits */
#define FILE_DEPTH_MAX 10

/* TS 51.011 9.3: access conditions are nibbles; 4 to E are the administration's. */
enum access_condition { ACCESS_ALW = 0, ACCESS_CHV1 = 1, ACCESS_CHV2 = 2, ACCESS_ADM = 4, ACCESS_NEV = 15 };

enum access_right {
    RIGHT_READ,
    RIGHT_UPDATE,
    RIGHT_INCREASE,
    RIGHT_REHABILITATE,
    RIGHT_INVALIDATE,
    RIGHT_COUNT
};

/* Access conditions held fulfilled, bit n for condition n. NEV is never among them. */
#define RIGHTS_ALWAYS ((uint16_t)1u)
#define RIGHTS_ADM ((uint16_t)0x7FF0u)
#define RIGHTS_FULL ((uint16_t)0x7FFFu)

enum file_kind { FILE_MF = 1, FILE_DF = 2, FILE_EF = 4 };                       /* TS 51.011 9.3 */
enum file_structure { FILE_TRANSPARENT = 0, FILE_LINEAR = 1, FILE_CYCLIC = 3 }; /* TS 51.011 9.3 */
enum content_source { CONTENT_FIXED, CONTENT_ICCID, CONTENT_IMSI, CONTENT_MSISDN };

struct profile_file {
    uint16_t fid;
    uint16_t parent; /* index; the MF is its own parent */
    enum file_kind kind;
    char name[FILE_NAME_SIZE];
    unsigned line; /* in the profile's file, for error messages */

    enum file_structure structure; /* EF only, as all below */
    uint8_t record_length;
    uint8_t record_count;
    uint16_t size;
    uint8_t access[RIGHT_COUNT];
    bool readable_when_invalidated;
    enum content_source source;
    uint8_t *content; /* `size` bytes; owned by the profile */

    uint8_t characteristics; /* MF and DF only, TS 51.011 9.2.1 byte 14 without the CHV1 bit */
    uint16_t free_memory;
};

enum chv_number { CHV1 = 0, CHV2 = 1, CHV_ADM = 2, CHV_COUNT = 3 };

/* The PINs of a card: in the profile as they are first, in a card as they became. */
struct chv_state {
    uint8_t code[CHV_COUNT][CHV_SIZE];
    uint8_t tries[CHV_COUNT];
    uint8_t unblock_tries[CHV_COUNT];
    bool chv1_enabled;
};

struct chv_profile {
    bool present[CHV_COUNT];
    uint8_t unblock_code[CHV_COUNT][CHV_SIZE];
    uint8_t tries_max[CHV_COUNT];
    struct chv_state first;
};

/* A remote file management application (TS 31.116, GSM 03.48 clause 6). */
struct rfm_application {
    uint8_t tar[TAR_SIZE];
    uint8_t minimum_spi1; /* minimum security level, coded as SPI1 (TS 102 226 8.2.1.3.2.4) */
    uint16_t rights;      /* access domain */
    bool accepts_d0;      /* a proactive REFRESH as last element of a compact script */
};

/* What a key set of that index may be used for; all zero: any algorithm that its keys' length fits. */
struct key_set_rule {
    uint8_t algorithm; /* the low nibble that KIc and KID must have; 0: any */
    uint8_t cc_size;   /* bytes of an AES CC, 4 or 8; 0: 8 */
};
#define KEY_SETS_MAX 15 /* TS 102 225 5.1.2: indexes 1 to 15 */

struct card_profile {
    char *name;
    struct profile_file *files;
    size_t file_count; /* at most NO_FILE */
    struct chv_profile chv;
    struct rfm_application *rfm;
    size_t rfm_count;
    struct key_set_rule key_sets[KEY_SETS_MAX + 1]; /* by index */
    bool counter_per_tar; /* one counter (CNTR) for each RFM application; else for each key set */
};

void card_profile_free(struct card_profile **profile);

/* The child of `df` with that FID, or NO_FILE. */
uint16_t card_profile_child(const struct card_profile *profile, uint16_t df, uint16_t fid);

/* How many DFs (or EFs) stand directly in `df`. */
unsigned card_profile_count_children(const struct card_profile *profile, uint16_t df, enum file_kind kind);

/* "3F007F206F46" and back; the index or NO_FILE. */
void card_profile_path(const struct card_profile *profile, uint16_t file, char path[static FILE_PATH_SIZE]);
uint16_t card_profile_find_path(const struct card_profile *profile, const char *path);

const struct rfm_application *card_profile_find_tar(const struct card_profile *profile,
                                                    const uint8_t tar[static TAR_SIZE]);

#endif
