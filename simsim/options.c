#include "config.h"

#include "simsim/options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#define PROFILE_NAME "gsm-2g.xml"

static const char help[] =
    "Usage: simsim --cards FILE.out [OPTION]...\n"
    "       simsim --cards FILE.out --ifd PATH | --vpcd HOST:PORT [OPTION]...\n"
    "       simsim --cards FILE.out --apdu MSISDN\n"
    "Simulated SIM cards behind an SMPP SMSC, or in PC/SC readers, or one of them by hand.\n"
    "\n"
    "  --cards FILE          the cards: ICCID, IMSI, MSISDN and keys (.out)\n"
    "  --profile FILE        what is on each card (.xml; default: the shipped " PROFILE_NAME ")\n"
    "  --smpp HOST:PORT      where the SMSC listens (default 127.0.0.1:2775; port 0: a free one)\n"
    "  --system-id ID        of the account that binds (default kannel)\n"
    "  --password WORD       its password, up to 8 characters (default kannel)\n"
    "  --password-file FILE  the same, from a file's first line\n"
    "  --state DIR           keep cards, accepted messages and scripts.log there (default: nowhere)\n"
    "  --faults FILE         what goes wrong in the air, the phones and the cards, see below\n"
    "  --por-route ROUTE     user data of a delivery report: mo, a message of its own (default);\n"
    "                        dlr, in the delivery receipt behind 'text:'; drop, dropped\n"
    "  --ifd PATH            no port: cards in the readers of libifdsimsim.so, DEVICENAME unix:PATH\n"
    "  --vpcd HOST:PORT      no port: cards in the readers of vsmartcard's vpcd\n"
    "  --insert CARDS        in readers at first: MSISDNs parted by commas, or how many of the file\n"
    "                        (default: 8; with --vpcd 2)\n"
    "  --log FILE            a line for each message (default: standard error)\n"
    "  --trace               log every exchange with a card, in hex and in words, too\n"
    "  --apdu MSISDN         no port: one APDU in hex a line on standard input, one answer a line\n"
    "  --help, --version\n"
    "\n"
    "With --ifd and --vpcd the standard input takes lines, until its end:\n"
    "  insert SLOT MSISDN      into slot 0 to 7\n"
    "  remove SLOT\n"
    "  list\n"
    "\n"
    "A fault plan has groups of 'key = value' lines, parted by blank lines:\n"
    "  group = fault\n"
    "  msisdn = 961234567891   or * for every card\n"
    "  what, action =          message, por or receipt: lose, delay, duplicate, reorder\n"
    "                          card: mute, toolkit-busy, memory-full, lie, garble, pull; packet: error\n"
    "                          submit: throttle, queue-full, disconnect, disconnect-taken\n"
    "  skip, count, probability, per = card|all, delay (seconds), por-status (01 to 0A), sw (four hex\n"
    "                          digits: lie), rate (a second)\n"
    "  group = fault-plan\n"
    "  seed = 7                of the probabilities\n"
    "With --ifd and --vpcd only what = card, there with the action delay, too, and what = packet.\n"
    "See simsim(1) for what each does.\n"
    "\n"
    "Prints 'simsim: ready: smpp HOST:PORT, N cards' when it can be bound to; with --ifd and --vpcd\n"
    "'simsim: ready: ifd PATH, N cards inserted', or vpcd and the address.\n"
    "Exit status: 0 done, 1 refused, 2 wrong usage.\n";

void options_print_help(FILE *stream)
{
    fputs(help, stream);
}

enum option_code {
    OPT_CARDS = 256,
    OPT_PROFILE,
    OPT_SMPP,
    OPT_SYSTEM_ID,
    OPT_PASSWORD,
    OPT_PASSWORD_FILE,
    OPT_STATE,
    OPT_FAULTS,
    OPT_POR_ROUTE,
    OPT_IFD,
    OPT_VPCD,
    OPT_INSERT,
    OPT_LOG,
    OPT_TRACE,
    OPT_APDU,
    OPT_HELP,
    OPT_VERSION,
};

static const struct option long_options[] = {
    {"cards", required_argument, NULL, OPT_CARDS},
    {"profile", required_argument, NULL, OPT_PROFILE},
    {"smpp", required_argument, NULL, OPT_SMPP},
    {"system-id", required_argument, NULL, OPT_SYSTEM_ID},
    {"password", required_argument, NULL, OPT_PASSWORD},
    {"password-file", required_argument, NULL, OPT_PASSWORD_FILE},
    {"state", required_argument, NULL, OPT_STATE},
    {"faults", required_argument, NULL, OPT_FAULTS},
    {"por-route", required_argument, NULL, OPT_POR_ROUTE},
    {"ifd", required_argument, NULL, OPT_IFD},
    {"vpcd", required_argument, NULL, OPT_VPCD},
    {"insert", required_argument, NULL, OPT_INSERT},
    {"log", required_argument, NULL, OPT_LOG},
    {"trace", no_argument, NULL, OPT_TRACE},
    {"apdu", required_argument, NULL, OPT_APDU},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

/* Where an error goes, for the small functions below. */
struct complaint {
    char *text;
    size_t size;
};

static int set_password(struct options *options, const char *word, const struct complaint *complaint)
{
    if (strlen(word) >= sizeof options->password) {
        snprintf(complaint->text, complaint->size,
                 "the password has %zu characters, expected at most %d (SMPP 3.4)", strlen(word),
                 SMPP_PASSWORD_SIZE - 1);
        return OPTIONS_REFUSED;
    }
    snprintf(options->password, sizeof options->password, "%s", word);
    return OPTIONS_RUN;
}

static int read_password(struct options *options, const char *path, const struct complaint *complaint)
{
    char line[80];
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        snprintf(complaint->text, complaint->size, "--password-file %s: %s", path,
                 file ? "expected the password on the first line" : strerror(errno));
        if (file != NULL)
            fclose(file);
        return OPTIONS_REFUSED;
    }
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    int result = set_password(options, line, complaint);
    explicit_bzero(line, sizeof line);
    return result;
}

static int set_system_id(struct options *options, const char *id, const struct complaint *complaint)
{
    if (strlen(id) >= SMPP_SYSTEM_ID_SIZE) {
        snprintf(complaint->text, complaint->size,
                 "--system-id '%s' is too long, expected at most %d characters", id, SMPP_SYSTEM_ID_SIZE - 1);
        return OPTIONS_REFUSED;
    }
    options->system_id = id;
    return OPTIONS_RUN;
}

static int set_route(struct options *options, const char *route, const struct complaint *complaint)
{
    if (por_route_parse(route, &options->por_route))
        return OPTIONS_RUN;
    snprintf(complaint->text, complaint->size, "--por-route '%s', expected mo, dlr or drop", route);
    return OPTIONS_USAGE;
}

static int set_profile(struct options *options, const char *path, const struct complaint *complaint)
{
    if (strlen(path) < sizeof options->profile) {
        strcpy(options->profile, path);
        return OPTIONS_RUN;
    }
    snprintf(complaint->text, complaint->size, "--profile: the path is too long");
    return OPTIONS_REFUSED;
}

static int apply(struct options *options, int code, char *value, const struct complaint *complaint)
{
    int result = OPTIONS_RUN;
    switch (code) {
    case OPT_CARDS: options->cards = value; break;
    case OPT_PROFILE: result = set_profile(options, value, complaint); break;
    case OPT_SMPP: options->smpp = value; break;
    case OPT_SYSTEM_ID: result = set_system_id(options, value, complaint); break;
    case OPT_PASSWORD:
        result = set_password(options, value, complaint);
        memset(value, 'x', strlen(value));
        break;
    case OPT_PASSWORD_FILE: result = read_password(options, value, complaint); break;
    case OPT_STATE: options->state = value; break;
    case OPT_FAULTS: options->faults = value; break;
    case OPT_POR_ROUTE: result = set_route(options, value, complaint); break;
    case OPT_IFD: options->ifd = value; break;
    case OPT_VPCD: options->vpcd = value; break;
    case OPT_INSERT: options->insert = value; break;
    case OPT_LOG: options->log = value; break;
    case OPT_TRACE: options->trace = true; break;
    case OPT_APDU: options->apdu = value; break;
    case OPT_HELP: result = OPTIONS_HELP; break;
    case OPT_VERSION: result = OPTIONS_VERSION; break;
    default: result = OPTIONS_USAGE; break;
    }
    return result;
}

/* DIR/NAME into the options when there is such a file. */
static bool try_profile(struct options *options, const char *directory, const char *name)
{
    int length = snprintf(options->profile, sizeof options->profile, "%s/%s", directory, name);
    return length > 0 && (size_t)length < sizeof options->profile && access(options->profile, R_OK) == 0;
}

/* The directory of the running program; empty when the system does not say. */
static void find_program(char *directory, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", directory, size - 1);
    directory[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(directory, '/');
    *(slash ? slash : directory) = '\0';
}

/* A program that runs in its build tree takes that tree's profile, an installed one the installed. */
static void find_default_profile(struct options *options)
{
    char directory[PATH_MAX];
    find_program(directory, sizeof directory);
    if (directory[0] != '\0' && try_profile(options, directory, "profiles/" PROFILE_NAME))
        return;
    if (strcmp(directory, BUILD_DIRECTORY) == 0 &&
        try_profile(options, SOURCE_DIRECTORY, "profiles/" PROFILE_NAME))
        return;
    try_profile(options, PKGDATADIR, PROFILE_NAME);
}

static int parse_all(int argc, char **argv, struct options *options, const struct complaint *complaint)
{
    int code, result = OPTIONS_RUN;
    opterr = 0;
    optind = 0;
    while (result == OPTIONS_RUN && (code = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        result = apply(options, code, optarg, complaint);
        if (code == '?')
            snprintf(complaint->text, complaint->size, "'%s' is no option, or lacks its value; try --help",
                     argv[optind - 1]);
    }
    if (result == OPTIONS_RUN && optind < argc) {
        snprintf(complaint->text, complaint->size, "unexpected argument '%s'; try --help", argv[optind]);
        return OPTIONS_USAGE;
    }
    return result;
}

/* One front a simsim, and nothing that it would pass over in silence. */
static int check_front(const struct options *options, const struct complaint *complaint)
{
    bool readers = options->ifd != NULL || options->vpcd != NULL;
    const char *problem = NULL;
    if ((options->apdu != NULL) + (options->ifd != NULL) + (options->vpcd != NULL) > 1)
        problem = "--apdu, --ifd and --vpcd exclude each other";
    else if (options->insert != NULL && !readers)
        problem = "--insert goes with --ifd or --vpcd";
    else if (options->faults != NULL && options->apdu != NULL)
        problem = "--faults is not for --apdu: no SMS goes to the card";
    if (problem == NULL)
        return OPTIONS_RUN;
    snprintf(complaint->text, complaint->size, "%s; try --help", problem);
    return OPTIONS_USAGE;
}

enum options_result options_parse(int argc, char **argv, struct options *options, char *error,
                                  size_t error_size)
{
    const struct complaint complaint = {.text = error, .size = error_size};
    *options = (struct options){.smpp = "127.0.0.1:2775", .system_id = "kannel", .password = "kannel"};
    int result = parse_all(argc, argv, options, &complaint);
    if (result != OPTIONS_RUN)
        return (enum options_result)result;
    if (options->cards == NULL) {
        snprintf(error, error_size, "--cards FILE is missing; try --help");
        return OPTIONS_USAGE;
    }
    if ((result = check_front(options, &complaint)) != OPTIONS_RUN)
        return (enum options_result)result;
    if (options->profile[0] == '\0')
        find_default_profile(options);
    return OPTIONS_RUN;
}
