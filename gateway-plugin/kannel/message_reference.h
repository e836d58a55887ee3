/*
 * A bearer_reference in the two fields that bearerbox gives back: the message's
 * UUID comes back in acknowledgements, dlr_url in delivery reports.
 */
#ifndef OTA_KANNEL_MESSAGE_REFERENCE_H
#define OTA_KANNEL_MESSAGE_REFERENCE_H

#include "gateway-plugin/campaign/bearer.h"

#define MESSAGE_REFERENCE_BYTES 16
#define MESSAGE_COOKIE_SIZE 32

/* A UUID of version 4's shape (RFC 4122 4.4) with 48 bits that mark it as ours. */
void message_reference_to_uuid(const struct bearer_reference *reference, uint8_t uuid[static MESSAGE_REFERENCE_BYTES]);
/* False, and message_id 0, when it is none of ours. */
bool message_reference_from_uuid(const uint8_t uuid[static MESSAGE_REFERENCE_BYTES],
                                 struct bearer_reference *reference);

/* "ota:<message id>:<part>" */
void message_reference_to_cookie(const struct bearer_reference *reference, char cookie[static MESSAGE_COOKIE_SIZE]);
bool message_reference_from_cookie(const char *cookie, struct bearer_reference *reference);

#endif
