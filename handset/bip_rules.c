#include "handset/bip_rules.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE 160

static bool parse_number(const char *text, unsigned long max, unsigned long *number)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    *number = strtoul(text, &end, 10);
    return *end == '\0' && *number <= max;
}

/* Cuts ":PORT" off; an IPv6 address with a port stands in brackets. */
static bool take_port(char *text, uint16_t *port)
{
    unsigned long number;
    char *colon = strrchr(text, ':');
    *port = 0;
    if (text[0] != '[' && colon != strchr(text, ':'))
        return true; /* IPv6 without a port */
    char *bracket = strchr(text, ']');
    if (colon == NULL || (bracket != NULL && colon < bracket))
        return true;
    if (!parse_number(colon + 1, 65535, &number) || number == 0)
        return false;
    *port = (uint16_t)number;
    *colon = '\0';
    return true;
}

static bool parse_address(char *text, struct bip_end *end)
{
    size_t length = strlen(text);
    bool bracketed = text[0] == '[' && text[length - 1] == ']';
    if (bracketed) {
        text[length - 1] = '\0';
        text++;
    }
    if (!bracketed && inet_pton(AF_INET, text, end->address) == 1)
        return true;
    end->is_ipv6 = true;
    return inet_pton(AF_INET6, text, end->address) == 1;
}

static bool parse_end(char *text, struct bip_end *end, unsigned *prefix)
{
    unsigned long bits = 0;
    char *slash = strchr(text, '/');
    if (slash != NULL && (!parse_number(slash + 1, 128, &bits) || strchr(slash, ':') != NULL))
        return false;
    if (slash != NULL)
        *slash = '\0';
    if (!take_port(text, &end->port) || !parse_address(text, end))
        return false;
    unsigned all = end->is_ipv6 ? 128 : 32;
    *prefix = slash != NULL ? (unsigned)bits : all;
    return *prefix <= all;
}

static bool parse_rule(char *text, struct bip_rule *rule)
{
    unsigned whole;
    char *to = strchr(text, '=');
    if (to != NULL) {
        *to++ = '\0';
        rule->leads_elsewhere = true;
        if (strchr(to, '/') != NULL || !parse_end(to, &rule->to, &whole))
            return false;
    }
    return parse_end(text, &rule->from, &rule->prefix);
}

int bip_rules_parse(const char *text, struct bip_rules *rules, char *error, size_t error_size)
{
    rules->count = 0;
    while (*(text += strspn(text, "; \t")) != '\0') {
        char word[TEXT_SIZE];
        size_t length = strcspn(text, "; \t");
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        if (rules->count == BIP_RULES_MAX) {
            snprintf(error, error_size, "more than %d addresses", BIP_RULES_MAX);
            return -1;
        }
        struct bip_rule *rule = &rules->rules[rules->count++];
        *rule = (struct bip_rule){.prefix = 0};
        if (length >= sizeof word || !parse_rule(word, rule)) {
            snprintf(error, error_size,
                     "'%.*s', expected an address such as 127.0.0.1:8443, 10.0.0.0/8 or A:P=B:Q", (int)length,
                     text);
            return -1;
        }
        text += length;
    }
    return 0;
}

static bool same_network(const uint8_t *one, const uint8_t *other, unsigned prefix)
{
    if (memcmp(one, other, prefix / 8) != 0)
        return false;
    unsigned rest = prefix % 8;
    return rest == 0 || (one[prefix / 8] ^ other[prefix / 8]) >> (8 - rest) == 0;
}

static bool matches(const struct bip_rule *rule, const struct bip_destination *destination)
{
    return rule->from.is_ipv6 == destination->is_ipv6 &&
           (rule->from.port == 0 || rule->from.port == destination->port) &&
           same_network(rule->from.address, destination->address, rule->prefix);
}

bool bip_rules_apply(const struct bip_rules *rules, struct bip_destination *destination)
{
    for (size_t i = 0; i < rules->count; i++) {
        const struct bip_rule *rule = &rules->rules[i];
        if (!matches(rule, destination))
            continue;
        if (rule->leads_elsewhere) {
            destination->is_ipv6 = rule->to.is_ipv6;
            memcpy(destination->address, rule->to.address, sizeof destination->address);
            if (rule->to.port != 0)
                destination->port = rule->to.port;
        }
        return true;
    }
    return false;
}
