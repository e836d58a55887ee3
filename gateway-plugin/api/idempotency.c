#include "gateway-plugin/api/idempotency.h"

#include <stdio.h>
#include <string.h>

#include "gateway-plugin/api/problem.h"
#include "gateway-plugin/store/idempotency_store.h"

struct begin {
    const char *key;
    uint8_t digest[IDEMPOTENCY_DIGEST_SIZE];
    bool is_new;
    struct idempotency_answer answer;
};

static int begin(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct begin *begin = argument;
    int rc = idempotency_begin(store, begin->key, begin->digest, now, &begin->answer, refusal);
    begin->is_new = rc == STORE_OK;
    return rc == STORE_FAILED ? -1 : 0;
}

static bool is_good_key(const char *key)
{
    size_t length = strlen(key);
    for (size_t i = 0; i < length; i++)
        if (key[i] <= ' ' || key[i] > '~')
            return false;
    return length > 0 && length <= IDEMPOTENCY_KEY_MAX;
}

static int digest_request(const struct http_request *request, uint8_t *digest)
{
    const void *texts[3 + 2 * HTTP_QUERY_MAX] = {request->method, request->path, request->body};
    size_t lengths[3 + 2 * HTTP_QUERY_MAX] = {strlen(request->method), strlen(request->path),
                                              request->body_length};
    size_t count = 3;
    for (size_t i = 0; i < request->query_count && i < HTTP_QUERY_MAX; i++) {
        const char *const pair[] = {request->query[i].name, request->query[i].value};
        for (size_t j = 0; j < 2; j++, count++) {
            texts[count] = pair[j];
            lengths[count] = strlen(pair[j]);
        }
    }
    return idempotency_digest(texts, lengths, count, digest);
}

static bool is_asked_for(const struct api_call *call)
{
    return call->http->idempotency_key != NULL && strcmp(call->http->method, "POST") == 0;
}

static void answer_again(struct begin *before, struct http_response *response)
{
    if (before->answer.status == 0) {
        problem_answer(
            409,
            "a request with this Idempotency-Key was begun and its answer is not known (it is under "
            "way, or otabox ended in it): look whether it was done",
            response);
        return;
    }
    response->status = (unsigned)before->answer.status;
    response->content_type = "application/json";
    response->body = before->answer.answer;
    response->length = strlen(response->body);
}

bool idempotency_may_run(struct api_call *call, struct http_response *response)
{
    struct refusal refusal = {0};
    struct begin before = {.key = call->http->idempotency_key};
    if (!is_asked_for(call))
        return true;
    if (!is_good_key(before.key)) {
        problem_answer(400, "Idempotency-Key: expected 1 to 128 printable ASCII characters", response);
        return false;
    }
    if (digest_request(call->http, before.digest) != 0)
        refuse(&refusal, REFUSAL_INTERNAL, "no digest: OpenSSL refused");
    else if (engine_call(call->options->engine, begin, &before, &refusal) == 0) {
        if (!before.is_new)
            answer_again(&before, response);
        return before.is_new;
    }
    problem_answer_refusal(&refusal, NULL, response);
    return false;
}

struct end {
    const char *key;
    const struct http_response *response;
};

static int end(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    const struct end *end = argument;
    bool done = end->response->status >= 200 && end->response->status < 300;
    (void)now;
    int rc = done ? idempotency_finish(store, end->key, (int)end->response->status, end->response->body)
                  : idempotency_forget(store, end->key);
    return rc == STORE_OK ? 0 : store_refuse(store, "Idempotency-Key", refusal);
}

void idempotency_end(struct api_call *call, const struct http_response *response)
{
    struct refusal refusal = {0};
    struct end ended = {call->http->idempotency_key, response};
    if (is_asked_for(call) && engine_call(call->options->engine, end, &ended, &refusal) != 0 &&
        call->options->log != NULL)
        call->options->log(3, refusal.text);
}
