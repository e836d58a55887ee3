/*
 * What all cards of one make have in common: the file tree of TS 51.011 clause
 * 10, on a UICC (TS 102 221) with its applications, access conditions and first
 * contents, PINs, and the remote file management applications. Read once, never
 * changed, shared by all cards. One tree serves the commands of both.
 */
#ifndef OTA_SIMSIM_CARD_PROFILE_H
#define OTA_SIMSIM_CARD_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/security.h"

#define FID_MF 0x3F00
#define FID_APPLICATION 0x7FFF /* TS 102 221 8.3: whichever ADF is current */
#define NO_FILE UINT16_MAX     /* no such file, or none selected */
#define MF_INDEX 0             /* the MF is the first file of the tree */
#define CHV_SIZE 8             /* TS 51.011 9.3: a CHV is 8 bytes, FF filled */
#define FILE_NAME_SIZE 16
#define FILE_PATH_SIZE 41 /* ten FIDs as hex digits */
#define FILE_DEPTH_MAX 10
#define AID_SIZE_MAX 16
#define APPLICATION_LABEL_SIZE 33 /* TS 102 221 13.1: up to 32 characters */
#define SFI_MAX 30

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
/* The last two only while a profile is read: EF.DIR and EF.ARR are written then (generated_files.h). */
enum content_source {
    CONTENT_FIXED,
    CONTENT_ICCID,
    CONTENT_IMSI,
    CONTENT_MSISDN,
    CONTENT_APPLICATIONS,
    CONTENT_ACCESS_RULES
};

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
    uint8_t *content; /* `size` bytes; owned by the profile; NULL when it is another file's */
    uint16_t same_as; /* index of the file whose content this is, most often its own */
    uint8_t sfi;      /* TS 102 221 8.2.2; 0: none */

    uint16_t rule_file; /* FID of the EF.ARR with its access rule; 0: the profile has none */
    uint8_t rule_record;

    uint8_t characteristics; /* MF and DF only, TS 51.011 9.2.1 byte 14 without the CHV1 bit */
    uint16_t free_memory;
    uint8_t aid[AID_SIZE_MAX]; /* DF only, TS 102 221 8.3: it is an application's (ADF) */
    uint8_t aid_length;        /* 0: it is not */
    char label[APPLICATION_LABEL_SIZE];
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

/* Commands of which classes: bits. A UICC takes both from a phone. */
enum command_set { COMMANDS_SIM = 1, COMMANDS_UICC = 2 };

/* A remote file management application (TS 31.116, GSM 03.48 clause 6). */
struct rfm_application {
    uint8_t tar[TAR_SIZE];
    uint8_t minimum_spi1; /* minimum security level, coded as SPI1 (TS 102 226 8.2.1.3.2.4) */
    uint16_t rights;      /* access domain */
    uint8_t commands;     /* enum command_set: what a script may hold */
    uint16_t start;       /* the directory that is current when a script begins */
    bool accepts_d0;      /* a proactive REFRESH as last element of a compact script */
    bool refuses_compact, refuses_expanded; /* formats of scripts (TS 102 226 clause 5); it takes one at least */
    bool refuses_chaining;                  /* of expanded ones */
};

/* What a key set of that index may be used for; all zero: any algorithm that its keys' length fits. */
struct key_set_rule {
    uint8_t algorithm; /* the low nibble that KIc and KID must have; 0: any */
    uint8_t cc_size;   /* bytes of an AES CC, 4 or 8; 0: 8 */
};
#define KEY_SETS_MAX 15 /* TS 102 225 5.1.2: indexes 1 to 15 */

/* TS 102 221 7.2: bits. */
enum transmission_protocol { PROTOCOL_T0 = 1, PROTOCOL_T1 = 2 };

struct card_profile {
    char *name;
    bool is_uicc;
    uint8_t protocols; /* enum transmission_protocol: what the ATR offers */
    struct profile_file *files;
    size_t file_count; /* at most NO_FILE */
    struct chv_profile chv;
    struct rfm_application *rfm;
    size_t rfm_count;
    struct key_set_rule key_sets[KEY_SETS_MAX + 1]; /* by index */
    bool counter_per_tar; /* one counter (CNTR) for each RFM application; else for each key set */
};

void card_profile_free(struct card_profile **profile);

/* The child of `df` with that FID, or NO_FILE. An ADF is nobody's child. */
uint16_t card_profile_child(const struct card_profile *profile, uint16_t df, uint16_t fid);

/* TS 51.011 6.6, TS 102 221 8.4.1: what a SELECT by FID finds from the current directory, or NO_FILE. */
uint16_t card_profile_selectable(const struct card_profile *profile, uint16_t current, uint16_t fid);

/* The EF in `df` with that short file identifier, or NO_FILE. */
uint16_t card_profile_find_sfi(const struct card_profile *profile, uint16_t df, uint8_t sfi);

/* The application (ADF) in whose tree the file stands, or MF_INDEX. */
uint16_t card_profile_application(const struct card_profile *profile, uint16_t file);

/* How many DFs (or EFs) stand directly in `df`. */
unsigned card_profile_count_children(const struct card_profile *profile, uint16_t df, enum file_kind kind);

/* "3F007F206F46" and back; the index or NO_FILE. */
void card_profile_path(const struct card_profile *profile, uint16_t file, char path[static FILE_PATH_SIZE]);
uint16_t card_profile_find_path(const struct card_profile *profile, const char *path);

const struct rfm_application *card_profile_find_tar(const struct card_profile *profile,
                                                    const uint8_t tar[static TAR_SIZE]);

#endif
