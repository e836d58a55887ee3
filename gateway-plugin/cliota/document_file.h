/* A file that is there whole or not at all: written under another name, synchronised, then renamed. Mode
 * 0600. */
#ifndef OTA_CLIOTA_DOCUMENT_FILE_H
#define OTA_CLIOTA_DOCUMENT_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct document_file {
    FILE *file;
    char *path, *temporary; /* owned */
    bool replace;
};

/* 0, or -1 with a line on stderr: it is there already (unless `replace`), is no regular file, cannot be made.
 */
int document_file_open(struct document_file *document, const char *path, bool replace);

/* 0: it stands under its name; -1 with a line on stderr: nothing does. Frees everything. */
int document_file_finish(struct document_file *document);
void document_file_abandon(struct document_file *document); /* nothing is left of it */

#endif
