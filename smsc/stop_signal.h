/* SIGTERM and SIGINT end a server, in good order. */
#ifndef OTA_SMSC_STOP_SIGNAL_H
#define OTA_SMSC_STOP_SIGNAL_H

#include <signal.h>

/* Catches both, and blocks them from here on, in threads made later too: smpp_server_run() and its like let
 * them through while they wait. SIGPIPE is ignored. What is returned becomes 1. Once, in main(). */
const volatile sig_atomic_t *stop_signal_catch(void);

#endif
