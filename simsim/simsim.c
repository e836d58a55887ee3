/* simsim: simulated SIM cards behind an SMPP SMSC or in PC/SC readers. Reads the command line, joins the
 * parts, waits, stops. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "simsim/apdu_front.h"
#include "simsim/options.h"
#include "simsim/reader_front.h"
#include "simsim/smpp_front.h"
#include "smsc/log_line.h"
#include "smsc/stop_signal.h"

#define ERROR_SIZE 400

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

static int complain(const char *error)
{
    fprintf(stderr, "simsim: %s\n", error);
    return EXIT_REFUSED;
}

/* What every front is given. */
struct surroundings {
    struct fault_plan *faults; /* NULL: none */
    FILE *log;
    struct recorder *recorder; /* NULL: no --trace */
    const volatile sig_atomic_t *stop;
};

static int run_smpp(struct population *population, const struct options *options,
                    const struct surroundings *around)
{
    char error[ERROR_SIZE] = "";
    const struct smpp_front_options settings = {.address = options->smpp,
                                                .system_id = options->system_id,
                                                .password = options->password,
                                                .faults = around->faults,
                                                .por_route = options->por_route,
                                                .log = around->log,
                                                .recorder = around->recorder};
    struct smpp_front *front = smpp_front_open(population, &settings, error, sizeof error);
    if (front == NULL)
        return complain(error);
    printf("simsim: ready: smpp %s, %zu cards\n", smpp_front_address(front), population_size(population));
    fflush(stdout);
    int status = smpp_front_run(front, around->stop, error, sizeof error) < 0 ? complain(error) : EXIT_DONE;
    smpp_front_close(&front);
    return status;
}

static int run_readers(struct population *population, const struct options *options,
                       const struct surroundings *around)
{
    char error[ERROR_SIZE] = "";
    const struct reader_front_options settings = {.ifd = options->ifd,
                                                  .vpcd = options->vpcd,
                                                  .insert = options->insert,
                                                  .faults = around->faults,
                                                  .log = around->log,
                                                  .recorder = around->recorder,
                                                  .control = STDIN_FILENO,
                                                  .answers = stdout};
    signal(SIGTTIN, SIG_IGN); /* in the background of a shell, the terminal is the shell's */
    struct reader_front *front = reader_front_open(population, &settings, error, sizeof error);
    if (front == NULL)
        return complain(error);
    printf("simsim: ready: %s %s, %zu cards inserted\n", options->ifd != NULL ? "ifd" : "vpcd",
           options->ifd != NULL ? options->ifd : options->vpcd, reader_front_inserted(front));
    fflush(stdout);
    int status = reader_front_run(front, around->stop, error, sizeof error) < 0 ? complain(error) : EXIT_DONE;
    reader_front_close(&front);
    return status;
}

static bool has_readers(const struct options *options)
{
    return options->ifd != NULL || options->vpcd != NULL;
}

/* A front that waits for others, until a signal. */
static int serve(struct population *population, const struct options *options, struct surroundings *around)
{
    const struct recorder_options lines = {.line = log_line_to, .user = around->log};
    if (options->trace && (around->recorder = recorder_new(&lines)) == NULL)
        return complain("out of memory");
    around->stop = stop_signal_catch();
    population_log_scripts(population, around->log);
    int status = has_readers(options) ? run_readers(population, options, around)
                                      : run_smpp(population, options, around);
    population_log_scripts(population, NULL);
    recorder_free(&around->recorder);
    return status;
}

static int open_and_serve(struct population *population, const struct options *options)
{
    char error[ERROR_SIZE] = "";
    struct surroundings around = {.log = stderr};
    enum fault_front front = has_readers(options) ? FAULT_AT_READERS : FAULT_AT_SMSC;
    if (options->faults != NULL &&
        (around.faults = fault_plan_read(options->faults, front, error, sizeof error)) == NULL)
        return complain(error);
    if (options->log != NULL)
        around.log = fopen(options->log, "a");
    int status = EXIT_REFUSED;
    if (around.log == NULL)
        fprintf(stderr, "simsim: --log %s: %s\n", options->log, strerror(errno));
    else
        status = serve(population, options, &around);
    if (around.log != NULL && around.log != stderr)
        fclose(around.log);
    fault_plan_free(&around.faults);
    return status;
}

static int run(const struct options *options)
{
    char error[ERROR_SIZE] = "";
    struct population_options cards = {
        .cards_path = options->cards, .profile_path = options->profile, .state_directory = options->state};
    struct population *population = population_open(&cards, error, sizeof error);
    if (population == NULL)
        return complain(error);
    int status;
    if (options->apdu != NULL)
        status = apdu_front_run(population, options->apdu, stdin, stdout) < 0 ? EXIT_REFUSED : EXIT_DONE;
    else
        status = open_and_serve(population, options);
    if (population_commit(population) < 0)
        status = EXIT_REFUSED;
    population_close(&population);
    return status;
}

int main(int argc, char **argv)
{
    static struct options options;
    char error[ERROR_SIZE] = "";
    switch (options_parse(argc, argv, &options, error, sizeof error)) {
    case OPTIONS_RUN: return run(&options);
    case OPTIONS_HELP: options_print_help(stdout); return EXIT_DONE;
    case OPTIONS_VERSION: printf("simsim (%s) %s\n", PACKAGE_NAME, PACKAGE_VERSION); return EXIT_DONE;
    case OPTIONS_USAGE: complain(error); return EXIT_USAGE;
    default: return complain(error);
    }
}
