/*
 * The parameters of INSTALL [for install] (GlobalPlatform 11.5.2.3.7):
 *
 *   C9 L  what the applet itself reads; there even when it is empty
 *   EF L  system: C7 and C8 memory quotas, CA toolkit parameters of a SIM (3GPP TS 43.019, GSM 03.48 annex A)
 *   EA L  of a UICC (TS 102 226 clause 8.2.1.3.2): 80 toolkit parameters, 81 and 82 access to its files
 *
 *   CA    AD-length AD  | toolkit
 *   80                    toolkit | services
 *   toolkit  priority, timers, text length, n, n times {position, identifier}, channels, length and security level,
 *            length and TARs of 3 bytes
 *   81, 82   n times {AID-length AID, AD-length AD, DAP-length DAP}; the first AID is empty: the UICC's own files
 */
#ifndef OTA_PROTOCOL_INSTALL_PARAMETERS_H
#define OTA_PROTOCOL_INSTALL_PARAMETERS_H

#include "protocol/bytes.h"
#include "protocol/security.h"

/* An INSTALL of 255 bytes has room for so much beside three AIDs of 16 bytes, privileges and token. */
#define INSTALL_PARAMETERS_MAX 199

/* More than these do not fit into INSTALL_PARAMETERS_MAX. */
#define TOOLKIT_MENU_ENTRIES_MAX 91
#define TOOLKIT_TARS_MAX 61
#define ACCESS_ENTRIES_MAX 63

/* As many as TS 102 223 has identifiers: timers 1 to 8, channels 1 to 7, services 0 to 7. */
#define TOOLKIT_TIMERS_MAX 8
#define TOOLKIT_CHANNELS_MAX 7
#define TOOLKIT_SERVICES_MAX 8
#define TOOLKIT_IDENTIFIER_MAX 127 /* of a menu entry; those above are the card's own to give */

#define ACCESS_FULL 0x00 /* first byte of an access domain */
#define ACCESS_BY_RULES 0x02 /* a bit for each access condition follows */
#define ACCESS_NONE 0xFF

#define ACCESS_DOMAIN_MAX 8
#define ACCESS_DAP_MAX 8
#define ACCESS_AID_MAX 16

struct toolkit_menu_entry {
    uint8_t position;   /* 1 is the first; 0: behind all that are there */
    uint8_t identifier; /* 0: the card chooses one above TOOLKIT_IDENTIFIER_MAX */
};

/* What CA and 80 have in common. */
struct toolkit_application {
    uint8_t priority; /* 1 is the highest; 0 is reserved */
    uint8_t timers, channels;
    uint8_t text_length; /* of a menu entry, bytes */
    uint8_t entry_count;
    struct toolkit_menu_entry entries[TOOLKIT_MENU_ENTRIES_MAX];
    bool has_minimum_spi1;
    uint8_t minimum_spi1; /* a packet for the applet must be protected as this SPI1 says, or better */
    uint8_t tar_count;    /* 0: the TAR is in the instance's AID */
    uint8_t tars[TOOLKIT_TARS_MAX][TAR_SIZE];
};

/* What an applet may do with the files of an application, or with those of the card. */
struct access_entry {
    uint8_t aid[ACCESS_AID_MAX], aid_length; /* 0: the UICC's own files */
    uint8_t domain[ACCESS_DOMAIN_MAX], domain_length;
    uint8_t dap[ACCESS_DAP_MAX], dap_length;
};
struct access_list {
    size_t count; /* 0: the tag is left out */
    struct access_entry entries[ACCESS_ENTRIES_MAX];
};

struct install_parameters {
    uint8_t application_data[INSTALL_PARAMETERS_MAX];
    size_t application_data_length;
    uint32_t volatile_memory, non_volatile_memory; /* bytes; 0: left out */
    bool has_sim, has_uicc;                        /* CA, 80 */
    struct toolkit_application sim, uicc;
    uint8_t access_domain[ACCESS_DOMAIN_MAX], access_domain_length; /* in CA */
    uint8_t services;                                               /* in 80 */
    struct access_list access, admin_access;                        /* 81, 82 */
};

/* Writes C9, then EF and EA where there is something in them. Where a list of access says nothing of the UICC's own
 * files, "no access" to them goes first. OTA_E_NO_SPACE; OTA_E_BAD_VALUE for counts over the arrays. */
int install_parameters_encode(const struct install_parameters *parameters, struct byte_writer *writer);

/* In any order, each tag once. Fields missing at the end of CA and 80 (older cards have no channels) read as 0.
 * OTA_E_TRUNCATED, OTA_E_TRAILING (within CA and 80, too), OTA_E_BAD_LENGTH (a TAR, a quota), OTA_E_BAD_VALUE (a tag
 * twice), OTA_E_NO_SPACE (more than INSTALL_PARAMETERS_MAX, or than the arrays take), OTA_E_UNSUPPORTED (another tag,
 * another kind of security level than SPI1). */
int install_parameters_decode(const uint8_t *bytes, size_t length, struct install_parameters *parameters);

#endif
