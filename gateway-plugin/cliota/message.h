/* What goes to stderr: one line each, begun by "cliota: ". */
#ifndef OTA_CLIOTA_MESSAGE_H
#define OTA_CLIOTA_MESSAGE_H

void message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The server's error; its "line 3, column 9: …" becomes "FILE:3:9: …" unless `file` is NULL. */
void message_error_in(const char *file, const char *error);

#endif
