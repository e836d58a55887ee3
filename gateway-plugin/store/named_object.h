/*
 * What profiles, card groups, campaigns, templates, applets and toolkit parameters have in common in the
 * database: a name that is unique in its scope, and rows elsewhere that keep them from being deleted.
 * Functions return 0, or -1 with `refusal`.
 */
#ifndef OTA_STORE_NAMED_OBJECT_H
#define OTA_STORE_NAMED_OBJECT_H

#include "gateway-plugin/store/store.h"

enum named_kind {
    NAMED_PROFILE,
    NAMED_CARD_GROUP,
    NAMED_CAMPAIGN,
    NAMED_TEMPLATE,
    NAMED_APPLET,
    NAMED_TOOLKIT,
    NAMED_KIND_COUNT
};

/* The refusal of a name that the database would not take: it names who holds it. `scope` is the profile, for
 * profiles the account. Returns -1. */
int named_object_refuse_name(struct store *store, enum named_kind kind, int64_t scope, const char *name,
                             struct refusal *refusal);

/* The refusal of a row that a foreign key kept out: it names the first of these that is not there. Ids of 0 are passed
 * over. Returns -1. */
struct named_reference {
    enum named_kind kind;
    int64_t id;
};
int named_object_refuse_reference(struct store *store, const struct named_reference *references, size_t count,
                                  struct refusal *refusal);

/* Refused: a name that is none or is taken, an object that is not there. */
int named_object_rename(struct store *store, enum named_kind kind, int64_t id, const char *name, int64_t now,
                        struct refusal *refusal);

/* Refused: an object that is not there, or that something still uses: the refusal says what. */
int named_object_delete(struct store *store, enum named_kind kind, int64_t id, struct refusal *refusal);

#endif
