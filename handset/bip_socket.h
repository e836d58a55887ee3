/* The network of bip_channel.h with sockets: TCP and UDP to where the rules allow. A link is a descriptor. */
#ifndef OTA_HANDSET_BIP_SOCKET_H
#define OTA_HANDSET_BIP_SOCKET_H

#include "handset/bip_channel.h"
#include "handset/bip_rules.h"

#define BIP_CONNECT_MS 10000 /* then the remote device is unreachable */
#define BIP_SEND_MS 5000     /* then the link is dropped */

/* Borrows the rules. */
struct bip_network bip_socket_network(struct bip_rules *rules);

/* The descriptors on which data may arrive now; how many. */
size_t bip_socket_waiting(const struct bip *bip, int descriptors[static BIP_CHANNELS]);

#endif
