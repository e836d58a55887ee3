/*
 * The record of executed scripts, DIR/scripts.log: a line each. Lines are written
 * before the commit that makes their effects durable, and that commit also keeps
 * the file's length; what stands behind it when the file is opened again was
 * never committed and is cut off. So after a restart the file holds exactly the
 * scripts whose effects are on the cards, each once.
 */
#ifndef OTA_SIMSIM_SCRIPT_LOG_H
#define OTA_SIMSIM_SCRIPT_LOG_H

#include <stdint.h>
#include <stdio.h>

struct script_log;

/* `length`: the committed one. NULL with one line in `error`. `directory` NULL: no file, only lines. */
struct script_log *script_log_open(const char *directory, int64_t length, char *error, size_t error_size);
void script_log_close(struct script_log **log);

/* Also here, a copy of each committed line. NULL: no. Borrows the stream. */
void script_log_copy_to(struct script_log *log, FILE *stream);

/* A line without its end; it waits for the next commit. */
void script_log_add(struct script_log *log, const char *line);

/* Does any line wait? */
int script_log_is_changed(const struct script_log *log);

/* Writes what waits. The length that is to be committed, or -1 with a line on stderr. */
int64_t script_log_write(struct script_log *log);

/* The commit is done, or was in vain: then the lines wait on. */
void script_log_committed(struct script_log *log);
void script_log_failed(struct script_log *log);

#endif
