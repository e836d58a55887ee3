/* Query parameters, paging and refusals: what every handler needs. */
#include "gateway-plugin/api/api.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *api_query(const struct api_call *call, const char *name)
{
    for (size_t i = 0; i < call->http->query_count && i < HTTP_QUERY_MAX; i++)
        if (strcmp(call->http->query[i].name, name) == 0)
            return call->http->query[i].value;
    return NULL;
}

static bool is_word_of(const char *words, const char *word)
{
    size_t length = strlen(word);
    if (length == 0 || strchr(word, ' ') != NULL)
        return false;
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

int api_check_query(const struct api_call *call, struct refusal *refusal)
{
    const char *known = call->route->query;
    if (call->http->query_count > HTTP_QUERY_MAX)
        return refuse(refusal, REFUSAL_INVALID, "more than %d query parameters", HTTP_QUERY_MAX);
    for (size_t i = 0; i < call->http->query_count; i++) {
        const struct http_query *one = &call->http->query[i];
        if (!is_word_of(known, one->name))
            return refuse(refusal, REFUSAL_INVALID, "unknown query parameter '%.40s', expected %s%s",
                          one->name, *known != '\0' ? "one of: " : "none", known);
        if (api_query(call, one->name) != one->value)
            return refuse(refusal, REFUSAL_INVALID, "query parameter '%s' is given twice", one->name);
    }
    return 0;
}

static int parse_number(const char *name, const char *text, int64_t lowest, int64_t *value,
                        struct refusal *refusal)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end != '\0' || errno != 0 || number < lowest)
        return refuse_field(refusal, REFUSAL_INVALID, name, "'%.40s': expected a number from %" PRId64, text,
                            lowest);
    *value = number;
    return 0;
}

int api_query_number(const struct api_call *call, const char *name, int64_t *value, struct refusal *refusal)
{
    const char *text = api_query(call, name);
    return text == NULL ? 0 : parse_number(name, text, 1, value, refusal);
}

int api_query_page(const struct api_call *call, struct page *page, struct refusal *refusal)
{
    const char *after = api_query(call, "after");
    int64_t limit = API_PAGE_DEFAULT;
    page->after = 0;
    if (after != NULL && parse_number("after", after, 0, &page->after, refusal) != 0)
        return -1;
    if (api_query_number(call, "limit", &limit, refusal) != 0)
        return -1;
    if (limit > API_PAGE_MAX)
        return refuse_field(refusal, REFUSAL_INVALID, "limit", "'%" PRId64 "': expected 1 to %d", limit,
                            API_PAGE_MAX);
    page->limit = (int)limit;
    return 0;
}

/* The parameters beside limit and after, so that the next page is filtered as this one. Numbers, names and
 * commas: no escapes. */
static void add_filters(const struct api_call *call, char *url, size_t size)
{
    for (size_t i = 0; i < call->http->query_count && i < HTTP_QUERY_MAX; i++) {
        const struct http_query *one = &call->http->query[i];
        size_t length = strlen(url);
        if (!is_word_of("limit after", one->name))
            snprintf(url + length, size - length, "&%s=%s", one->name, one->value);
    }
}

json_t *api_listing(const struct api_call *call, struct page page, json_t *items, bool more, int64_t last)
{
    json_t *next = NULL;
    if (more) {
        char url[API_BASE_SIZE + 512];
        snprintf(url, sizeof url, "%s%s?limit=%d&after=%" PRId64, call->base, call->http->path, page.limit,
                 last);
        add_filters(call, url, sizeof url);
        next = json_string(url);
    }
    return json_pack("{s:o, s:o}", "items", items, "next", next != NULL ? next : json_null());
}

static json_t *view_rows(const struct api_rows *kind, const char *rows, size_t count, const char *base)
{
    json_t *items = json_array();
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(items, kind->view(rows + i * kind->row_size, base)) != 0) {
            json_decref(items);
            return NULL;
        }
    return items;
}

/* One row more than asked for is read: it tells whether another page follows. */
json_t *api_list(struct api_call *call, const struct api_rows *kind, const int64_t *filters,
                 struct refusal *refusal)
{
    struct page page;
    json_t *view = NULL;
    int64_t last = 0;
    if (api_query_page(call, &page, refusal) != 0)
        return NULL;
    const struct page wanted = {.after = page.after, .limit = page.limit + 1};
    size_t count = (size_t)wanted.limit;
    char *rows = calloc(count, kind->row_size);
    if (rows == NULL)
        return api_refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    if (kind->read(call->store, filters, wanted, rows, &count) != STORE_OK) {
        store_refuse(call->store, kind->what, refusal);
    } else {
        size_t shown = count > (size_t)page.limit ? (size_t)page.limit : count;
        if (shown > 0)
            memcpy(&last, rows + (shown - 1) * kind->row_size + kind->id_offset, sizeof last);
        json_t *items = view_rows(kind, rows, shown, call->base);
        if (items != NULL)
            view = api_listing(call, page, items, count > shown, last);
    }
    free(rows);
    return view;
}

int api_found(struct api_call *call, int result, const char *what, int64_t id, struct refusal *refusal)
{
    return store_found(call->store, result, what, id, refusal);
}

json_t *api_drop(json_t *view)
{
    json_decref(view);
    return NULL;
}

json_t *api_refuse(struct refusal *refusal, enum refusal_kind kind, const char *format, ...)
{
    char text[sizeof refusal->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    refuse(refusal, kind, "%s", text);
    return NULL;
}
