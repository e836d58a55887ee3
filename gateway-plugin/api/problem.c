#include "gateway-plugin/api/problem.h"

#include <stdlib.h>
#include <string.h>

static const unsigned statuses[] = {
    [REFUSAL_NONE] = 500,     [REFUSAL_INVALID] = 400,     [REFUSAL_NOT_FOUND] = 404,
    [REFUSAL_CONFLICT] = 409, [REFUSAL_UNSUPPORTED] = 501, [REFUSAL_INTERNAL] = 500,
};

static const struct {
    unsigned status;
    const char *title;
} titles[] = {
    {400, "Bad Request"},           {401, "Unauthorized"},    {404, "Not Found"},
    {405, "Method Not Allowed"},    {409, "Conflict"},        {413, "Content Too Large"},
    {500, "Internal Server Error"}, {501, "Not Implemented"},
};

static const char *title_of(unsigned status)
{
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Error";
}

static void answer(unsigned status, const char *detail, json_t *field, json_t *rejected,
                   struct http_response *response)
{
    json_t *text = json_string(detail);
    json_t *problem =
        json_pack("{s:s, s:i, s:o, s:o*, s:O*}", "title", title_of(status), "status", (int)status, "detail",
                  text != NULL ? text : json_string("(not UTF-8)"), "field", field, "rejected", rejected);
    response->status = status;
    response->content_type = "application/problem+json";
    response->body = problem != NULL ? json_dumps(problem, JSON_COMPACT) : NULL;
    response->length = response->body != NULL ? strlen(response->body) : 0;
    json_decref(problem);
}

void problem_answer(unsigned status, const char *detail, struct http_response *response)
{
    answer(status, detail, NULL, NULL, response);
}

void problem_answer_refusal(const struct refusal *refusal, json_t *rejected, struct http_response *response)
{
    answer(refusal->kind < sizeof statuses / sizeof statuses[0] ? statuses[refusal->kind] : 500,
           refusal->kind != REFUSAL_NONE ? refusal->text : "out of memory",
           refusal->field != NULL ? json_string(refusal->field) : NULL, rejected, response);
}
