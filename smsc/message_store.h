/*
 * A file in which an SMSC keeps its rows, for whoever has nothing else to keep. What is saved and forgotten
 * is durable after the next commit; see state_file.h.
 */
#ifndef OTA_SMSC_MESSAGE_STORE_H
#define OTA_SMSC_MESSAGE_STORE_H

#include "smsc/smsc.h"

struct message_store;

/* Makes the file, readable by its owner only, when it is not there. NULL with one line in `error`. */
struct message_store *message_store_open(const char *path, char *error, size_t error_size);
void message_store_close(struct message_store **store); /* what is not committed is dropped */

/* 0, or -1 with a line on stderr, as all below. After an error, commit fails too, and drops the changes. */
int message_store_save(struct message_store *store, const struct smsc_row *row);
int message_store_forget(struct message_store *store, enum smsc_row_kind kind, uint64_t id);
int message_store_commit(struct message_store *store);

/* In the order of their ids, until `take` returns false, which is an error, too. */
int message_store_load(struct message_store *store, void *user,
                       bool (*take)(void *user, const struct smsc_row *row));

#endif
