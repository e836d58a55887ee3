/* A network without a network: what the card sends is kept, what the test queues arrives. */
#ifndef OTA_TESTS_HANDSET_FAKE_BIP_H
#define OTA_TESTS_HANDSET_FAKE_BIP_H

#include <string.h>

#include "handset/bip_channel.h"

struct fake_bip {
    int open_result;
    unsigned opened, closed;
    struct bip_destination last;
    uint8_t sent[4000], coming[4000];
    size_t sent_length, coming_length, piece; /* piece: at most so many bytes arrive at once; 0: all */
    bool hung_up, send_fails;
};

static inline int fake_open(void *user, const struct bip_destination *destination, int *link)
{
    struct fake_bip *fake = user;
    fake->last = *destination;
    *link = (int)++fake->opened;
    return fake->open_result;
}

static inline bool fake_send(void *user, int link, const uint8_t *bytes, size_t length)
{
    struct fake_bip *fake = user;
    (void)link;
    memcpy(fake->sent + fake->sent_length, bytes, length);
    fake->sent_length += length;
    return !fake->send_fails;
}

static inline int fake_receive(void *user, int link, uint8_t *bytes, size_t size)
{
    struct fake_bip *fake = user;
    (void)link;
    size_t length = fake->coming_length < size ? fake->coming_length : size;
    if (fake->piece != 0 && length > fake->piece)
        length = fake->piece;
    if (length == 0)
        return fake->hung_up ? -1 : 0;
    memcpy(bytes, fake->coming, length);
    fake->coming_length -= length;
    memmove(fake->coming, fake->coming + length, fake->coming_length);
    return (int)length;
}

static inline void fake_close(void *user, int link)
{
    struct fake_bip *fake = user;
    (void)link;
    fake->closed++;
}

static inline struct bip_network fake_bip_network(struct fake_bip *fake)
{
    return (struct bip_network){
        .user = fake, .open = fake_open, .send = fake_send, .receive = fake_receive, .close = fake_close};
}

#endif
