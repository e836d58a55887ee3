/* What goes to stderr: one line each, begun by "cliota: ". */
#ifndef OTA_CLIOTA_MESSAGE_H
#define OTA_CLIOTA_MESSAGE_H

void message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
