#include "config.h"

#include "gateway-plugin/cliota/rest_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#define CONNECT_SECONDS 10L
#define ANSWER_SECONDS 600L

struct rest_client {
    CURL *curl;
    char *server;
    char *ca;            /* or NULL */
    char *authorization; /* header line */
};

struct rest_client *rest_client_new(const char *server, const char *token, const char *ca)
{
    struct rest_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return NULL;
    client->server = strdup(server);
    client->ca = ca != NULL ? strdup(ca) : NULL;
    client->curl = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_easy_init() : NULL;
    if (client->server == NULL || (ca != NULL && client->ca == NULL) || client->curl == NULL ||
        asprintf(&client->authorization, "Authorization: Bearer %s", token) < 0)
        rest_client_free(&client);
    return client;
}

void rest_client_free(struct rest_client **pointer)
{
    struct rest_client *client = *pointer;
    if (client == NULL)
        return;
    if (client->curl != NULL)
        curl_easy_cleanup(client->curl);
    if (client->authorization != NULL)
        explicit_bzero(client->authorization, strlen(client->authorization));
    free(client->authorization);
    free(client->server);
    free(client->ca);
    free(client);
    *pointer = NULL;
}

static size_t take_answer(char *bytes, size_t size, size_t count, void *user)
{
    struct rest_answer *answer = user;
    size_t more = size * count; /* size is 1 */
    if (more > REST_ANSWER_MAX - answer->length)
        return 0;
    char *text = realloc(answer->text, answer->length + more + 1);
    if (text == NULL)
        return 0;
    memcpy(text + answer->length, bytes, more);
    answer->text = text;
    answer->length += more;
    text[answer->length] = '\0';
    return more;
}

/* The API is reached directly: a proxy of the environment would see the token. */
static void set_options(struct rest_client *client, const char *url, struct curl_slist *headers,
                        struct rest_answer *answer, char *error)
{
    curl_easy_reset(client->curl);
    curl_easy_setopt(client->curl, CURLOPT_URL, url);
    curl_easy_setopt(client->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(client->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl_easy_setopt(client->curl, CURLOPT_TIMEOUT, ANSWER_SECONDS);
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(client->curl, CURLOPT_ERRORBUFFER, error);
    if (client->ca != NULL)
        curl_easy_setopt(client->curl, CURLOPT_CAINFO, client->ca);
}

static struct curl_slist *make_headers(const struct rest_client *client, const char *content_type)
{
    char type[80];
    struct curl_slist *headers = curl_slist_append(NULL, client->authorization);
    struct curl_slist *longer = curl_slist_append(headers, "Accept: application/json");
    if (longer != NULL && content_type != NULL) {
        snprintf(type, sizeof type, "Content-Type: %s", content_type);
        longer = curl_slist_append(headers, type);
    }
    if (longer == NULL) {
        curl_slist_free_all(headers);
        return NULL;
    }
    return headers;
}

static void free_headers(struct curl_slist *headers)
{
    if (headers != NULL)
        explicit_bzero(headers->data, strlen(headers->data)); /* the first one holds the token */
    curl_slist_free_all(headers);
}

static int perform(struct rest_client *client, const char *method, const char *path, const char *content_type,
                   const char *body, size_t length, struct rest_answer *answer)
{
    char why[CURL_ERROR_SIZE] = "", *url = NULL;
    memset(answer, 0, sizeof *answer);
    struct curl_slist *headers = make_headers(client, content_type);
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (headers != NULL && asprintf(&url, "%s%s", client->server, path) >= 0) {
        set_options(client, url, headers, answer, why);
        if (content_type != NULL) {
            curl_easy_setopt(client->curl, CURLOPT_POST, 1L);
            /* On a kept connection that turns out dead curl sends the request again, though it may be done.
             */
            curl_easy_setopt(client->curl, CURLOPT_FRESH_CONNECT, 1L);
            curl_easy_setopt(client->curl, CURLOPT_FORBID_REUSE, 1L);
            curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body);
            curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
        }
        curl_easy_setopt(client->curl, CURLOPT_CUSTOMREQUEST, method);
        code = curl_easy_perform(client->curl);
        curl_off_t sent = 0;
        curl_easy_getinfo(client->curl, CURLINFO_SIZE_UPLOAD_T, &sent);
        answer->lost = code != CURLE_OK && content_type != NULL && sent > 0 && (size_t)sent == length;
        curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &answer->status);
        curl_easy_reset(client->curl); /* it must not keep pointers to what is freed below */
        free(url);
    }
    free_headers(headers);
    if (code == CURLE_OK && answer->text == NULL)
        answer->text = strdup("");
    if (code == CURLE_OK && answer->text != NULL)
        return 0;
    snprintf(answer->error, sizeof answer->error, "%s cannot be reached: %s", client->server,
             why[0] != '\0' ? why : curl_easy_strerror(code));
    free(answer->text);
    answer->text = NULL;
    return -1;
}

int rest_client_get(struct rest_client *client, const char *path, struct rest_answer *answer)
{
    return perform(client, "GET", path, NULL, NULL, 0, answer);
}

int rest_client_delete(struct rest_client *client, const char *path, struct rest_answer *answer)
{
    return perform(client, "DELETE", path, NULL, NULL, 0, answer);
}

int rest_client_send(struct rest_client *client, const char *method, const char *path,
                     const char *content_type, const char *body, size_t length, struct rest_answer *answer)
{
    return perform(client, method, path, content_type, body, length, answer);
}
