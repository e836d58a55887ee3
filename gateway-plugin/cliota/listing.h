/* A listing of the server's as one table, however many pages it has. */
#ifndef OTA_CLIOTA_LISTING_H
#define OTA_CLIOTA_LISTING_H

#include "gateway-plugin/cliota/session.h"

/* `path` with its query; `fields` are the columns. An exit_status. */
int listing_print(struct session *session, const char *path, const char *const *fields, size_t count);

#endif
