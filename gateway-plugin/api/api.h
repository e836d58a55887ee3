/* What a resource's handler gets, and the table that leads to it. */
#ifndef OTA_API_API_H
#define OTA_API_API_H

#include <jansson.h>

#include "gateway-plugin/api/http.h"
#include "gateway-plugin/api/rest_server.h"

#define API_PAGE_DEFAULT 100
#define API_PAGE_MAX 1000
#define API_BASE_SIZE 272 /* "http://", a host name of 253, a port */

#define API_BODY_NONE ((size_t)0)
#define API_BODY_SMALL ((size_t)64 << 10)
#define API_BODY_CSV ((size_t)8 << 20)    /* a piece of a card file */
#define API_BODY_APPLET ((size_t)4 << 20) /* a CAP file */
#define API_BODY_LISTS ((size_t)64 << 20) /* subscriber lists, APDU files */
#define API_BODY_FILE ((size_t)128 << 20) /* a whole card file: a million cards of the SOP's */

struct api_object;

/* One request on its way through a handler. */
struct api_call {
    const struct api_route *route;
    const struct http_request *http;
    int64_t ids[2];           /* the numbers in the path, in order */
    char base[API_BASE_SIZE]; /* "http://HOST", what the client called us */
    struct store *store;      /* read-only, this call's alone */
    const struct rest_options *options;
    json_t *rejected; /* what a refused upload says of its rows, or NULL; the caller's to free */
};

struct api_route {
    const char *method;
    const char *pattern; /* N stands for a number */
    const char *query;   /* names of the parameters that it takes, parted by blanks */
    size_t body_limit;
    unsigned success; /* status of a good answer */
    /* The answer (a new reference), or NULL with `refusal`. */
    json_t *(*handle)(struct api_call *call, struct refusal *refusal);
    const struct api_object *object; /* whose handler it is, of named_objects.h; else NULL */
};

extern const struct api_route api_routes[];
extern const size_t api_route_count;

/* The route of a method and path, or NULL: then `allow` lists the methods that the path knows,
 * or is "". */
const struct api_route *api_route_find(const char *method, const char *path, int64_t ids[static 2],
                                       char allow[static HTTP_ALLOW_SIZE]);

/* The value of a query parameter, or NULL. */
const char *api_query(const struct api_call *call, const char *name);

/* Every parameter is one that the route takes, and stands once. 0, or -1 with `refusal`. */
int api_check_query(const struct api_call *call, struct refusal *refusal);

/* A number from 1; *value stays as it is when the parameter is missing. 0, or -1 with `refusal`. */
int api_query_number(const struct api_call *call, const char *name, int64_t *value, struct refusal *refusal);

/* `limit` and `after`. 0, or -1 with `refusal`. */
int api_query_page(const struct api_call *call, struct page *page, struct refusal *refusal);

/* {"items":items,"next":URL}, next null without `more`; `last`: the id of the last item. Takes `items` over.
 */
json_t *api_listing(const struct api_call *call, struct page page, json_t *items, bool more, int64_t last);

/* How rows of one kind become a listing. */
struct api_rows {
    const char *what; /* "profiles" */
    size_t row_size, id_offset;
    /* As profile_list(): a store_result. `filters` are api_list()'s. */
    int (*read)(struct store *store, const int64_t *filters, struct page page, void *rows, size_t *count);
    json_t *(*view)(const void *row, const char *base);
};

/* The page that the query asks for. */
json_t *api_list(struct api_call *call, const struct api_rows *kind, const int64_t *filters,
                 struct refusal *refusal);

/* Turns a store_result into 0 or -1: `what` and `id` name what was looked for. */
int api_found(struct api_call *call, int result, const char *what, int64_t id, struct refusal *refusal);

/* For an answer that came to nothing: frees it, returns NULL. */
json_t *api_drop(json_t *view);

/* NULL, with `refusal` filled: `return api_refuse(…)`. */
json_t *api_refuse(struct refusal *refusal, enum refusal_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
