/* bridge.conf: what the bridge is told, checked. Keys: pcsc-bridge(8). */
#ifndef OTA_PCSC_BRIDGE_SETTINGS_H
#define OTA_PCSC_BRIDGE_SETTINGS_H

#include <limits.h>
#include <regex.h>
#include <stddef.h>

#include "handset/bip_socket.h"
#include "handset/terminal.h"
#include "smsc/por_route.h"
#include "smsc/smpp_pdu.h"

#define BRIDGE_CARDS_MAX 16
#define BRIDGE_ADDRESS_SIZE 128

struct card_settings {
    char msisdn[SMPP_ADDRESS_SIZE]; /* digits */
    char reader_text[128];
    regex_t reader; /* of the names of readers */
    struct terminal_settings terminal;
    struct bip_rules bip;
};

struct bridge_settings {
    char smpp[BRIDGE_ADDRESS_SIZE];
    char system_id[SMPP_SYSTEM_ID_SIZE];
    char password[SMPP_PASSWORD_SIZE];
    char log_file[PATH_MAX];     /* empty: standard error */
    char message_file[PATH_MAX]; /* empty: none */
    enum por_route por_route;
    struct card_settings cards[BRIDGE_CARDS_MAX];
    size_t card_count;
};

/* NULL with one line in `error`. */
struct bridge_settings *bridge_settings_read(const char *path, char *error, size_t error_size);
void bridge_settings_free(struct bridge_settings **settings); /* wipes PINs and the password */

const struct card_settings *bridge_settings_find(const struct bridge_settings *settings, const char *msisdn);

#endif
