/* A listing of the server's, page by page: as one table, or for who takes the pages. */
#ifndef OTA_CLIOTA_LISTING_H
#define OTA_CLIOTA_LISTING_H

#include "gateway-plugin/cliota/session.h"
#include "gateway-plugin/cliota/table.h"

/* `path` with its query; `fields` are the columns. All pages; an exit_status. */
int listing_print(struct session *session, const char *path, const char *const *fields, size_t count);

/* The first page only; when more follow, a line says behind which id. */
int listing_print_page(struct session *session, const char *path, const char *const *fields, size_t count);

/* One page to `take` (an exit_status); *path, of strdup(), becomes that of the next one, NULL behind the
 * last. An exit_status: errors are said. */
int listing_follow(struct session *session, char **path,
                   int (*take)(void *user, const struct session_answer *answer), void *user);

#endif
