/*
 * The gate in front of the link. bearerbox panics over an SMS without receiver or
 * data (and, with a store, again at every start), and splits what is longer than
 * one SMS in a way that destroys secured packets: neither may ever reach it.
 */
#ifndef OTA_KANNEL_MESSAGE_VALIDATOR_H
#define OTA_KANNEL_MESSAGE_VALIDATOR_H

#include "gateway-plugin/campaign/bearer.h"

/* 0; or -1 with one line in `error`: message, part, what was wrong, what was expected. */
int message_validate(const struct bearer_sms *sms, char *error, size_t error_size);

#endif
