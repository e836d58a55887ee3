#include "gateway-plugin/kannel/kannel_headers.h"

#include "gateway-plugin/kannel/kannel_runtime.h"

void kannel_runtime_start(int stderr_level)
{
    gwlib_init();
    log_set_output_level(stderr_level);
}

void kannel_runtime_log_to(const char *path, int level)
{
    char *name = gw_strdup(path); /* log_open wants it writable, and copies it */

    log_open(name, level, GW_NON_EXCL);
    gw_free(name);
}

void kannel_runtime_reopen_log(void)
{
    log_reopen();
}

void kannel_runtime_stop(void)
{
    gwlib_shutdown();
}
