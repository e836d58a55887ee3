/* -provision: SOP 7. Sends the card file piece by piece; good rows stay whatever becomes of the others.
 * With -strict it goes as a whole: the server takes all of it or nothing. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gateway-plugin/cliota/card_pieces.h"
#include "gateway-plugin/cliota/card_text.h"
#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/group_of_file.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/piece_repeats.h"
#include "gateway-plugin/cliota/progress.h"
#include "gateway-plugin/cliota/rejected_file.h"
#include "gateway-plugin/cliota/session.h"

#define GROUP_NAME_MAX 56 /* 64 less a "-999" and some */
#define GROUP_TRIES 1000
#define HTTP_CONFLICT 409
#define ROWS_LISTED 20 /* of the rejected ones, which all are in their file */

static const struct option_spec options_of_command[] = {
    {"outputFilePath", "file", OPTION_TEXT, true, "path_to_out_file",
     "the card file: VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID"},
    {"profile", NULL, OPTION_ID, true, "profile_id", "profile of the cards"},
    {"autoCG", NULL, OPTION_BOOLEAN, false, "true|false",
     "make a card group of these cards, named as the file"},
    {"strict", NULL, OPTION_FLAG, false, NULL, "all the cards of the file, or, if a row is wrong, none"},
};

struct upload {
    struct session *session;
    const char *path, *profile;
    char group_name[GROUP_NAME_MAX + 8]; /* "" : no group is wanted */
    size_t group_stem;                   /* length of the name without its number */
    int64_t group_id;                    /* 0: not made yet */
    int64_t size;                        /* bytes */
    int64_t provisioned, rejected;       /* rows */
    int64_t already_there;               /* of the rejected ones */
    int64_t unanswered, unsent;          /* rows, when it was stopped */
    bool lost;                           /* no answer came to what was sent last */
    struct card_pieces pieces;
    struct card_piece piece;
    struct rejected_file rejected_file;
    bool unkept;                  /* the rejected file cannot be written */
    struct card_numbers *numbers; /* of the rows provisioned so far */
    struct card_text whole;       /* with -strict, instead of the pieces */
    bool strict;
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

static int try_post(struct upload *upload, struct session_answer *answer)
{
    char path[256];
    const struct card_piece *piece = &upload->piece;
    bool whole = upload->whole.text != NULL;
    int length = whole ? snprintf(path, sizeof path, "/api/profiles/%s/cardfile", upload->profile)
                       : snprintf(path, sizeof path, "/api/profiles/%s/cards?firstLine=%lu", upload->profile,
                                  piece->first_line);
    if (upload->group_id != 0)
        snprintf(path + length, sizeof path - (size_t)length, "&cardGroup=%" PRId64, upload->group_id);
    else if (upload->group_name[0] != '\0')
        snprintf(path + length, sizeof path - (size_t)length, "%ccardGroupName=%s", whole ? '?' : '&',
                 upload->group_name);
    return session_try_post(upload->session, path, "text/csv", whole ? upload->whole.text : piece->text,
                            whole ? upload->whole.length : piece->length, answer);
}

/* While the group's name is taken, by other cards, another one is tried: NAME, NAME-2, NAME-3 … */
static int post(struct upload *upload, struct session_answer *answer)
{
    for (int number = 2;; number++) {
        if (try_post(upload, answer) == 0) {
            if (number > 2 && json_is_integer(json_object_get(answer->json, "cardGroup")))
                message_warning("card group '%.*s' is there already and has other cards, the new one is '%s'",
                                (int)upload->group_stem, upload->group_name, upload->group_name);
            return 0;
        }
        bool name_is_taken =
            answer->status == HTTP_CONFLICT && upload->group_id == 0 && upload->group_name[0] != '\0';
        if (!name_is_taken || number == GROUP_TRIES)
            return -1;
        session_answer_free(answer);
        snprintf(upload->group_name + upload->group_stem, sizeof upload->group_name - upload->group_stem,
                 "-%d", number);
    }
}

static void report_failure(struct upload *upload, const struct session_answer *answer)
{
    progress_clear(&upload->progress);
    if (strncmp(answer->error, "line ", 5) == 0) /* of the header: rows are rejected one by one */
        message_error_in(upload->path, upload->whole.text != NULL ? 1 : upload->pieces.header_line,
                         answer->error);
    else
        message_error("%s: %s", upload->path, answer->error);
    upload->lost = answer->lost;
    if (answer->lost)
        message_error("%s: no answer came, so the cards may be provisioned: see -listCards", upload->path);
}

static int send_piece(struct upload *upload, struct session_answer *answer)
{
    int result = post(upload, answer);
    if (result != 0) {
        report_failure(upload, answer);
        session_answer_free(answer);
    }
    return result;
}

static void print_rejection(struct upload *upload, const json_t *row)
{
    const char *reason = json_string_value(json_object_get(row, "reason"));
    progress_clear(&upload->progress);
    fflush(stdout); /* so that both come in order */
    fprintf(stderr, "%s:%" JSON_INTEGER_FORMAT ":%" JSON_INTEGER_FORMAT ": %s\n", upload->path,
            json_integer_value(json_object_get(row, "line")),
            json_integer_value(json_object_get(row, "column")), reason != NULL ? reason : "");
}

/* A file that cannot be written stops nothing. */
static void keep_rejected(struct upload *upload, const json_t *row)
{
    unsigned long line = (unsigned long)json_integer_value(json_object_get(row, "line"));
    const char *reason = json_string_value(json_object_get(row, "reason"));
    size_t length = 0;
    const char *text = card_piece_row(&upload->piece, line, &length);
    upload->rejected++;
    upload->already_there += json_is_true(json_object_get(row, "alreadyProvisioned"));
    if (text == NULL || upload->unkept ||
        rejected_file_add(&upload->rejected_file, upload->pieces.header, upload->pieces.header_length, text,
                          length, reason != NULL ? reason : "") == 0)
        return;
    message_error("%s cannot be written: %s; rejected rows are only named here", upload->rejected_file.path,
                  strerror(errno));
    upload->unkept = true;
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
    json_t *rejected = json_object_get(answer, "rejected");
    upload->provisioned += json_integer_value(json_object_get(answer, "provisioned"));
    if (json_is_integer(json_object_get(answer, "cardGroup")))
        upload->group_id = json_integer_value(json_object_get(answer, "cardGroup"));
    int result = piece_repeats_explain(upload->numbers, &upload->piece, rejected);
    if (result != 0)
        message_error("out of memory");
    json_array_foreach(rejected, index, row)
    {
        keep_rejected(upload, row);
        if (upload->unkept || upload->rejected <= ROWS_LISTED)
            print_rejection(upload, row);
    }
    return result;
}

/* The rows of the piece that failed and of all behind it. */
static void count_unsent(struct upload *upload)
{
    if (upload->lost)
        upload->unanswered = (int64_t)upload->piece.filled;
    else
        upload->unsent = (int64_t)upload->piece.filled;
    unsigned long stopped_at = upload->piece.first_line;
    while (card_pieces_next(&upload->pieces, &upload->piece) > 0)
        upload->unsent += (int64_t)upload->piece.filled;
    upload->piece.first_line = stopped_at;
}

static int refuse_file(const struct upload *upload)
{
    if (errno == EFBIG)
        message_error("-outputFilePath %s has more than %zu bytes, expected at most that with -strict",
                      upload->path, CARD_TEXT_MAX);
    else if (errno == EMSGSIZE)
        message_error("%s:%lu: line is longer than %d bytes, expected at most 8191", upload->path,
                      upload->pieces.line + 1, PIECE_LINE_READ_MAX);
    else
        message_error("-outputFilePath %s cannot be read: %s", upload->path, strerror(errno));
    return -1;
}

/* 0 at the end of the file, -1 when it stopped before. */
static int send_pieces(struct upload *upload)
{
    struct session_answer answer;
    for (;;) {
        int more = card_pieces_next(&upload->pieces, &upload->piece);
        if (more < 0)
            refuse_file(upload);
        if (more <= 0)
            return more;
        if (send_piece(upload, &answer) != 0) {
            count_unsent(upload);
            return -1;
        }
        if (upload->provisioned + upload->rejected == 0)
            warnings_print(&answer, upload->path, upload->pieces.header_line);
        int result = take_answer(upload, answer.json);
        session_answer_free(&answer);
        if (result != 0)
            return -1;
        if (upload->provisioned + upload->rejected > 0)
            show_progress(upload);
    }
}

static int refuse_empty(const struct upload *upload)
{
    message_error("%s is empty, expected a header line VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID", upload->path);
    return -1;
}

static int open_upload(struct upload *upload)
{
    struct stat status;
    int opened = card_pieces_open(&upload->pieces, upload->path);
    upload->numbers = card_numbers_new();
    if (opened > 0)
        return refuse_empty(upload);
    if (opened != 0 || upload->numbers == NULL || fstat(fileno(upload->pieces.file), &status) != 0 ||
        rejected_file_init(&upload->rejected_file, upload->path) != 0)
        return refuse_file(upload);
    upload->size = status.st_size;
    progress_begin(&upload->progress);
    return 0;
}

static void print_group(struct upload *upload)
{
    char path[96];
    struct session_answer answer;
    snprintf(path, sizeof path, "/api/profiles/%s/cardgroups/%" PRId64, upload->profile, upload->group_id);
    if (session_get(upload->session, path, &answer) != 0)
        return;
    const char *name = json_string_value(json_object_get(answer.json, "name"));
    int64_t cards = json_integer_value(json_object_get(answer.json, "cardCount"));
    int64_t outside = upload->provisioned + upload->already_there - cards;
    printf("\nCard group %" PRId64 " '%s' is named after the file and has %" PRId64 " cards.\n\n", upload->group_id,
           name != NULL ? name : "", cards);
    card_group_print(&answer);
    if (outside > 0)
        message_warning("%" PRId64 " cards of the file, provisioned before, are not in the card group; "
                        "-createGroup takes them",
                        outside);
    session_answer_free(&answer);
}

/* The numbers add up to the rows of the file. */
static void print_summary(const struct upload *upload)
{
    int64_t rows = upload->provisioned + upload->rejected + upload->unanswered + upload->unsent;
    printf("Provisioned %" PRId64 " of %" PRId64 " cards in %.1f s, %" PRId64 " rejected",
           upload->provisioned, rows, progress_seconds(&upload->progress), upload->rejected);
    if (upload->already_there > 0)
        printf(" (%" PRId64 " already provisioned)", upload->already_there);
    if (upload->unanswered > 0)
        printf(", %" PRId64 " sent without an answer", upload->unanswered);
    if (upload->unsent > 0)
        printf(", %" PRId64 " not sent", upload->unsent);
    puts(".");
}

static void print_rejected_file(const struct upload *upload)
{
    printf("The rejected rows are in %s, with the reason of each", upload->rejected_file.path);
    if (upload->rejected > ROWS_LISTED)
        printf("; %" PRId64 " are not listed above", upload->rejected - ROWS_LISTED);
    puts(".");
}

static int finish(struct upload *upload, int result)
{
    int64_t rows = upload->provisioned + upload->rejected;
    progress_clear(&upload->progress);
    if (rows + upload->unanswered > 0)
        print_summary(upload);
    if (upload->rejected_file.file != NULL && !upload->unkept)
        print_rejected_file(upload);
    if (result != 0 && (rows > 0 || upload->lost) && !upload->strict)
        message_error(
            "%s: stopped, the lines before %lu are done; the same command again goes on: it rejects "
            "what is already provisioned",
            upload->path, upload->piece.first_line);
    else if (result == 0 && rows == 0)
        message_error("%s: the file holds no cards, expected one a line", upload->path);
    if (upload->group_id != 0)
        print_group(upload);
    else if (upload->group_name[0] != '\0' && rows > 0)
        message_warning("no card group '%s' was made: no card was provisioned now; -createGroup takes cards "
                        "that are there already",
                        upload->group_name);
    if (upload->provisioned == 0 && !upload->lost)
        return STATUS_REFUSED;
    return result != 0 || upload->rejected > 0 ? STATUS_PARTLY : STATUS_DONE;
}

/* A group of an earlier run of the same file is used again. -1: the server refuses. */
static int find_group(struct upload *upload)
{
    if (upload->group_name[0] == '\0')
        return 0;
    if (group_of_file_find(upload->session, upload->profile, upload->path, upload->group_name,
                           &upload->group_id) != 0)
        return -1;
    if (upload->group_id != 0)
        printf("Card group %" PRId64 " is of this file, new cards are added to it.\n", upload->group_id);
    return 0;
}

static int provision_rows(struct upload *upload)
{
    int status = STATUS_REFUSED;
    if (open_upload(upload) == 0 && find_group(upload) == 0) {
        status = finish(upload, send_pieces(upload));
        if (rejected_file_close(&upload->rejected_file) != 0) {
            message_error("%s.rejected.csv is not complete: %s", upload->path, strerror(errno));
            status = upload->provisioned > 0 ? STATUS_PARTLY : STATUS_REFUSED;
        }
    }
    card_piece_wipe(&upload->piece);
    card_pieces_close(&upload->pieces);
    card_numbers_free(&upload->numbers);
    return status;
}

/* Nothing is provisioned when this returns -1, unless no answer came. */
static int send_whole(struct upload *upload)
{
    struct session_answer answer;
    size_t index;
    const json_t *row;
    int result = post(upload, &answer);
    if (result == 0) {
        upload->provisioned = json_integer_value(json_object_get(answer.json, "provisioned"));
        upload->group_id = json_integer_value(json_object_get(answer.json, "cardGroup"));
        warnings_print(&answer, upload->path, 1);
    } else {
        json_array_foreach(json_object_get(answer.json, "rejected"), index, row) print_rejection(upload, row);
        report_failure(upload, &answer);
    }
    session_answer_free(&answer);
    return result;
}

static int provision_whole(struct upload *upload)
{
    int result = -1;
    if (card_text_read(&upload->whole, upload->path) != 0) {
        refuse_file(upload);
        return STATUS_REFUSED;
    }
    progress_begin(&upload->progress);
    if (upload->whole.length > 0)
        result = send_whole(upload);
    else
        refuse_empty(upload);
    card_text_wipe(&upload->whole);
    return finish(upload, result);
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
    upload->strict = option_text(options, "strict") != NULL;
    int status = upload->strict ? provision_whole(upload) : provision_rows(upload);
    free(upload);
    return status;
}

const struct command provision_command = {"provision",
                                          run,
                                          "provision the cards of a file of the personalisation house",
                                          COMMAND_ONLINE,
                                          options_of_command,
                                          sizeof options_of_command / sizeof options_of_command[0]};
