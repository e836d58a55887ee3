/* Files that an operator names. */
#ifndef OTA_CLIOTA_INPUT_FILE_H
#define OTA_CLIOTA_INPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

/* For reading. A pipe to which nobody has written yet is waited for, and a warning says so. A descriptor, or -1 with
 * errno; a stream, or NULL with errno. */
int input_file_descriptor(const char *path);
FILE *input_file_open(const char *path);

/* Not so a pipe or a terminal. */
bool input_file_can_be_read_twice(const char *path);

#endif
