/* A file of commands: hex, one a line, LF or CRLF; blanks and empty lines are passed
 * over, # begins a comment. Each line becomes one item. */
#ifndef OTA_TOOLS_SCRIPT_FILE_H
#define OTA_TOOLS_SCRIPT_FILE_H

#include "tools/byte_list.h"
#include "tools/refusal.h"

int script_file_read(const char *path, struct byte_list *list, struct refusal *refusal);

#endif
