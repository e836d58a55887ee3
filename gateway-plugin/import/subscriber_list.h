/*
 * The SOP's group file: one MSISDN or one ICCID a line, nothing else;
 * LF or CRLF, blanks at the ends and empty lines passed over. Errors name the
 * place and the value; a repeated value names both its lines: `line 2, column 1: MSISDN 961… repeats line 1`.
 * Takes some 32 bytes of memory a line beside the text.
 */
#ifndef OTA_IMPORT_SUBSCRIBER_LIST_H
#define OTA_IMPORT_SUBSCRIBER_LIST_H

#include <stddef.h>

#include "gateway-plugin/model/refusal.h"

enum subscriber_list_kind { LIST_OF_MSISDN, LIST_OF_ICCID };

struct list_place {
    unsigned long line, column; /* from 1 */
};

/* When the whole list is good, calls `each` in the list's order with the digits (no +, no filler F) of each
 * line and where they stand; -1 from it stops with its refusal. 0, or -1 with `refusal`: not digits, repeated, or an empty list.
 */
int subscriber_list_parse(const char *text, size_t length, enum subscriber_list_kind kind,
                          int (*each)(void *user, const char *digits, const struct list_place *place,
                                      struct refusal *refusal),
                          void *user, struct refusal *refusal);

#endif
