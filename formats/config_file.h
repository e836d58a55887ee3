/*
 * Configuration in Kannel's grammar, so that an operator learns one syntax:
 * `key = value` lines, groups parted by blank lines, each begun by `group = name`;
 * `#` begins a comment line; values may stand in double quotes. For programs
 * without gwlib (simsim's fault plan, pcsc-bridge); otabox itself uses gwlib's reader.
 */
#ifndef OTA_FORMATS_CONFIG_FILE_H
#define OTA_FORMATS_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct config_file;
struct config_group;

/* NULL with one line in `error` ("faults.conf:3: …") when it cannot be read or parsed. */
struct config_file *config_file_read(const char *path, char *error, size_t error_size);
void config_file_free(struct config_file **file);

/* The next group of that name behind `after` (NULL: the first), or NULL. Owned by the file. */
const struct config_group *config_group_next(const struct config_file *file, const char *name,
                                             const struct config_group *after);

/* The value, or NULL when the key is not there. Owned by the file. */
const char *config_get(const struct config_group *group, const char *key);
unsigned config_line(const struct config_group *group);
/* Where the key stands; the group's line when it does not. */
unsigned config_key_line(const struct config_group *group, const char *key);

/* Are all groups and keys known? `known` is a NULL-ended list of "group" and "group.key"
 * strings. 0, or -1 with one line in `error` that names line and word. */
int config_check(const struct config_file *file, const char *const *known, char *error, size_t error_size);

#endif
