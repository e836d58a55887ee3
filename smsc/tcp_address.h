/* "HOST:PORT" and "[HOST]:PORT", as options and configurations write them. */
#ifndef OTA_SMSC_TCP_ADDRESS_H
#define OTA_SMSC_TCP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

struct addrinfo;

/* Has it that form? Whether the host is known is not asked. */
bool tcp_address_is_well_formed(const char *address);

/* What getaddrinfo(3) knows of it, to be freed with freeaddrinfo(3); NULL with one line in `error`. */
struct addrinfo *tcp_address_resolve(const char *address, char *error, size_t error_size);

#endif
