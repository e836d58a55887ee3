/* A request out of a JSON object: fields[].json by name, others passed over. The only
 * file that sees jansson; what it allocated is wiped when freed, as there are keys in it. */
#ifndef OTA_TOOLS_JSON_REQUEST_H
#define OTA_TOOLS_JSON_REQUEST_H

#include "tools/command.h"

/* Before the first of them. */
void json_request_setup(void);

/* 0, or -1 with the refusal. The text needs no NUL. */
int json_request_read(const struct command *command, const char *text, size_t length, struct request *request,
                      struct byte_list *input, struct refusal *refusal);

#endif
