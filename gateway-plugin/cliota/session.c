#include "gateway-plugin/cliota/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/cliota/fields.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/rest_client.h"

struct session {
    struct rest_client *client;
    const struct settings *settings; /* the caller's */
    const struct options *options;   /* likewise */
    char *server, *file;
};

struct session *session_open(const struct settings *settings, const struct options *options)
{
    struct session *session = calloc(1, sizeof *session);
    if (session != NULL) {
        session->client = rest_client_new(settings->server, settings->token, settings->ca);
        session->settings = settings;
        session->options = options;
        session->server = strdup(settings->server);
        session->file = strdup(settings->file);
    }
    if (session == NULL || session->client == NULL || session->server == NULL || session->file == NULL) {
        message_error("out of memory");
        session_close(&session);
    }
    return session;
}

void session_close(struct session **pointer)
{
    struct session *session = *pointer;
    if (session == NULL)
        return;
    rest_client_free(&session->client);
    free(session->server);
    free(session->file);
    free(session);
    *pointer = NULL;
}

const struct settings *session_settings(const struct session *session)
{
    return session->settings;
}

void session_answer_free(struct session_answer *answer)
{
    free(answer->text);
    json_decref(answer->json);
    answer->text = NULL;
    answer->json = NULL;
}

/* What the server said is wrong, or that it is no otabox. */
static void explain(const struct session *session, struct session_answer *answer)
{
    const char *detail = json_string_value(json_object_get(answer->json, "detail"));
    if (answer->status == 401)
        snprintf(answer->error, sizeof answer->error, "%s refuses the token of %s", session->server,
                 session->file);
    else if (detail != NULL)
        fields_explain(session->options, detail, json_string_value(json_object_get(answer->json, "field")),
                       answer->error, sizeof answer->error);
    else
        snprintf(answer->error, sizeof answer->error, "%s answers HTTP %ld and no JSON, is it otabox's API?",
                 session->server, answer->status);
}

static int finish(const struct session *session, int called, const struct rest_answer *raw,
                  struct session_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    if (called != 0) {
        snprintf(answer->error, sizeof answer->error, "%s", raw->error);
        answer->lost = raw->lost;
        return -1;
    }
    answer->status = raw->status;
    answer->text = raw->text;
    answer->json = json_loads(raw->text, 0, NULL);
    if (raw->status >= 200 && raw->status < 300 && json_is_object(answer->json))
        return 0;
    explain(session, answer);
    return -1;
}

int session_try_get(struct session *session, const char *path, struct session_answer *answer)
{
    struct rest_answer raw;
    int called = rest_client_get(session->client, path, &raw);
    return finish(session, called, &raw, answer);
}

int session_try_post(struct session *session, const char *path, const char *content_type, const char *body,
                     size_t length, struct session_answer *answer)
{
    struct rest_answer raw;
    int called = rest_client_send(session->client, "POST", path, content_type, body, length, &raw);
    return finish(session, called, &raw, answer);
}

/* Says what went wrong. `file`: what a line number in it is about, or NULL. */
static int say(int result, const char *file, struct session_answer *answer)
{
    if (result != 0) {
        message_error_in(file, 1, answer->error);
        session_answer_free(answer);
    }
    return result;
}

int session_get(struct session *session, const char *path, struct session_answer *answer)
{
    return say(session_try_get(session, path, answer), NULL, answer);
}

int session_delete(struct session *session, const char *path, struct session_answer *answer)
{
    struct rest_answer raw;
    int called = rest_client_delete(session->client, path, &raw);
    return say(finish(session, called, &raw, answer), NULL, answer);
}

static int send_json(struct session *session, const char *method, const char *path, const json_t *body,
                     const char *file, struct session_answer *answer)
{
    struct rest_answer raw;
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : strdup("{}");
    if (text == NULL) {
        memset(answer, 0, sizeof *answer);
        message_error("out of memory");
        return -1;
    }
    int called =
        rest_client_send(session->client, method, path, "application/json", text, strlen(text), &raw);
    explicit_bzero(text, strlen(text)); /* -start's holds keys */
    free(text);
    return say(finish(session, called, &raw, answer), file, answer);
}

int session_put(struct session *session, const char *path, const json_t *body, struct session_answer *answer)
{
    return send_json(session, "PUT", path, body, NULL, answer);
}

int session_patch(struct session *session, const char *path, const json_t *body,
                  struct session_answer *answer)
{
    return send_json(session, "PATCH", path, body, NULL, answer);
}

int session_post(struct session *session, const char *path, const json_t *body, const char *file,
                 struct session_answer *answer)
{
    return send_json(session, "POST", path, body, file, answer);
}

const char *session_path_of(const char *url)
{
    const char *host = url != NULL ? strstr(url, "://") : NULL;
    return host != NULL ? strchr(host + 3, '/') : NULL;
}
