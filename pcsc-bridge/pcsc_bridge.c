/* pcsc-bridge: SIM cards in PC/SC readers behind an SMPP SMSC. Reads the command line and bridge.conf, joins
 * the parts, waits, stops. */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcsc-bridge/bridge_front.h"

#define ERROR_SIZE 400

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

static const char help[] =
    "Usage: pcsc-bridge [OPTION]... bridge.conf\n"
    "SIM cards in PC/SC readers behind an SMPP SMSC: what otabox sends reaches a real card.\n"
    "\n"
    "  --check       read bridge.conf, say what is wrong with it, and end\n"
    "  --help, --version\n"
    "\n"
    "Prints 'pcsc-bridge: ready: smpp HOST:PORT, N cards' when it can be bound to; cards may come later.\n"
    "Exit status: 0 done, 1 refused, 2 wrong usage. See pcsc-bridge(8).\n";

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* Blocked from here on, in the workers' threads too; the server lets them through while it waits. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t caught;
    sigemptyset(&caught);
    sigaddset(&caught, SIGTERM);
    sigaddset(&caught, SIGINT);
    sigprocmask(SIG_BLOCK, &caught, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int complain(const char *error)
{
    fprintf(stderr, "pcsc-bridge: %s\n", error);
    return EXIT_REFUSED;
}

static int serve(const struct bridge_options *options)
{
    char error[ERROR_SIZE] = "";
    catch_signals();
    struct bridge_front *front = bridge_front_open(options, error, sizeof error);
    if (front == NULL)
        return complain(error);
    printf("pcsc-bridge: ready: smpp %s, %zu cards\n", bridge_front_address(front), options->settings->card_count);
    fflush(stdout);
    int status = bridge_front_run(front, &stop, error, sizeof error) < 0 ? complain(error) : EXIT_DONE;
    if (!bridge_front_close(&front)) {
        complain("a reader does not let go; ending without it");
        fflush(NULL);
        _exit(status);
    }
    return status;
}

static int run(const char *path, bool only_check)
{
    char error[ERROR_SIZE] = "";
    struct bridge_settings *settings = bridge_settings_read(path, error, sizeof error);
    if (settings == NULL)
        return complain(error);
    int status = EXIT_DONE;
    FILE *log = settings->log_file[0] != '\0' && !only_check ? fopen(settings->log_file, "a") : stderr;
    if (log == NULL) {
        snprintf(error, sizeof error, "log-file %.200s: %s", settings->log_file, strerror(errno));
        status = complain(error);
    } else if (!only_check) {
        status = serve(&(struct bridge_options){.settings = settings, .log = log});
    }
    if (log != NULL && log != stderr)
        fclose(log);
    bridge_settings_free(&settings);
    return status;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"check", no_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0}};
    bool only_check = false;
    int code;
    while ((code = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (code) {
        case 'c': only_check = true; break;
        case 'h': fputs(help, stdout); return EXIT_DONE;
        case 'V': printf("pcsc-bridge (%s) %s\n", PACKAGE_NAME, PACKAGE_VERSION); return EXIT_DONE;
        default: return EXIT_USAGE;
        }
    }
    if (optind + 1 != argc) {
        complain("expected one configuration file; try --help");
        return EXIT_USAGE;
    }
    return run(argv[optind], only_check);
}
