/* FILE.rejected.csv: the rows that were refused, each with its reason as the last column, in quotes, so that
 * they can be corrected and provisioned again as they stand there. Holds keys: mode 0600. */
#ifndef OTA_CLIOTA_REJECTED_FILE_H
#define OTA_CLIOTA_REJECTED_FILE_H

#include <stddef.h>
#include <stdio.h>

struct rejected_file {
    char *path;
    FILE *file; /* NULL until the first row */
};

/* `of`: the card file's path; that of a device gives a file in the working directory. -1: no memory. */
int rejected_file_init(struct rejected_file *rejected, const char *of);

/* 0, or -1 with errno. The header is written before the first row. */
int rejected_file_add(struct rejected_file *rejected, const char *header, size_t header_length,
                      const char *row, size_t row_length, const char *reason);

/* 0, or -1 with errno when something was not written. Frees everything. */
int rejected_file_close(struct rejected_file *rejected);

#endif
