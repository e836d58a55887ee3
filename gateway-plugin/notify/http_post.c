#include "gateway-plugin/notify/http_post.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#define CONNECT_SECONDS 5L
#define ANSWER_SECONDS 10L

struct http_post_client {
    CURLM *multi;
    CURL *easy[HTTP_POST_PARALLEL]; /* kept: their connections are */
    char *ca_file;
    atomic_bool stopped;
};

struct http_post_client *http_post_client_new(const char *ca_file)
{
    struct http_post_client *client = calloc(1, sizeof *client);
    if (client == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(client);
        return NULL;
    }
    bool good = (client->multi = curl_multi_init()) != NULL;
    for (size_t i = 0; good && i < HTTP_POST_PARALLEL; i++)
        good = (client->easy[i] = curl_easy_init()) != NULL;
    if (good && ca_file != NULL)
        good = (client->ca_file = strdup(ca_file)) != NULL;
    if (!good)
        http_post_client_free(&client);
    return client;
}

void http_post_client_free(struct http_post_client **pointer)
{
    struct http_post_client *client = *pointer;
    if (client == NULL)
        return;
    for (size_t i = 0; i < HTTP_POST_PARALLEL; i++)
        if (client->easy[i] != NULL)
            curl_easy_cleanup(client->easy[i]);
    if (client->multi != NULL)
        curl_multi_cleanup(client->multi);
    free(client->ca_file);
    free(client);
    *pointer = NULL;
}

void http_post_client_stop(struct http_post_client *client)
{
    atomic_store(&client->stopped, true);
    curl_multi_wakeup(client->multi);
}

/* What the server says is of no interest. */
static size_t throw_away(char *bytes, size_t size, size_t count, void *user)
{
    (void)bytes;
    (void)user;
    return size * count;
}

static struct curl_slist *make_headers(const struct http_post *post)
{
    char line[160];
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    const char *const named[][2] = {{"Otabox-Event", post->event}, {"Otabox-Signature", post->signature}};
    for (size_t i = 0; headers != NULL && i < 2; i++) {
        snprintf(line, sizeof line, "%s: %s", named[i][0], named[i][1]);
        struct curl_slist *longer = curl_slist_append(headers, line);
        if (longer == NULL)
            curl_slist_free_all(headers);
        headers = longer;
    }
    return headers;
}

static void set_options(const struct http_post_client *client, CURL *easy, const struct http_post *post,
                        struct curl_slist *headers)
{
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, post->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, ANSWER_SECONDS);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post->body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->length);
    if (client->ca_file != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, client->ca_file);
}

static void note_result(struct http_post *post, CURL *easy, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    post->tried = true;
    post->taken = code == CURLE_OK && status >= 200 && status < 300;
    if (code != CURLE_OK)
        snprintf(post->error, sizeof post->error, "%s", curl_easy_strerror(code));
    else if (!post->taken)
        snprintf(post->error, sizeof post->error, "HTTP %ld, expected 2xx", status);
}

static void take_results(struct http_post_client *client, struct http_post *posts, size_t count)
{
    int left;
    const CURLMsg *message;
    while ((message = curl_multi_info_read(client->multi, &left)) != NULL)
        for (size_t i = 0; i < count; i++)
            if (message->msg == CURLMSG_DONE && message->easy_handle == client->easy[i])
                note_result(&posts[i], client->easy[i], message->data.result);
}

void http_post_all(struct http_post_client *client, struct http_post *posts, size_t count)
{
    struct curl_slist *headers[HTTP_POST_PARALLEL] = {NULL};
    int running = 1;
    if (count > HTTP_POST_PARALLEL)
        count = HTTP_POST_PARALLEL;
    for (size_t i = 0; i < count; i++) {
        posts[i].taken = posts[i].tried = false;
        snprintf(posts[i].error, sizeof posts[i].error, "out of memory");
        headers[i] = make_headers(&posts[i]);
        set_options(client, client->easy[i], &posts[i], headers[i]);
        if (headers[i] != NULL)
            curl_multi_add_handle(client->multi, client->easy[i]);
    }
    while (running > 0 && !atomic_load(&client->stopped)) {
        if (curl_multi_perform(client->multi, &running) != CURLM_OK)
            break;
        take_results(client, posts, count);
        if (running > 0)
            curl_multi_poll(client->multi, NULL, 0, 1000, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        curl_multi_remove_handle(client->multi, client->easy[i]);
        curl_slist_free_all(headers[i]);
    }
}
