/* -provision: SOP 7. Sends the card file piece by piece; good rows stay whatever becomes of the others. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gateway-plugin/cliota/card_pieces.h"
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/progress.h"
#include "gateway-plugin/cliota/rejected_file.h"
#include "gateway-plugin/cliota/session.h"

#define GROUP_NAME_MAX 56 /* 64 less a "-999" and some */
#define GROUP_TRIES 1000
#define HTTP_CONFLICT 409

static const struct option_spec options_of_command[] = {
    {"outputFilePath", "file", OPTION_TEXT, true, "path_to_out_file",
     "the card file: VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID"},
    {"profile", NULL, OPTION_ID, true, "profile_id", "profile of the cards"},
    {"autoCG", NULL, OPTION_BOOLEAN, false, "true|false",
     "make a card group of these cards, named as the file"},
};

struct upload {
    struct session *session;
    const char *path, *profile;
    char group_name[GROUP_NAME_MAX + 8]; /* "" : no group is wanted */
    size_t group_stem;                   /* length of the name without its number */
    int64_t group_id;                    /* 0: not made yet */
    int64_t size, provisioned, rejected; /* bytes, rows, rows */
    struct card_pieces pieces;
    struct card_piece piece;
    struct rejected_file rejected_file;
    struct progress progress;
};

/* The file's name without folder and extension, other characters than letters, digits, . and - replaced. */
static void name_group(struct upload *upload)
{
    const char *slash = strrchr(upload->path, '/');
    const char *base = slash != NULL ? slash + 1 : upload->path;
    const char *dot = strrchr(base, '.');
    size_t length = dot != NULL && dot != base ? (size_t)(dot - base) : strlen(base);
    if (length > GROUP_NAME_MAX)
        length = GROUP_NAME_MAX;
    for (size_t i = 0; i < length; i++) {
        bool plain = isalnum((unsigned char)base[i]) || base[i] == '.' || base[i] == '-';
        upload->group_name[i] = plain ? base[i] : '_'; /* also the ones that a URL escapes */
    }
    upload->group_name[length] = '\0';
    upload->group_stem = length;
}

static int try_piece(struct upload *upload, struct session_answer *answer)
{
    char path[256];
    int length = snprintf(path, sizeof path, "/api/profiles/%s/cards?firstLine=%lu", upload->profile,
                          upload->piece.first_line);
    if (upload->group_id != 0)
        snprintf(path + length, sizeof path - (size_t)length, "&cardGroup=%" PRId64, upload->group_id);
    else if (upload->group_name[0] != '\0')
        snprintf(path + length, sizeof path - (size_t)length, "&cardGroupName=%s", upload->group_name);
    return session_try_post(upload->session, path, "text/csv", upload->piece.text, upload->piece.length,
                            answer);
}

/* While the group's name is taken, another one is tried: NAME, NAME-2, NAME-3 … */
static int send_piece(struct upload *upload, struct session_answer *answer)
{
    for (int number = 2;; number++) {
        if (try_piece(upload, answer) == 0)
            return 0;
        bool name_is_taken =
            answer->status == HTTP_CONFLICT && upload->group_id == 0 && upload->group_name[0] != '\0';
        if (!name_is_taken || number == GROUP_TRIES)
            break;
        snprintf(upload->group_name + upload->group_stem, sizeof upload->group_name - upload->group_stem,
                 "-%d", number);
    }
    progress_clear(&upload->progress);
    message_error("%s: %s", upload->path, answer->error);
    return -1;
}

static int take_rejection(struct upload *upload, const json_t *row)
{
    unsigned long line = (unsigned long)json_integer_value(json_object_get(row, "line"));
    const char *reason = json_string_value(json_object_get(row, "reason"));
    size_t length = 0;
    const char *text = card_piece_row(&upload->piece, line, &length);
    if (reason == NULL)
        reason = "";
    progress_clear(&upload->progress);
    fflush(stdout); /* so that both come in order */
    fprintf(stderr, "%s:%lu:%" JSON_INTEGER_FORMAT ": %s\n", upload->path, line,
            json_integer_value(json_object_get(row, "column")), reason);
    upload->rejected++;
    if (text == NULL || rejected_file_add(&upload->rejected_file, upload->pieces.header,
                                          upload->pieces.header_length, text, length, reason) == 0)
        return 0;
    message_error("%s cannot be written: %s", upload->rejected_file.path, strerror(errno));
    return -1;
}

static void show_progress(struct upload *upload)
{
    char text[128];
    int64_t rows = upload->provisioned + upload->rejected;
    double seconds = progress_seconds(&upload->progress);
    snprintf(text, sizeof text, "%" PRId64 " cards provisioned, %" PRId64 " rejected, %.0f a second",
             upload->provisioned, upload->rejected, seconds > 0 ? (double)rows / seconds : 0.0);
    progress_show(&upload->progress, ftello(upload->pieces.file), upload->size, text, false);
}

static int take_answer(struct upload *upload, const json_t *answer)
{
    size_t index;
    const json_t *row;
    int result = 0;
    upload->provisioned += json_integer_value(json_object_get(answer, "provisioned"));
    if (json_is_integer(json_object_get(answer, "cardGroup")))
        upload->group_id = json_integer_value(json_object_get(answer, "cardGroup"));
    json_array_foreach(json_object_get(answer, "rejected"), index, row) if (take_rejection(upload, row) != 0)
        result = -1;
    return result;
}

/* 0 at the end of the file, -1 when it stopped before. */
static int send_pieces(struct upload *upload)
{
    struct session_answer answer;
    for (;;) {
        int more = card_pieces_next(&upload->pieces, &upload->piece);
        if (more < 0)
            message_error("%s cannot be read: %s", upload->path, strerror(errno));
        if (more <= 0)
            return more;
        if (send_piece(upload, &answer) != 0)
            return -1;
        int result = take_answer(upload, answer.json);
        session_answer_free(&answer);
        if (result != 0)
            return -1;
        show_progress(upload);
    }
}

static int open_upload(struct upload *upload)
{
    struct stat status;
    int opened = card_pieces_open(&upload->pieces, upload->path);
    if (opened == 0 && fstat(fileno(upload->pieces.file), &status) == 0 &&
        rejected_file_init(&upload->rejected_file, upload->path) == 0) {
        upload->size = status.st_size;
        progress_begin(&upload->progress);
        return 0;
    }
    if (opened > 0)
        message_error("%s is empty, expected a header line VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID", upload->path);
    else
        message_error("-outputFilePath %s cannot be read: %s", upload->path, strerror(errno));
    return -1;
}

static void print_group(struct upload *upload)
{
    char path[96];
    struct session_answer answer;
    snprintf(path, sizeof path, "/api/profiles/%s/cardgroups/%" PRId64, upload->profile, upload->group_id);
    if (session_get(upload->session, path, &answer) != 0)
        return;
    putchar('\n');
    card_group_print(&answer);
    session_answer_free(&answer);
}

static int finish(struct upload *upload, int result)
{
    int64_t rows = upload->provisioned + upload->rejected;
    progress_clear(&upload->progress);
    if (rows > 0)
        printf("Provisioned %" PRId64 " of %" PRId64 " cards in %.1f s, %" PRId64 " rejected.\n",
               upload->provisioned, rows, progress_seconds(&upload->progress), upload->rejected);
    if (upload->rejected_file.file != NULL)
        printf("The rejected rows are in %s\n", upload->rejected_file.path);
    if (result != 0 && rows > 0)
        message_error("%s: stopped; the lines before %lu are done", upload->path, upload->piece.first_line);
    else if (result == 0 && rows == 0)
        message_error("%s holds no cards", upload->path);
    if (upload->group_id != 0)
        print_group(upload);
    if (upload->provisioned == 0)
        return STATUS_REFUSED;
    return result != 0 || upload->rejected > 0 ? STATUS_PARTLY : STATUS_DONE;
}

static int provision(struct upload *upload)
{
    int status = STATUS_REFUSED;
    if (open_upload(upload) == 0) {
        status = finish(upload, send_pieces(upload));
        if (rejected_file_close(&upload->rejected_file) != 0) {
            message_error("%s.rejected.csv is not complete: %s", upload->path, strerror(errno));
            status = upload->provisioned > 0 ? STATUS_PARTLY : STATUS_REFUSED;
        }
    }
    card_piece_wipe(&upload->piece);
    card_pieces_close(&upload->pieces);
    return status;
}

static int run(struct session *session, const struct options *options)
{
    struct upload *upload = calloc(1, sizeof *upload);
    if (upload == NULL) {
        message_error("out of memory");
        return STATUS_REFUSED;
    }
    upload->session = session;
    upload->path = option_text(options, "outputFilePath");
    upload->profile = option_text(options, "profile");
    if (option_boolean(options, "autoCG", false))
        name_group(upload);
    int status = provision(upload);
    free(upload);
    return status;
}

const struct command provision_command = {"provision",
                                          run,
                                          "provision the cards of a file of the personalisation house",
                                          false,
                                          options_of_command,
                                          sizeof options_of_command / sizeof options_of_command[0]};
