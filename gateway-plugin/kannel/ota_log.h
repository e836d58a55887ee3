/*
 * The box's log, in the look of Kannel's: date, process, thread, level, text. gwlib's
 * own log may not be called from the engine's and the API's threads, so this one
 * writes for all of them; any thread may call it. Both append whole lines to one file.
 */
#ifndef OTA_KANNEL_OTA_LOG_H
#define OTA_KANNEL_OTA_LOG_H

enum ota_log_level { OTA_LOG_DEBUG, OTA_LOG_INFO, OTA_LOG_WARNING, OTA_LOG_ERROR, OTA_LOG_PANIC };

/* Lines below the level are dropped. Before any call: standard error from OTA_LOG_INFO on. */
void ota_log_set_stderr_level(int level);

/* Also to this file (made with mode 0640). 0, or -1 with errno. */
int ota_log_open(const char *path, int level);
int ota_log_reopen(void); /* after logrotate; keeps the old file when the new one cannot be opened */
void ota_log_close(void);

/* One finished line without its end; fits engine_options.log. */
void ota_log_line(int level, const char *line);
void ota_log(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
