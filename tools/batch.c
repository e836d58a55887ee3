#include "tools/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/json_request.h"

#define LINE_BYTES_MAX (1024 * 1024) /* a 64 kB packet as hex needs 128 kB */

/* Lines out of a file descriptor. The buffer holds keys: wiped when freed. */
struct line_reader {
    int file;
    char *buffer;
    size_t start, end; /* of what is not handed out yet */
    size_t seen;       /* bytes behind `start` known to hold no line end */
    bool skipping;     /* the rest of a line that is too long */
    bool ended;
};

enum line_result { LINE_END, LINE_HERE, LINE_TOO_LONG, LINE_WAIT, LINE_FAILED };

/* A line of what is in the buffer; LINE_WAIT when there is none yet. */
static enum line_result take_line(struct line_reader *reader, char **line, size_t *length)
{
    char *from = reader->buffer + reader->start;
    const size_t left = reader->end - reader->start;
    char *newline = memchr(from + reader->seen, '\n', left - reader->seen);
    if (newline == NULL && !(reader->ended && left > 0)) {
        reader->seen = left;
        return reader->ended ? LINE_END : LINE_WAIT;
    }
    *line = from;
    *length = newline == NULL ? left : (size_t)(newline - from);
    reader->start += *length + (newline == NULL ? 0 : 1);
    reader->seen = 0;
    return LINE_HERE;
}

/* Makes room by moving what is left; a line that fills the whole buffer is dropped. */
static bool make_room(struct line_reader *reader)
{
    if (reader->start > 0) {
        memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    if (reader->end < LINE_BYTES_MAX)
        return true;
    reader->end = reader->seen = 0;
    return false;
}

static int fill(struct line_reader *reader)
{
    ssize_t got;
    do
        got = read(reader->file, reader->buffer + reader->end, LINE_BYTES_MAX - reader->end);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    reader->end += (size_t)got;
    reader->ended = got == 0;
    return 0;
}

/* The next line. Where none is complete, what was answered so far goes out before waiting. */
static enum line_result next_line(struct line_reader *reader, FILE *output, char **line, size_t *length)
{
    for (;;) {
        enum line_result result = take_line(reader, line, length);
        if (result == LINE_HERE && reader->skipping) {
            reader->skipping = false;
            continue;
        }
        if (result != LINE_WAIT)
            return result;
        if (!make_room(reader) && !reader->skipping) {
            reader->skipping = true;
            return LINE_TOO_LONG;
        }
        if (fflush(output) != 0 || fill(reader) != 0)
            return LINE_FAILED;
    }
}

int batch_run_object(const struct command *command, struct session *session, const struct request *defaults,
                     const char *text, size_t length, struct answer *answer)
{
    struct request request = *defaults;
    byte_list_clear(&session->input);
    answer_begin(answer, true);
    int rc = json_request_read(command, text, length, &request, &session->input, &answer->refusal);
    if (rc == 0)
        rc = command_check_mandatory(command, &request, false, &answer->refusal);
    if (rc == 0)
        rc = command->run(session, &request, answer);
    if (rc != 0)
        answer_error(answer);
    answer_end(answer);
    security_keys_wipe(&request.keys);
    return rc;
}

static void answer_line_too_long(struct answer *answer)
{
    (void)refuse(&answer->refusal, "line longer than %d bytes", LINE_BYTES_MAX);
    answer_error(answer);
    answer_end(answer);
}

static int run_lines(const struct command *command, struct session *session, const struct request *defaults,
                     struct line_reader *reader, FILE *output, struct refusal *refusal)
{
    struct answer answer = {.text = NULL};
    enum line_result result;
    char *line;
    size_t length;
    int rc = 0;
    while (rc == 0 && (result = next_line(reader, output, &line, &length)) != LINE_END) {
        if (result == LINE_FAILED)
            rc = -1;
        else if (result == LINE_TOO_LONG)
            answer_line_too_long(&answer);
        else
            (void)batch_run_object(command, session, defaults, line, length, &answer);
        if (rc == 0)
            rc = answer_write(&answer, output);
    }
    if (rc == 0)
        rc = fflush(output);
    if (rc != 0)
        (void)refuse(refusal, "batch: %s", strerror(errno));
    answer_free(&answer);
    return rc == 0 ? 0 : -1;
}

int batch_run(const struct command *command, struct session *session, const struct request *defaults,
              int input, FILE *output, struct refusal *refusal)
{
    struct line_reader reader = {.file = input, .buffer = malloc(LINE_BYTES_MAX)};
    if (reader.buffer == NULL)
        return refuse(refusal, "batch: no memory for a line of %d bytes", LINE_BYTES_MAX);
    int rc = run_lines(command, session, defaults, &reader, output, refusal);
    batch_free_text(reader.buffer, LINE_BYTES_MAX);
    return rc;
}

char *batch_read_all(int input, size_t *length, struct refusal *refusal)
{
    struct line_reader reader = {.file = input, .buffer = malloc(LINE_BYTES_MAX)};
    int rc = reader.buffer == NULL ? -1 : 0;
    while (rc == 0 && !reader.ended && reader.end < LINE_BYTES_MAX)
        rc = fill(&reader);
    if (rc == 0 && reader.ended) {
        *length = reader.end;
        return reader.buffer;
    }
    if (rc == 0)
        (void)refuse(refusal, "standard input: longer than %d bytes", LINE_BYTES_MAX);
    else
        (void)refuse(refusal, "standard input: %s", strerror(errno));
    batch_free_text(reader.buffer, LINE_BYTES_MAX);
    return NULL;
}

void batch_free_text(char *text, size_t length)
{
    if (text == NULL)
        return;
    explicit_bzero(text, length);
    free(text);
}
