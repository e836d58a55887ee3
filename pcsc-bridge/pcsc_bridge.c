/* pcsc-bridge: SIM cards in PC/SC readers behind an SMPP SMSC. Reads the command line and bridge.conf, joins
 * the parts, waits, stops. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "handset/recorder.h"
#include "pcsc-bridge/bridge_front.h"
#include "smsc/log_line.h"
#include "smsc/stop_signal.h"

#define ERROR_SIZE 400

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

static const char help[] =
    "Usage: pcsc-bridge [OPTION]... bridge.conf\n"
    "SIM cards in PC/SC readers behind an SMPP SMSC: what otabox sends reaches a real card.\n"
    "\n"
    "  --check         read bridge.conf, say what is wrong with it, and end\n"
    "  --trace         log every exchange with the cards, in hex and in words\n"
    "  -w FILE         write them as GSMTAP packets, for Wireshark, into a pcap file\n"
    "  --show-secrets  PINs and keys, too, in both; FF stands for them otherwise\n"
    "  --help, --version\n"
    "\n"
    "Prints 'pcsc-bridge: ready: smpp HOST:PORT, N cards' when it can be bound to; cards may come later.\n"
    "Exit status: 0 done, 1 refused, 2 wrong usage. See pcsc-bridge(8).\n";

static int complain(const char *error)
{
    fprintf(stderr, "pcsc-bridge: %s\n", error);
    return EXIT_REFUSED;
}

static int serve(const struct bridge_options *options)
{
    char error[ERROR_SIZE] = "";
    const volatile sig_atomic_t *stop = stop_signal_catch();
    struct bridge_front *front = bridge_front_open(options, error, sizeof error);
    if (front == NULL)
        return complain(error);
    printf("pcsc-bridge: ready: smpp %s, %zu cards\n", bridge_front_address(front),
           options->settings->card_count);
    fflush(stdout);
    int status = bridge_front_run(front, stop, error, sizeof error) < 0 ? complain(error) : EXIT_DONE;
    if (!bridge_front_close(&front)) {
        complain("a reader does not let go; ending without it");
        fflush(NULL);
        _exit(status);
    }
    return status;
}

/* What the command line says. */
struct arguments {
    const char *configuration, *pcap;
    bool only_check, trace, show_secrets;
};

/* Readable by its owner only: it may hold PINs. */
static FILE *create_private(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL)
        fprintf(stderr, "pcsc-bridge: -w %s: %s\n", path, strerror(errno));
    if (file == NULL && fd >= 0)
        close(fd);
    return file;
}

/* Card n of the configuration sends its packets from 127.0.0.(n + 1). */
struct recording {
    struct recorder *recorder;
    struct recorded_link links[BRIDGE_CARDS_MAX];
    size_t count;
};

static struct card_link wrap(void *user, const char *msisdn, const struct card_link *inner)
{
    struct recording *recording = user;
    if (recording->count == BRIDGE_CARDS_MAX)
        return *inner;
    struct recorded_link *link = &recording->links[recording->count++];
    *link = (struct recorded_link){.recorder = recording->recorder,
                                   .inner = *inner,
                                   .name = msisdn,
                                   .source = (uint8_t)(recording->count + 1)};
    return recorded_link_to(link);
}

static int serve_recorded(struct bridge_options options, const struct recorder_options *wanted)
{
    struct recording recording = {.recorder = recorder_new(wanted)};
    if (recording.recorder == NULL)
        return complain("the recording cannot begin: out of memory, or the file of -w cannot be written");
    options.wrap = wrap;
    options.wrap_user = &recording;
    int status = serve(&options);
    recorder_free(&recording.recorder);
    return status;
}

static int serve_as_asked(const struct bridge_settings *settings, const struct arguments *arguments,
                          FILE *log)
{
    struct bridge_options options = {.settings = settings, .log = log};
    struct recorder_options wanted = {
        .line = arguments->trace ? log_line_to : NULL, .user = log, .shows_secrets = arguments->show_secrets};
    if (arguments->pcap != NULL && (wanted.pcap = create_private(arguments->pcap)) == NULL)
        return EXIT_REFUSED;
    int status =
        wanted.line != NULL || wanted.pcap != NULL ? serve_recorded(options, &wanted) : serve(&options);
    if (wanted.pcap != NULL)
        fclose(wanted.pcap);
    return status;
}

static int run(const struct arguments *arguments)
{
    char error[ERROR_SIZE] = "";
    struct bridge_settings *settings = bridge_settings_read(arguments->configuration, error, sizeof error);
    if (settings == NULL)
        return complain(error);
    int status = EXIT_DONE;
    bool to_file = settings->log_file[0] != '\0' && !arguments->only_check;
    FILE *log = to_file ? fopen(settings->log_file, "a") : stderr;
    if (log == NULL) {
        snprintf(error, sizeof error, "log-file %.200s: %s", settings->log_file, strerror(errno));
        status = complain(error);
    } else if (!arguments->only_check) {
        status = serve_as_asked(settings, arguments, log);
    }
    if (log != NULL && log != stderr)
        fclose(log);
    bridge_settings_free(&settings);
    return status;
}

enum { OPT_CHECK = 256, OPT_TRACE, OPT_SHOW_SECRETS, OPT_HELP, OPT_VERSION };

int main(int argc, char **argv)
{
    static const struct option options[] = {{"check", no_argument, NULL, OPT_CHECK},
                                            {"trace", no_argument, NULL, OPT_TRACE},
                                            {"show-secrets", no_argument, NULL, OPT_SHOW_SECRETS},
                                            {"help", no_argument, NULL, OPT_HELP},
                                            {"version", no_argument, NULL, OPT_VERSION},
                                            {NULL, 0, NULL, 0}};
    struct arguments arguments = {.configuration = NULL};
    int code;
    while ((code = getopt_long(argc, argv, "w:", options, NULL)) != -1) {
        switch (code) {
        case OPT_CHECK: arguments.only_check = true; break;
        case OPT_TRACE: arguments.trace = true; break;
        case OPT_SHOW_SECRETS: arguments.show_secrets = true; break;
        case 'w': arguments.pcap = optarg; break;
        case OPT_HELP: fputs(help, stdout); return EXIT_DONE;
        case OPT_VERSION: printf("pcsc-bridge (%s) %s\n", PACKAGE_NAME, PACKAGE_VERSION); return EXIT_DONE;
        default: return EXIT_USAGE;
        }
    }
    if (optind + 1 != argc) {
        complain("expected one configuration file; try --help");
        return EXIT_USAGE;
    }
    arguments.configuration = argv[optind];
    return run(&arguments);
}
