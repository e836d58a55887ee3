/* gwlib's life in this process: from main only, before and after everything else of this folder. */
#ifndef OTA_KANNEL_KANNEL_RUNTIME_H
#define OTA_KANNEL_KANNEL_RUNTIME_H

/* Starts gwlib; its own lines go to standard error from `stderr_level` on. Once a process. */
void kannel_runtime_start(int stderr_level);

/* gwlib's own lines also go to this file, from `level` on. */
void kannel_runtime_log_to(const char *path, int level);
void kannel_runtime_reopen_log(void);

/* All threads of this folder have ended by now. */
void kannel_runtime_stop(void);

#endif
