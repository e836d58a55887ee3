/* -report: a campaign's results as a document, a row a card */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/document_file.h"
#include "gateway-plugin/cliota/listing.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/table.h"

static const struct option_spec options_of_command[] = {
    {"campaign", NULL, OPTION_ID, true, "campaign_id", "the campaign"},
    {"format", NULL, OPTION_TEXT, true, "csv|json", "csv: RFC 4180; json: one array, a line a card"},
    {"output", NULL, OPTION_TEXT, false, "file_path", "the file to make, mode 0600; else it goes to stdout"},
    {"force", NULL, OPTION_FLAG, false, NULL, "replace the file when it is there already"},
};
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const columns[] = {"msisdn",          "iccid",       "state",         "iteration",
                                      "commands",        "executed",    "failedCommand", "failedApdu",
                                      "perhapsExecuted", "notExecuted", "outcome",       "porStatus",
                                      "porStatusText",   "lastSW",      "lastSWText",    "statusWords",
                                      "data",            "detail",      "created",       "sent",
                                      "settledAt"};

/* Those of them that the first row has: a text has no card's answer. */
static struct {
    const char *names[COUNT(columns)];
    size_t count;
} chosen;

struct format;
struct report {
    const struct format *format;
    FILE *file;
    bool begun;
    long rows;
};

/* --- CSV: RFC 4180 --- */

/* A spreadsheet takes what begins like this for a formula: an apostrophe makes it text. */
static bool looks_like_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

static void write_cell(FILE *file, const char *text)
{
    bool guarded = looks_like_formula(text);
    bool quoted = guarded || text[strcspn(text, ",\"\r\n")] != '\0';
    if (quoted)
        fputc('"', file);
    if (guarded)
        fputc('\'', file);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    if (quoted)
        fputc('"', file);
}

static void csv_begin(FILE *file)
{
    for (size_t i = 0; i < chosen.count; i++)
        fprintf(file, "%s%s", chosen.names[i], i + 1 < chosen.count ? "," : "\r\n");
}

static void csv_row(FILE *file, const json_t *row, bool first)
{
    (void)first;
    for (size_t i = 0; i < chosen.count; i++) {
        write_cell(file, table_cell(row, chosen.names[i]));
        fputs(i + 1 < chosen.count ? "," : "\r\n", file);
    }
}

static void csv_end(FILE *file, bool empty)
{
    (void)file;
    (void)empty;
}

/* --- JSON: one array; each card's object in a line of its own --- */

static void json_begin(FILE *file)
{
    fputc('[', file);
}

static void json_row(FILE *file, const json_t *row, bool first)
{
    json_t *cells = json_object();
    for (size_t i = 0; i < chosen.count; i++)
        json_object_set(cells, chosen.names[i], json_object_get(row, chosen.names[i]));
    fputs(first ? "\n" : ",\n", file);
    json_dumpf(cells, file, JSON_COMPACT);
    json_decref(cells);
}

static void json_end(FILE *file, bool empty)
{
    fputs(empty ? "]\n" : "\n]\n", file);
}

static const struct format {
    const char *name;
    void (*begin)(FILE *file);
    void (*row)(FILE *file, const json_t *row, bool first);
    void (*end)(FILE *file, bool empty);
} formats[] = {{"csv", csv_begin, csv_row, csv_end}, {"json", json_begin, json_row, json_end}};

/* NULL after the error was said. */
static const struct format *find_format(const char *name)
{
    for (size_t i = 0; i < COUNT(formats); i++)
        if (strcasecmp(formats[i].name, name) == 0)
            return &formats[i];
    message_error("-format '%s': expected csv or json", name);
    return NULL;
}

/* --- page by page --- */

static void choose_columns(const json_t *first)
{
    chosen.count = 0;
    for (size_t i = 0; i < COUNT(columns); i++)
        if (first == NULL || table_has_field(first, columns[i]))
            chosen.names[chosen.count++] = columns[i];
}

static int write_page(void *user, const struct session_answer *answer)
{
    struct report *report = user;
    size_t index;
    const json_t *row;
    if (!report->begun) {
        choose_columns(json_array_get(json_object_get(answer->json, "items"), 0));
        report->format->begin(report->file);
    }
    report->begun = true;
    json_array_foreach(json_object_get(answer->json, "items"), index, row)
        report->format->row(report->file, row, report->rows++ == 0);
    return ferror(report->file) ? STATUS_REFUSED : STATUS_DONE;
}

/* An exit_status: STATUS_PARTLY when rows went out before something went wrong. */
static int write_report(struct session *session, const char *campaign, struct report *report)
{
    char path[80];
    snprintf(path, sizeof path, "/api/campaigns/%s/report?limit=1000", campaign);
    char *next = strdup(path);
    int status = STATUS_DONE;
    while (next != NULL && status == STATUS_DONE)
        status = listing_follow(session, &next, write_page, report);
    free(next);
    return status == STATUS_REFUSED && report->rows > 0 ? STATUS_PARTLY : status;
}

static int report_to_file(struct session *session, const struct options *options, struct report *report)
{
    struct document_file document;
    const char *path = option_text(options, "output");
    if (document_file_open(&document, path, option_text(options, "force") != NULL) != 0)
        return STATUS_REFUSED;
    report->file = document.file;
    if (write_report(session, option_text(options, "campaign"), report) != STATUS_DONE) {
        if (ferror(document.file))
            message_error("%s cannot be written", path);
        document_file_abandon(&document);
        return STATUS_REFUSED;
    }
    report->format->end(document.file, report->rows == 0);
    if (document_file_finish(&document) != 0)
        return STATUS_REFUSED;
    printf("%ld cards written to %s.\n", report->rows, path);
    return STATUS_DONE;
}

static int run(struct session *session, const struct options *options)
{
    struct report report = {.format = find_format(option_text(options, "format")), .file = stdout};
    if (report.format == NULL)
        return STATUS_USAGE;
    if (option_text(options, "output") != NULL)
        return report_to_file(session, options, &report);
    int status = write_report(session, option_text(options, "campaign"), &report);
    if (status == STATUS_DONE)
        report.format->end(stdout, report.rows == 0);
    return status;
}

const struct command report_command = {"report",
                                       run,
                                       "write what came of a campaign, a row a card, as CSV or JSON",
                                       COMMAND_DOCUMENT,
                                       options_of_command,
                                       COUNT(options_of_command)};
