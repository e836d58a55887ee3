/* otapacket: SIM over-the-air packets on the command line; see docs/otapacket.1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "tools/batch.h"
#include "tools/help.h"
#include "tools/json_request.h"
#include "tools/options.h"

static int complain(const struct refusal *refusal, int status)
{
    fprintf(stderr, "otapacket: %s\n", refusal->text);
    return status;
}

/* One object: in the arguments, or all of the standard input. */
static int run_object(const struct command *command, struct session *session, const struct request *defaults,
                      const struct options *options, struct answer *answer)
{
    size_t length;
    if (options->object != NULL)
        return batch_run_object(command, session, defaults, options->object, strlen(options->object), answer);
    char *text = batch_read_all(STDIN_FILENO, &length, &answer->refusal);
    if (text == NULL)
        return -1;
    int rc = batch_run_object(command, session, defaults, text, length, answer);
    batch_free_text(text, length);
    return rc;
}

/* What the options say. */
static int run_options(const struct command *command, struct session *session, const struct request *request,
                       const struct options *options, struct answer *answer)
{
    answer_begin(answer, options->json);
    int rc = command->run(session, request, answer);
    if (rc != 0 && options->json)
        answer_error(answer);
    else if (rc != 0)
        answer->length = 0;
    answer_end(answer);
    return rc;
}

static int run_once(const struct command *command, struct session *session, const struct request *request,
                    const struct options *options)
{
    struct answer answer = {.text = NULL};
    const bool is_object = options->json && (options->object != NULL || options->given == 0);
    if (!is_object && command_check_mandatory(command, request, true, &answer.refusal) != 0)
        return complain(&answer.refusal, STATUS_USAGE);
    int rc = is_object ? run_object(command, session, request, options, &answer)
                       : run_options(command, session, request, options, &answer);
    int status = rc == 0 ? STATUS_DONE : complain(&answer.refusal, STATUS_REFUSED);
    if (answer_write(&answer, stdout) != 0 || fflush(stdout) != 0) {
        perror("otapacket");
        status = STATUS_REFUSED;
    }
    answer_free(&answer);
    return status;
}

static int run_batch(const struct command *command, struct session *session, const struct request *defaults)
{
    struct refusal refusal;
    static char buffer[65536];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    if (batch_run(command, session, defaults, STDIN_FILENO, stdout, &refusal) != 0)
        return complain(&refusal, STATUS_REFUSED);
    return STATUS_DONE;
}

static int run_command(const struct command *command, char **arguments, struct session *session)
{
    struct request request = {.present = 0};
    struct options options;
    struct refusal refusal;
    request_clear(&request);
    int status = options_read(command, arguments, &options, &request, &session->input, &refusal);
    if (status == STATUS_DONE && options.help) {
        help_print_command(command);
        return STATUS_DONE;
    }
    if (status == STATUS_DONE && options_read_environment(command, &request, &refusal) != 0)
        status = STATUS_REFUSED;
    if (status != STATUS_DONE)
        complain(&refusal, status);
    else
        status = options.batch ? run_batch(command, session, &request)
                               : run_once(command, session, &request, &options);
    security_keys_wipe(&request.keys);
    return status;
}

static int run_named(const char *name, char **arguments)
{
    const struct command *command = command_find(name);
    struct session *session = calloc(1, sizeof *session);
    int status = STATUS_USAGE;
    if (command == NULL) {
        fprintf(stderr, "otapacket: %s: no such command, see otapacket --help\n", name);
    } else if (session == NULL || (session->crypto = packet_crypto_new()) == NULL) {
        fputs("otapacket: no memory, or OpenSSL lacks an algorithm\n", stderr);
        status = STATUS_REFUSED;
    } else {
        status = run_command(command, arguments, session);
        packet_crypto_free(&session->crypto);
    }
    if (session != NULL)
        explicit_bzero(session, sizeof *session);
    free(session);
    return status;
}

int main(int argc, char **argv)
{
    json_request_setup();
    if (argc < 2) {
        help_print(stderr);
        return STATUS_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        help_print(stdout);
        return STATUS_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("otapacket " PACKAGE_VERSION);
        return STATUS_DONE;
    }
    return run_named(argv[1], argv + 2);
}
