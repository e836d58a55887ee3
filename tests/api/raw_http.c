#include "tests/api/raw_http.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int raw_connect(int port)
{
    return raw_connect_from("127.0.0.1", port);
}

int raw_connect_from(const char *source, int port)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    const struct timeval patience = {.tv_sec = 20};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    inet_pton(AF_INET, source, &from.sin_addr);
    if (bind(fd, (const struct sockaddr *)&from, sizeof from) == 0 &&
        connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

bool raw_send(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

struct raw_reply raw_read(int fd)
{
    struct raw_reply reply = {0};
    size_t length = 0, size = 0;
    ssize_t got;
    do {
        if (size - length < 65536) {
            size = 2 * size + 65537;
            reply.text = realloc(reply.text, size);
        }
        got = recv(fd, reply.text + length, size - length - 1, 0);
        length += got > 0 ? (size_t)got : 0;
    } while (got > 0);
    reply.text[length] = '\0';
    if (sscanf(reply.text, "HTTP/1.%*d %d", &reply.status) != 1)
        reply.status = 0;
    reply.body = strstr(reply.text, "\r\n\r\n");
    reply.body = reply.body != NULL ? reply.body + 4 : reply.text + length;
    return reply;
}

struct raw_reply raw_exchange(int port, const char *head, const char *body, size_t length)
{
    struct raw_reply reply = {0};
    int fd = raw_connect(port);
    if (fd < 0)
        return reply;
    if (raw_send(fd, head, strlen(head)))
        raw_send(fd, body, length); /* the server may answer and close before it has everything */
    reply = raw_read(fd);
    close(fd);
    return reply;
}

struct raw_reply raw_request(int port, const char *method, const char *path, const char *token,
                             const char *body)
{
    char head[2048];
    size_t length = body != NULL ? strlen(body) : 0;
    int at = snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: ota.example:8085\r\nConnection: close\r\n",
                      method, path);
    if (token != NULL)
        at += snprintf(head + at, sizeof head - (size_t)at, "Authorization: Bearer %s\r\n", token);
    if (body != NULL)
        at += snprintf(head + at, sizeof head - (size_t)at, "Content-Length: %zu\r\n", length);
    snprintf(head + at, sizeof head - (size_t)at, "\r\n");
    return raw_exchange(port, head, body != NULL ? body : "", length);
}
