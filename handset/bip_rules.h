/* To whom a card may open channels, and where such a channel really leads. Nothing is allowed that is not
 * named. */
#ifndef OTA_HANDSET_BIP_RULES_H
#define OTA_HANDSET_BIP_RULES_H

#include "handset/bip_channel.h"

#define BIP_RULES_MAX 16

struct bip_end {
    bool is_ipv6;
    uint8_t address[16];
    uint16_t port; /* 0: any */
};

struct bip_rule {
    struct bip_end from;
    unsigned prefix; /* bits of the address that count */
    bool leads_elsewhere;
    struct bip_end to;
};

struct bip_rules {
    struct bip_rule rules[BIP_RULES_MAX];
    size_t count;
};

/* "127.0.0.1:8443; 10.0.0.0/8; [2001:db8::1]:443; 192.0.2.1:443=127.0.0.1:8443": addresses with or without
 * a port, networks, and an address that is replaced by another. -1 with one line in `error`. */
int bip_rules_parse(const char *text, struct bip_rules *rules, char *error, size_t error_size);

/* Replaces the destination where a rule says so. false: no rule allows it. */
bool bip_rules_apply(const struct bip_rules *rules, struct bip_destination *destination);

#endif
