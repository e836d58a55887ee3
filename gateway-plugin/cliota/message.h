/* What goes to stderr: one line each, begun by "cliota: ". */
#ifndef OTA_CLIOTA_MESSAGE_H
#define OTA_CLIOTA_MESSAGE_H

void message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The server's words; their "line 3, column 9: …" becomes "FILE:3:9: …", their "line 3: …" "FILE:3: …", unless
 * `file` is NULL. `first_line`: of what the server saw, in the file; 1 for all of it. A warning without a
 * line becomes "FILE: …". */
void message_error_in(const char *file, unsigned long first_line, const char *error);
void message_warning_in(const char *file, unsigned long first_line, const char *warning);

#endif
