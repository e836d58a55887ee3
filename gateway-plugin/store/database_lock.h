/*
 * One otabox a database file: two engines would send the same messages, with counters of their own.
 */
#ifndef OTA_STORE_DATABASE_LOCK_H
#define OTA_STORE_DATABASE_LOCK_H

#include "gateway-plugin/model/refusal.h"

/* Takes the lock DATABASE.lock, an empty file that stays, mode 0600; the kernel gives it back when the process
 * ends, however it does. Returns the descriptor, for database_unlock(), or -1: refused, another process has it. */
int database_lock(const char *database, struct refusal *refusal);
void database_unlock(int lock); /* -1: none */

#endif
