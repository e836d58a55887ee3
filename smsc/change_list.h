/*
 * What is kept and not yet saved, as a list through the things themselves: a
 * message that comes and goes between two saves costs the storage nothing.
 */
#ifndef OTA_SMSC_CHANGE_LIST_H
#define OTA_SMSC_CHANGE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum smsc_row_kind { SMSC_ROW_MESSAGE = 1, SMSC_ROW_DELIVERY = 2 };

/* Inside everything that is kept; zero to begin with. */
struct kept {
    enum smsc_row_kind kind;
    uint64_t id;
    bool saved;  /* the storage has a row of it */
    bool listed; /* the rest is the list's own */
    struct kept *previous, *next;
};

struct change_list {
    struct kept *first;
};

/* It is new, or has changed. */
void change_list_note(struct change_list *list, struct kept *kept);

/* It is saved, or gone. */
void change_list_remove(struct change_list *list, struct kept *kept);

#endif
