#include "handset/bip_channel.h"

#include <string.h>

#define STATUS_LINK 0x80         /* first byte: link established */
#define STATUS_LINK_DROPPED 0x05 /* second byte */

static struct bip_channel *channel_of(struct bip *bip, uint8_t number)
{
    if (number < 1 || number > BIP_CHANNELS || !bip->channels[number - 1].open)
        return NULL;
    return &bip->channels[number - 1];
}

int bip_open(struct bip *bip, const struct bip_destination *destination, size_t *buffer_size)
{
    uint8_t number = 1;
    while (number <= BIP_CHANNELS && bip->channels[number - 1].open)
        number++;
    if (number > BIP_CHANNELS)
        return BIP_NO_CHANNEL;
    if (bip->network == NULL)
        return BIP_REFUSED;
    int link = 0, error = bip->network->open(bip->network->user, destination, &link);
    if (error != BIP_OK)
        return error;
    if (*buffer_size > BIP_BUFFER_MAX || *buffer_size == 0)
        *buffer_size = BIP_BUFFER_MAX;
    bip->channels[number - 1] = (struct bip_channel){.open = true, .link = link, .buffer_size = *buffer_size};
    return number;
}

static bool flush(struct bip *bip, struct bip_channel *channel)
{
    bool sent =
        bip->network->send(bip->network->user, channel->link, channel->unsent, channel->unsent_length);
    channel->unsent_length = 0;
    channel->dropped = channel->dropped || !sent;
    return sent;
}

int bip_send(struct bip *bip, uint8_t number, const uint8_t *bytes, size_t length, bool now)
{
    struct bip_channel *channel = channel_of(bip, number);
    if (channel == NULL)
        return BIP_BAD_CHANNEL;
    if (channel->dropped)
        return BIP_CLOSED;
    if (length > channel->buffer_size - channel->unsent_length)
        return BIP_NO_BUFFER;
    memcpy(channel->unsent + channel->unsent_length, bytes, length);
    channel->unsent_length += length;
    if (now && !flush(bip, channel))
        return BIP_CLOSED;
    return (int)(channel->buffer_size - channel->unsent_length);
}

/* Only into an empty buffer: datagrams stay apart, and the card is told of each. */
static void take_in(struct bip *bip, struct bip_channel *channel)
{
    if (!channel->open || channel->dropped || channel->received_length > 0)
        return;
    int length =
        bip->network->receive(bip->network->user, channel->link, channel->received, channel->buffer_size);
    if (length > 0)
        channel->received_length = (size_t)length;
    else if (length < 0)
        channel->dropped = true;
    channel->data_told = false;
}

int bip_receive(struct bip *bip, uint8_t number, uint8_t *bytes, size_t size, size_t *left)
{
    struct bip_channel *channel = channel_of(bip, number);
    if (channel == NULL)
        return BIP_BAD_CHANNEL;
    take_in(bip, channel);
    if (channel->dropped && channel->received_length == 0)
        return BIP_CLOSED;
    size_t taken = size < channel->received_length ? size : channel->received_length;
    memcpy(bytes, channel->received, taken);
    channel->received_length -= taken;
    memmove(channel->received, channel->received + taken, channel->received_length);
    *left = channel->received_length;
    return (int)taken;
}

int bip_close(struct bip *bip, uint8_t number)
{
    struct bip_channel *channel = channel_of(bip, number);
    if (channel == NULL)
        return BIP_BAD_CHANNEL;
    bip->network->close(bip->network->user, channel->link);
    channel->open = false;
    return BIP_OK;
}

void bip_close_all(struct bip *bip)
{
    for (uint8_t number = 1; number <= BIP_CHANNELS; number++)
        bip_close(bip, number);
}

bool bip_status(const struct bip *bip, uint8_t number, uint8_t status[static 2])
{
    if (number < 1 || number > BIP_CHANNELS || !bip->channels[number - 1].open)
        return false;
    bool dropped = bip->channels[number - 1].dropped;
    status[0] = dropped ? number : (uint8_t)(STATUS_LINK | number);
    status[1] = dropped ? STATUS_LINK_DROPPED : 0x00;
    return true;
}

bool bip_is_idle(const struct bip *bip)
{
    for (size_t i = 0; i < BIP_CHANNELS; i++)
        if (bip->channels[i].open)
            return false;
    return true;
}

void bip_poll(struct bip *bip)
{
    for (size_t i = 0; i < BIP_CHANNELS; i++)
        take_in(bip, &bip->channels[i]);
}

struct bip_event bip_next_event(const struct bip *bip)
{
    for (uint8_t i = 0; i < BIP_CHANNELS; i++) {
        const struct bip_channel *channel = &bip->channels[i];
        if (!channel->open)
            continue;
        if (channel->received_length > 0 && !channel->data_told)
            return (struct bip_event){
                .kind = BIP_EVENT_DATA, .channel = i + 1, .available = channel->received_length};
        if (channel->received_length == 0 && channel->dropped && !channel->drop_told)
            return (struct bip_event){.kind = BIP_EVENT_DROPPED, .channel = i + 1};
    }
    return (struct bip_event){.kind = BIP_EVENT_NONE};
}

void bip_event_told(struct bip *bip, const struct bip_event *event, bool told)
{
    struct bip_channel *channel = channel_of(bip, event->channel);
    if (channel == NULL)
        return;
    if (event->kind == BIP_EVENT_DATA)
        channel->data_told = told;
    else
        channel->drop_told = told;
}
