/*
 * What a profile says for its campaigns. A campaign takes what it does not give
 * itself from its profile when it is created, and keeps it: a script is checked and
 * cut with these numbers, so that what a profile says later holds for later
 * campaigns. 0 and "" stand for "not given": then the server's configuration or the
 * SOP's default holds.
 */
#ifndef OTA_MODEL_PROFILE_SETTINGS_H
#define OTA_MODEL_PROFILE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway-plugin/model/campaign.h"

/* What includeSimRefresh appends to a script. */
enum refresh_style {
    REFRESH_COMPACT_D0,  /* the proactive command as the last element of a compact script */
    REFRESH_EXPANDED_81, /* an Immediate Action of the expanded format (TS 102 226 clause 5.2.1.2) */
    REFRESH_APDU,        /* a command of the profile's own */
    REFRESH_NONE,        /* its cards take none */
    REFRESH_STYLE_COUNT
};

const char *refresh_style_name(enum refresh_style style);            /* "compact-d0" */
int refresh_style_parse(const char *name, enum refresh_style *style); /* any case; -1: no such style */

/* Where a triggered card calls, and how it presents itself (GlobalPlatform amendment B; tags of the trigger). */
struct http_parameters {
    char address[64]; /* "192.0.2.1:443", "[2001:db8::1]:443": of the server (3E and 3C) */
    char apn[101];    /* 47; labels parted by dots */
    char host[129];   /* 8A: Host */
    char uri[257];    /* 8C: what is posted to */
    char agent[129];  /* 8B: X-Admin-From */
};

struct profile_settings {
    int64_t validity_minutes, por_timeout_seconds, max_sms_parts;
    int64_t part_size;           /* bytes of TP-UD in an SMS, header included; 0: 140 */
    char spi[5], kic[3], kid[3]; /* upper-case hex */
    enum script_format script_format; /* as it was said: profile_settings_format() */
    enum script_chaining script_chaining;
    enum refresh_style refresh_style;
    char refresh_command[CAMPAIGN_REFRESH_SIZE]; /* of REFRESH_APDU: hex, upper case */
    struct http_parameters http;
};

/* Puts hex in upper case, and says what is wrong: 0, or -1 with `refusal`. */
int profile_settings_check(struct profile_settings *settings, struct refusal *refusal);

/* The format of the profile's scripts: compact, if neither it nor the refresh style says otherwise. */
enum script_format profile_settings_format(const struct profile_settings *settings);

/* Is all there that a trigger needs (address, host, URI)? The SOP's validHttpConfig. */
bool http_parameters_are_valid(const struct http_parameters *http);

/* Gives the campaign what it leaves open and its type has: all but SPI, KIc, KID and script chaining, whose 0 is a value. Refused:
 * a refresh that the profile's cards do not take, or not in the campaign's format. 0, or -1 with `refusal`. */
int profile_settings_inherit(const struct profile_settings *settings, struct campaign *campaign,
                             struct refusal *refusal);

#endif
