#include "gateway-plugin/cliota/results.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gateway-plugin/cliota/table.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define WIDTH_DEFAULT 80 /* of a line where no terminal says its own */
#define BAR_MAX 40
#define BAR_MIN 5 /* a shorter one says nothing: it is left out */
#define ROWS_MAX 20

/* One table: what is counted, and the columns that name it. */
struct breakdown {
    const char *columns[2];
    size_t column_count;
    const char *nothing; /* stands for the one without a code */
};
static const struct breakdown states = {{"state"}, 1, ""};
static const struct breakdown por_statuses = {{"porStatus", "porStatusText"}, 2, "no PoR"};
static const struct breakdown status_words = {{"lastSW", "lastSWText"}, 2, "no status word"};

static int line_width(void)
{
    struct winsize size;
    if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return WIDTH_DEFAULT;
    return size.ws_col;
}

/* What is left of the line for bars when the other columns have what they need. */
static int bar_room(const json_t *rows, const char *const *columns, size_t count)
{
    size_t used = count + 2; /* the lines between them, and around the bar */
    for (size_t i = 0; i < count; i++) {
        size_t index, widest = strlen(columns[i]);
        const json_t *row;
        json_array_foreach(rows, index, row)
        {
            size_t length = strlen(table_cell(row, columns[i]));
            widest = length > widest ? length : widest;
        }
        used += widest;
    }
    int room = line_width() - (int)used;
    return room > BAR_MAX ? BAR_MAX : room;
}

static void add_share(json_t *row, int64_t cards, int64_t total)
{
    char text[32];
    snprintf(text, sizeof text, "%.1f %%", total > 0 ? 100.0 * (double)cards / (double)total : 0);
    json_object_set_new(row, "share", json_string(text));
}

static void add_bar(json_t *row, int room, int64_t total)
{
    static const char full[] = "########################################";
    _Static_assert(sizeof full == BAR_MAX + 1, "as long as the longest bar");
    int64_t cards = json_integer_value(json_object_get(row, "cards"));
    int length = total > 0 ? (int)((double)room * (double)cards / (double)total + 0.5) : 0;
    if (length == 0 && cards > 0)
        length = 1;
    json_object_set_new(row, "bar", json_stringn(full, (size_t)length));
}

static void print_breakdown(const struct breakdown *breakdown, json_t *rows, int64_t total)
{
    const char *columns[5];
    size_t count = breakdown->column_count, index;
    json_t *row;
    struct table table;
    if (json_array_size(rows) == 0)
        return;
    memcpy(columns, breakdown->columns, sizeof breakdown->columns);
    columns[count++] = "cards";
    columns[count++] = "share";
    json_array_foreach(rows, index, row)
        add_share(row, json_integer_value(json_object_get(row, "cards")), total);
    int room = bar_room(rows, columns, count);
    if (room >= BAR_MIN) {
        columns[count++] = "bar";
        json_array_foreach(rows, index, row) add_bar(row, room, total);
    }
    table_begin(&table, columns, count);
    table_print_rows(&table, rows);
    table_end(&table);
}

/* {"sent":2,…} as [{"state":"sent","cards":2}]: those that there are. */
static json_t *rows_of_counts(const json_t *counts)
{
    const char *name;
    json_t *value, *rows = json_array();
    json_object_foreach((json_t *)(uintptr_t)counts, name,
                        value) if (strcmp(name, "cards") != 0 && json_integer_value(value) > 0)
        json_array_append_new(rows, json_pack("{s:s, s:O}", "state", name, "cards", value));
    return rows;
}

/* The first ones, the one without a code in words, and the sum of the others. */
static json_t *rows_of_codes(const struct breakdown *breakdown, const json_t *items)
{
    size_t index;
    const json_t *item;
    int64_t others = 0;
    json_t *rows = json_array();
    json_array_foreach(items, index, item)
    {
        json_int_t cards = json_integer_value(json_object_get(item, "cards"));
        const char *code = json_string_value(json_object_get(item, breakdown->columns[0]));
        const char *text = json_string_value(json_object_get(item, breakdown->columns[1]));
        if (index < ROWS_MAX)
            json_array_append_new(rows, json_pack("{s:s, s:s, s:I}", breakdown->columns[0],
                                                  code != NULL ? code : "", breakdown->columns[1],
                                                  text != NULL ? text : breakdown->nothing, "cards", cards));
        else
            others += cards;
    }
    if (others > 0)
        json_array_append_new(rows, json_pack("{s:s, s:s, s:I}", breakdown->columns[0], "",
                                              breakdown->columns[1], "others", "cards", (json_int_t)others));
    return rows;
}

static void print_rows(const struct breakdown *breakdown, json_t *rows, int64_t total)
{
    print_breakdown(breakdown, rows, total);
    json_decref(rows);
}

static void print_time_left(int64_t seconds)
{
    if (seconds >= 2 * 3600)
        printf(", about %lld h %lld min left", (long long)(seconds / 3600), (long long)(seconds / 60 % 60));
    else if (seconds >= 120)
        printf(", about %lld min left", (long long)(seconds / 60));
    else
        printf(", about %lld s left", (long long)seconds);
}

static void print_pace(const json_t *statistics)
{
    const char *state = json_string_value(json_object_get(statistics, "state"));
    const json_t *rate = json_object_get(statistics, "messagesPerSecond"),
                 *left = json_object_get(statistics, "secondsLeft");
    if (json_is_null(rate))
        return;
    bool goes_on = state != NULL && (strcmp(state, "RUNNING") == 0 || strcmp(state, "PAUSED") == 0);
    printf("%.1f messages settled a second%s", json_number_value(rate),
           goes_on ? " in the last minute" : " on average");
    if (json_is_integer(left))
        print_time_left(json_integer_value(left));
    puts(".");
}

static void print_summary(const json_t *statistics, int64_t cards, int64_t settled)
{
    const json_t *rate = json_object_get(statistics, "successRate");
    json_int_t updated =
        json_integer_value(json_object_get(json_object_get(statistics, "counts"), "updated"));
    printf("\nResults: %lld of %lld cards settled, %lld of them updated", (long long)settled,
           (long long)cards, (long long)updated);
    if (json_is_number(rate))
        printf(" (%.1f %%)", json_number_value(rate));
    puts(".");
    print_pace(statistics);
}

void results_print(const json_t *statistics)
{
    const json_t *counts = json_object_get(statistics, "counts");
    int64_t cards = json_integer_value(json_object_get(counts, "cards"));
    int64_t settled = json_integer_value(json_object_get(statistics, "settled"));
    if (cards == 0)
        return;
    print_summary(statistics, cards, settled);
    print_rows(&states, rows_of_counts(counts), cards);
    print_rows(&por_statuses, rows_of_codes(&por_statuses, json_object_get(statistics, "porStatuses")),
               settled);
    print_rows(&status_words, rows_of_codes(&status_words, json_object_get(statistics, "statusWords")),
               settled);
}
