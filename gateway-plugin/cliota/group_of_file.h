/* Which card group did an earlier -provision -autoCG of the same file make? */
#ifndef OTA_CLIOTA_GROUP_OF_FILE_H
#define OTA_CLIOTA_GROUP_OF_FILE_H

#include <stdint.h>

#include "gateway-plugin/cliota/session.h"

/* The first group of the profile called `name` or NAME-2, NAME-3 … that has no other cards than those of the
 * card file at `path`: *id, 0 when there is none. 0, or -1 with the error on stderr. The file is read only
 * when there is a group of such a name. */
int group_of_file_find(struct session *session, const char *profile, const char *path, const char *name,
                       int64_t *id);

#endif
