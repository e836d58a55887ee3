/* simsim: simulated SIM cards behind an SMPP SMSC or in PC/SC readers. Reads the command line, joins the parts, waits, stops. */
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

#define ERROR_SIZE 400

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* Blocked from here on; the server lets them through while it waits. */
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
    fprintf(stderr, "simsim: %s\n", error);
    return EXIT_REFUSED;
}

static int run_smpp(struct population *population, const struct options *options, struct fault_plan *faults,
                    FILE *log)
{
    char error[ERROR_SIZE] = "";
    const struct smpp_front_options settings = {.address = options->smpp,
                                                .system_id = options->system_id,
                                                .password = options->password,
                                                .faults = faults,
                                                .por_route = options->por_route,
                                                .log = log,
                                                .trace = options->trace};
    struct smpp_front *front = smpp_front_open(population, &settings, error, sizeof error);
    if (front == NULL)
        return complain(error);
    printf("simsim: ready: smpp %s, %zu cards\n", smpp_front_address(front), population_size(population));
    fflush(stdout);
    int status = smpp_front_run(front, &stop, error, sizeof error) < 0 ? complain(error) : EXIT_DONE;
    smpp_front_close(&front);
    return status;
}

static int run_readers(struct population *population, const struct options *options, FILE *log)
{
    char error[ERROR_SIZE] = "";
    const struct reader_front_options settings = {.ifd = options->ifd,
                                                  .vpcd = options->vpcd,
                                                  .insert = options->insert,
                                                  .log = log,
                                                  .trace = options->trace,
                                                  .control = STDIN_FILENO,
                                                  .answers = stdout};
    signal(SIGTTIN, SIG_IGN); /* in the background of a shell, the terminal is the shell's */
    struct reader_front *front = reader_front_open(population, &settings, error, sizeof error);
    if (front == NULL)
        return complain(error);
    printf("simsim: ready: %s %s, %zu cards inserted\n", options->ifd != NULL ? "ifd" : "vpcd",
           options->ifd != NULL ? options->ifd : options->vpcd, reader_front_inserted(front));
    fflush(stdout);
    int status = reader_front_run(front, &stop, error, sizeof error) < 0 ? complain(error) : EXIT_DONE;
    reader_front_close(&front);
    return status;
}

/* A front that waits for others, until a signal. */
static int serve(struct population *population, const struct options *options)
{
    char error[ERROR_SIZE] = "";
    int status = EXIT_REFUSED;
    struct fault_plan *faults = NULL;
    FILE *log = stderr;
    if (options->faults != NULL && (faults = fault_plan_read(options->faults, error, sizeof error)) == NULL)
        return complain(error);
    if (options->log != NULL && (log = fopen(options->log, "a")) == NULL) {
        fprintf(stderr, "simsim: --log %s: %s\n", options->log, strerror(errno));
        goto out;
    }
    population_log_scripts(population, log);
    catch_signals();
    if (options->ifd != NULL || options->vpcd != NULL)
        status = run_readers(population, options, log);
    else
        status = run_smpp(population, options, faults, log);
    population_log_scripts(population, NULL);
out:
    if (log != NULL && log != stderr)
        fclose(log);
    fault_plan_free(&faults);
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
        status = serve(population, options);
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
