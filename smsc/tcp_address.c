#include "smsc/tcp_address.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ADDRESS_TEXT_SIZE (NI_MAXHOST + NI_MAXSERV)

/* HOST and PORT of "HOST:PORT" or "[HOST]:PORT"; changes the text. */
static bool split_address(char *text, const char **host, const char **port)
{
    char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text || colon[1] == '\0' ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    *colon = '\0';
    *port = colon + 1;
    size_t length = strlen(text);
    bool bracketed = text[0] == '[' && text[length - 1] == ']';
    if (bracketed)
        text[length - 1] = '\0';
    *host = text + bracketed;
    return strtol(*port, NULL, 10) <= 65535;
}

bool tcp_address_is_well_formed(const char *address)
{
    char text[ADDRESS_TEXT_SIZE];
    const char *host, *port;
    return strlen(address) < sizeof text && split_address(strcpy(text, address), &host, &port);
}

struct addrinfo *tcp_address_resolve(const char *address, char *error, size_t error_size)
{
    char text[ADDRESS_TEXT_SIZE];
    const char *host, *port;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *info;
    if (strlen(address) >= sizeof text || !split_address(strcpy(text, address), &host, &port)) {
        snprintf(error, error_size, "'%.80s' is no address, expected HOST:PORT such as 127.0.0.1:2775",
                 address);
        return NULL;
    }
    int problem = getaddrinfo(host, port, &hints, &info);
    if (problem == 0)
        return info;
    snprintf(error, error_size, "%.80s: %s", address, gai_strerror(problem));
    return NULL;
}
