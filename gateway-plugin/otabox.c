/*
 * otabox: reads the configuration, starts store, engine, link and API, waits for a
 * signal, stops them in reverse order.
 */
#include "config.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "gateway-plugin/api/rest_server.h"
#include "gateway-plugin/campaign/engine.h"
#include "gateway-plugin/first_token.h"
#include "gateway-plugin/kannel/bearerbox_link.h"
#include "gateway-plugin/kannel/kannel_runtime.h"
#include "gateway-plugin/kannel/ota_log.h"
#include "gateway-plugin/kannel/otabox_config.h"
#include "gateway-plugin/notify/notifier.h"
#include "gateway-plugin/store/database_lock.h"
#include "gateway-plugin/store/key_file.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

struct arguments {
    const char *file;
    const char *log_file; /* NULL: as configured */
    int stderr_level, file_level; /* file_level -1: as configured */
    bool only_check;
};

struct box {
    struct otabox_config config;
    int lock; /* of the database; -1: none */
    struct store *store;
    struct bearerbox_link *link;
    struct engine *engine;
    struct notifier *notifier;
    struct rest_server *api;
};

/* --- the command line --- */

static const char usage[] =
    "Usage: otabox [options] otabox.conf\n"
    "The SIM OTA box of a Kannel gateway.\n"
    "\n"
    "  -v, --verbosity LEVEL      lines for standard error: 0 debug, 1 info (default) to 4 panic\n"
    "  -F, --logfile FILE         log file, instead of the configuration's log-file\n"
    "  -V, --fileverbosity LEVEL  lines for the log file, instead of log-level\n"
    "  -c, --check-config         only read and check the configuration\n"
    "      --version              show the version\n"
    "  -h, --help                 show this\n"
    "\n"
    "SIGHUP opens the log file again; SIGTERM and SIGINT stop the box.\n";

static const struct option options[] = {
    {"verbosity", required_argument, NULL, 'v'}, {"logfile", required_argument, NULL, 'F'},
    {"fileverbosity", required_argument, NULL, 'V'}, {"check-config", no_argument, NULL, 'c'},
    {"version", no_argument, NULL, 'W'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0},
};

static int usage_refuse(const char *text, const char *value)
{
    fprintf(stderr, "otabox: %s '%s'; see otabox --help\n", text, value);
    return EXIT_USAGE;
}

/* -1: go on; otherwise the exit status. */
static int level_read(const char *text, int *level)
{
    if (text[0] < '0' || text[0] > '4' || text[1] != '\0')
        return usage_refuse("a level is 0 to 4, not", text);
    *level = text[0] - '0';
    return -1;
}

static int option_take(int option, struct arguments *arguments)
{
    switch (option) {
    case 'v':
        return level_read(optarg, &arguments->stderr_level);
    case 'V':
        return level_read(optarg, &arguments->file_level);
    case 'F':
        arguments->log_file = optarg;
        return -1;
    case 'c':
        arguments->only_check = true;
        return -1;
    case 'W':
        puts("otabox " PACKAGE_VERSION);
        return EXIT_DONE;
    case 'h':
        fputs(usage, stdout);
        return EXIT_DONE;
    default: /* getopt has said what is wrong */
        return EXIT_USAGE;
    }
}

static int arguments_read(int count, char **words, struct arguments *arguments)
{
    int option, status = -1;

    *arguments = (struct arguments){.stderr_level = OTA_LOG_INFO, .file_level = -1};
    while (status < 0 && (option = getopt_long(count, words, "+v:F:V:ch", options, NULL)) != -1)
        status = option_take(option, arguments);
    if (status >= 0)
        return status;
    if (optind == count)
        return usage_refuse("expected a configuration file after", count > 1 ? words[count - 1] : "otabox");
    if (optind + 1 < count)
        return usage_refuse("one configuration file is enough; unexpected", words[optind + 1]);
    arguments->file = words[optind];
    return -1;
}

/* --- signals: blocked everywhere, the main thread waits for them --- */

static void signals_block(sigset_t *waited)
{
    sigemptyset(waited);
    sigaddset(waited, SIGTERM);
    sigaddset(waited, SIGINT);
    sigaddset(waited, SIGHUP);
    pthread_sigmask(SIG_BLOCK, waited, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void signals_serve(const sigset_t *waited)
{
    int number = 0;

    while (sigwait(waited, &number) != 0 || number == SIGHUP) {
        if (number != SIGHUP)
            continue;
        ota_log_reopen();
        kannel_runtime_reopen_log();
        ota_log(OTA_LOG_INFO, "otabox: log file opened again");
    }
    ota_log(OTA_LOG_INFO, "otabox: signal %s: stopping", number == SIGINT ? "INT" : "TERM");
}

/* --- starting and stopping --- */

static int complain(const struct refusal *refusal)
{
    ota_log(OTA_LOG_ERROR, "otabox: %s", refusal->text);
    return -1;
}

static int log_start(const struct arguments *arguments, const struct otabox_config *config)
{
    const char *path = arguments->log_file != NULL ? arguments->log_file : config->log_file;
    int level = arguments->file_level >= 0 ? arguments->file_level : (int)config->log_level;

    if (path == NULL)
        return 0;
    if (ota_log_open(path, level) != 0) {
        ota_log(OTA_LOG_ERROR, "otabox: log-file '%s' cannot be opened: %m", path);
        return -1;
    }
    kannel_runtime_log_to(path, level);
    return 0;
}

static struct store_options store_options_of(const struct otabox_config *config)
{
    return (struct store_options){.database = config->database, .master_key_file = config->master_key_file};
}

static int store_start(struct box *box)
{
    struct store_options how = store_options_of(&box->config);
    struct ota_clock clock = ota_clock_system();
    struct refusal refusal = {0};

    box->lock = database_lock(how.database, &refusal);
    if (box->lock < 0)
        return complain(&refusal);
    box->store = store_open(&how, &refusal);
    if (box->store == NULL)
        return complain(&refusal);
    int written = first_token_write(box->store, box->config.api_token_file, clock.now_ms(clock.self), &refusal);
    if (written < 0)
        return complain(&refusal);
    if (written > 0)
        ota_log(OTA_LOG_INFO, "otabox: the first API token is in '%s'", box->config.api_token_file);
    return 0;
}

static int engine_begin(struct box *box)
{
    struct refusal refusal = {0};

    box->link = bearerbox_link_new(&box->config);
    if (box->link == NULL) {
        ota_log(OTA_LOG_ERROR, "otabox: out of memory");
        return -1;
    }
    struct engine_options how = {
        .store = box->store,
        .bearer = bearerbox_link_bearer(box->link),
        .clock = ota_clock_system(),
        .por_timeout_seconds = box->config.por_timeout_seconds,
        .validity_seconds = box->config.validity,
        .window = (int)box->config.window,
        .log = ota_log_line,
    };
    box->engine = engine_start(&how, &refusal);
    return box->engine == NULL ? complain(&refusal) : 0;
}

static int notifier_begin(struct box *box)
{
    uint8_t key[KEY_FILE_SIZE];
    struct refusal refusal = {0};

    if (key_file_load("notification key", box->config.notification_key_file, true, key, &refusal) != 0)
        return complain(&refusal);
    struct notifier_options how = {
        .engine = box->engine,
        .store = store_options_of(&box->config),
        .clock = ota_clock_system(),
        .key = key,
        .ca_file = box->config.notification_ca_file,
        .poll_ms = 500,
        .log = ota_log_line,
    };
    box->notifier = notifier_start(&how, &refusal);
    explicit_bzero(key, sizeof key);
    return box->notifier == NULL ? complain(&refusal) : 0;
}

static int api_start(struct box *box)
{
    struct refusal refusal = {0};
    struct rest_options how = {
        .address = box->config.api_address,
        .port = (int)box->config.api_port,
        .certificate_file = box->config.api_certificate_file,
        .key_file = box->config.api_key_file,
        .engine = box->engine,
        .store = store_options_of(&box->config),
        .bearer_is_connected = bearerbox_link_is_connected,
        .user = box->link,
        .log = ota_log_line,
    };

    box->api = rest_server_start(&how, &refusal);
    return box->api == NULL ? complain(&refusal) : 0;
}

static void event_post(void *engine, const struct bearer_event *event)
{
    engine_post(engine, event);
}

static int link_start(struct box *box)
{
    struct bearerbox_link_options how = {.post = event_post, .user = box->engine};

    if (bearerbox_link_start(box->link, &how) == 0)
        return 0;
    ota_log(OTA_LOG_ERROR, "otabox: no thread for the link to bearerbox");
    return -1;
}

static int box_start(struct box *box)
{
    if (store_start(box) != 0 || engine_begin(box) != 0 || notifier_begin(box) != 0 || api_start(box) != 0 ||
        link_start(box) != 0)
        return -1;
    bool bracket = strchr(box->config.api_address, ':') != NULL;
    ota_log(OTA_LOG_INFO, "otabox: ready: REST on http%s://%s%s%s:%d, bearerbox %s:%ld",
            box->config.api_key_file != NULL ? "s" : "", bracket ? "[" : "",
            box->config.api_address, bracket ? "]" : "", rest_server_port(box->api), box->config.bearerbox_host,
            box->config.bearerbox_port);
    return 0;
}

/* Reverse order; the link falls silent first, stays to carry the engine's last acknowledgements. */
static void box_stop(struct box *box)
{
    if (box->link != NULL)
        bearerbox_link_quiesce(box->link);
    if (box->api != NULL)
        rest_server_stop(&box->api);
    notifier_stop(&box->notifier);
    if (box->engine != NULL)
        engine_stop(&box->engine);
    bearerbox_link_stop(&box->link);
    if (box->store != NULL)
        store_close(&box->store);
    database_unlock(box->lock);
}

/* Keys pass through this process: no core file may hold them. Not under a sanitizer, whose leak check has to
 * look into the process. */
static void keep_out_of_core_files(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    prctl(PR_SET_DUMPABLE, 0);
#endif
    setrlimit(RLIMIT_CORE, &(const struct rlimit){0, 0});
}

static int box_run(const struct arguments *arguments, struct box *box)
{
    sigset_t waited;
    int status = EXIT_REFUSED;

    if (log_start(arguments, &box->config) != 0)
        return EXIT_REFUSED;
    signals_block(&waited);
    if (box_start(box) == 0) {
        signals_serve(&waited);
        status = EXIT_DONE;
    }
    box_stop(box);
    ota_log(OTA_LOG_INFO, "otabox: stopped");
    return status;
}

int main(int count, char **words)
{
    struct arguments arguments;
    struct box box = {.lock = -1};
    char error[512];
    int status = arguments_read(count, words, &arguments);

    if (status >= 0)
        return status;
    keep_out_of_core_files();
    ota_log_set_stderr_level(arguments.stderr_level);
    kannel_runtime_start(arguments.stderr_level);
    if (otabox_config_read(arguments.file, &box.config, error, sizeof error) != 0) {
        fprintf(stderr, "otabox: %s\n", error);
        status = EXIT_REFUSED;
    } else if (arguments.only_check) {
        printf("otabox: %s: good\n", arguments.file);
        status = EXIT_DONE;
    } else {
        status = box_run(&arguments, &box);
    }
    otabox_config_free(&box.config);
    kannel_runtime_stop();
    ota_log_close();
    return status;
}
