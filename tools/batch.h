/* One JSON object a line in, one a line out, in order. */
#ifndef OTA_TOOLS_BATCH_H
#define OTA_TOOLS_BATCH_H

#include "tools/command.h"

/* `defaults`: what the options gave for all lines. A bad line is answered with {"error": …}.
 * 0 at the end of the input, or -1 with the refusal when reading or writing failed. */
int batch_run(const struct command *command, struct session *session, const struct request *defaults,
              int input, FILE *output, struct refusal *refusal);

/* One object: out of `text`. Returns what the command returned; the answer holds the error as well. */
int batch_run_object(const struct command *command, struct session *session, const struct request *defaults,
                     const char *text, size_t length, struct answer *answer);

/* All of the input, for one object of any number of lines. NULL with the refusal; free_text() it. */
char *batch_read_all(int input, size_t *length, struct refusal *refusal);
void batch_free_text(char *text, size_t length);

#endif
