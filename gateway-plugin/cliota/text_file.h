/* A whole file of text, as the server takes it inside JSON. */
#ifndef OTA_CLIOTA_TEXT_FILE_H
#define OTA_CLIOTA_TEXT_FILE_H

#include <jansson.h>

#define TEXT_FILE_MAX ((size_t)48 << 20) /* bytes; the server takes 64 MiB of JSON, line ends escaped */

/* All its bytes, at most TEXT_FILE_MAX; free() them. NULL with errno. */
char *file_read(const char *path, size_t *length);

/* A JSON string, or NULL with a line on stderr that names the option and the file. */
json_t *text_file_read(const char *option, const char *path);

#endif
