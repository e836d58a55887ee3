/* "HOST:PORT" and "[HOST]:PORT", as options and configurations write them. */
#ifndef OTA_SMSC_TCP_ADDRESS_H
#define OTA_SMSC_TCP_ADDRESS_H

#include <stddef.h>

struct addrinfo;

/* What getaddrinfo(3) knows of it, to be freed with freeaddrinfo(3); NULL with one line in `error`. */
struct addrinfo *tcp_address_resolve(const char *address, char *error, size_t error_size);

#endif
