/*
 * The phone's side of the Bearer Independent Protocol (TS 102 223 6.4.27 to 6.4.31):
 * channels with buffers, and what the card is to be told about them. The way to
 * the network is behind a seam, because tests need one without a network;
 * bip_socket.h is the one with sockets.
 */
#ifndef OTA_HANDSET_BIP_CHANNEL_H
#define OTA_HANDSET_BIP_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BIP_CHANNELS 4
#define BIP_BUFFER_MAX 1500 /* ours, each direction; a larger one is granted as this */

enum bip_transport { BIP_UDP = 1, BIP_TCP = 2 }; /* TS 102 223 8.59 */

struct bip_destination {
    enum bip_transport transport;
    bool is_ipv6;
    uint8_t address[16]; /* 4 or 16 bytes */
    uint16_t port;
};

/* Additional information of result 3A, TS 102 223 8.12.11. */
enum bip_error {
    BIP_OK = 0,
    BIP_NO_CHANNEL = -0x01,
    BIP_CLOSED = -0x02,
    BIP_BAD_CHANNEL = -0x03,
    BIP_NO_BUFFER = -0x04,
    BIP_REFUSED = -0x05,     /* security error: the configuration does not allow it */
    BIP_UNREACHABLE = -0x07, /* remote device */
};

/* Where bytes go. A `link` is the network's own number for a channel. */
struct bip_network {
    void *user;
    /* Connects, in bounded time. 0 with *link, BIP_REFUSED or BIP_UNREACHABLE. */
    int (*open)(void *user, const struct bip_destination *destination, int *link);
    bool (*send)(void *user, int link, const uint8_t *bytes, size_t length);
    /* Bytes that are there now, of one datagram at most; 0: none yet; -1: the other side is gone. */
    int (*receive)(void *user, int link, uint8_t *bytes, size_t size);
    void (*close)(void *user, int link);
};

struct bip_channel {
    bool open, dropped; /* dropped: the link, while the channel is open still */
    bool data_told, drop_told;
    int link;
    size_t buffer_size;
    uint8_t received[BIP_BUFFER_MAX], unsent[BIP_BUFFER_MAX];
    size_t received_length, unsent_length;
};

struct bip {
    const struct bip_network *network; /* NULL: no channel is ever opened */
    struct bip_channel channels[BIP_CHANNELS];
};

enum bip_event_kind { BIP_EVENT_NONE = 0, BIP_EVENT_DATA, BIP_EVENT_DROPPED };
struct bip_event {
    enum bip_event_kind kind;
    uint8_t channel;  /* from 1 */
    size_t available; /* bytes, of BIP_EVENT_DATA */
};

/* The channel's number, from 1, or a bip_error. *buffer_size: wanted, then granted. */
int bip_open(struct bip *bip, const struct bip_destination *destination, size_t *buffer_size);
/* Stores, and sends what is stored if `now`. The bytes that are free afterwards, or a bip_error. */
int bip_send(struct bip *bip, uint8_t channel, const uint8_t *bytes, size_t length, bool now);
/* The bytes taken, at most `size`; *left: what remains. Or a bip_error. */
int bip_receive(struct bip *bip, uint8_t channel, uint8_t *bytes, size_t size, size_t *left);
int bip_close(struct bip *bip, uint8_t channel);
void bip_close_all(struct bip *bip);

/* Channel status of TS 102 223 8.56: number, 80 with a link, second byte 05 for a dropped one. false: not
 * open. */
bool bip_status(const struct bip *bip, uint8_t channel, uint8_t status[static 2]);
bool bip_is_idle(const struct bip *bip); /* no channel is open */

/* Takes in what arrived. */
void bip_poll(struct bip *bip);
/* What the card has not been told yet; say so before it is told, and when that failed. */
struct bip_event bip_next_event(const struct bip *bip);
void bip_event_told(struct bip *bip, const struct bip_event *event, bool told);

#endif
