#include "simsim/ifd/card_channel.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool card_channel_init(struct card_channel *channel, const char *path, unsigned slot)
{
    *channel = (struct card_channel){.address.sun_family = AF_UNIX,
                                     .fd = -1,
                                     .atr_wait_ms = CARD_CHANNEL_ATR_WAIT_MS,
                                     .apdu_wait_ms = CARD_CHANNEL_APDU_WAIT_MS,
                                     .absent_ms = CARD_CHANNEL_ABSENT_MS};
    int length = snprintf(channel->address.sun_path, sizeof channel->address.sun_path, "%s.%u", path, slot);
    return length > 0 && (size_t)length < sizeof channel->address.sun_path;
}

void card_channel_close(struct card_channel *channel)
{
    if (channel->fd >= 0)
        close(channel->fd);
    channel->fd = -1;
}

static enum card_channel_result give_up(struct card_channel *channel, enum card_channel_result why)
{
    card_channel_close(channel);
    channel->absent_until = now_ms() + channel->absent_ms;
    return why;
}

static void connect_to_card(struct card_channel *channel)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    /* A Unix socket connects at once or not at all (EAGAIN: the other's queue is full). */
    if (connect(fd, (const struct sockaddr *)&channel->address, sizeof channel->address) == 0)
        channel->fd = fd;
    else
        close(fd);
}

/* Between exchanges nobody may say anything: bytes then are as bad as an end. */
static bool is_quiet(int fd)
{
    struct pollfd quiet = {.fd = fd, .events = POLLIN};
    return poll(&quiet, 1, 0) == 0;
}

bool card_channel_is_present(struct card_channel *channel)
{
    if (channel->fd >= 0 && !is_quiet(channel->fd))
        give_up(channel, CARD_CHANNEL_NO_CARD);
    if (channel->fd < 0 && now_ms() >= channel->absent_until)
        connect_to_card(channel);
    return channel->fd >= 0;
}

/* Until `fd` is ready for `events` or the time is over. */
static bool wait_for(int fd, short events, int64_t deadline)
{
    struct pollfd waiting = {.fd = fd, .events = events};
    for (;;) {
        int64_t left = deadline - now_ms();
        int ready = poll(&waiting, 1, left > 0 ? (int)left : 0);
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

/* Header and body in one piece, when the socket takes it so. */
static enum card_channel_result send_frame(int fd, const uint8_t *body, size_t length, int64_t deadline)
{
    uint8_t header[READER_FRAME_HEADER];
    size_t sent = 0, whole = sizeof header + length;
    reader_frame_write_header(header, length);
    while (sent < whole) {
        size_t in_header = sent < sizeof header ? sizeof header - sent : 0;
        size_t in_body = sent + in_header - sizeof header;
        struct iovec parts[] = {{header + sizeof header - in_header, in_header},
                                {(void *)(uintptr_t)(body + in_body), length - in_body}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t count = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (count >= 0)
            sent += (size_t)count;
        else if (errno != EAGAIN && errno != EINTR)
            return CARD_CHANNEL_NO_CARD;
        else if (!wait_for(fd, POLLOUT, deadline))
            return CARD_CHANNEL_MUTE;
    }
    return CARD_CHANNEL_OK;
}

/* Bytes of the frame, and no byte more. */
static enum card_channel_result receive_some(int fd, struct reader_frame *frame, int64_t deadline)
{
    uint8_t bytes[512];
    size_t wanted = reader_frame_missing(frame);
    if (!wait_for(fd, POLLIN, deadline))
        return CARD_CHANNEL_MUTE;
    ssize_t count = recv(fd, bytes, wanted < sizeof bytes ? wanted : sizeof bytes, 0);
    if (count > 0)
        reader_frame_feed(frame, bytes, (size_t)count);
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        return CARD_CHANNEL_NO_CARD;
    return CARD_CHANNEL_OK;
}

static enum card_channel_result receive_frame(int fd, uint8_t *body, size_t *length, int64_t deadline)
{
    struct reader_frame frame = reader_frame_into(body, *length);
    while (!reader_frame_is_complete(&frame)) {
        enum card_channel_result result = receive_some(fd, &frame, deadline);
        if (result != CARD_CHANNEL_OK)
            return result;
        if (reader_frame_length(&frame) > frame.capacity)
            return CARD_CHANNEL_NONSENSE;
    }
    *length = reader_frame_length(&frame);
    return CARD_CHANNEL_OK;
}

/* One question, one answer of at least two bytes. */
static enum card_channel_result exchange(struct card_channel *channel, const uint8_t *question, size_t length,
                                         uint8_t *answer, size_t *answer_length, int wait_ms)
{
    int64_t deadline = now_ms() + wait_ms;
    if (channel->fd < 0)
        return CARD_CHANNEL_NO_CARD;
    if (!is_quiet(channel->fd))
        return give_up(channel, CARD_CHANNEL_NO_CARD);
    enum card_channel_result result = send_frame(channel->fd, question, length, deadline);
    if (result != CARD_CHANNEL_OK)
        return give_up(channel, result);
    result = receive_frame(channel->fd, answer, answer_length, deadline);
    if (result == CARD_CHANNEL_NO_CARD)
        result = CARD_CHANNEL_CUT_OFF;
    if (result == CARD_CHANNEL_OK && *answer_length < 2)
        result = CARD_CHANNEL_NONSENSE; /* length 0: vpcd's way to say that the card is gone */
    return result == CARD_CHANNEL_OK ? result : give_up(channel, result);
}

static enum card_channel_result send_control(struct card_channel *channel, enum reader_control control)
{
    uint8_t code = (uint8_t)control;
    if (channel->fd < 0)
        return CARD_CHANNEL_NO_CARD;
    enum card_channel_result result =
        send_frame(channel->fd, &code, sizeof code, now_ms() + channel->atr_wait_ms);
    return result == CARD_CHANNEL_OK ? result : give_up(channel, result);
}

enum card_channel_result card_channel_start(struct card_channel *channel, enum reader_control control,
                                            uint8_t atr[static CARD_CHANNEL_ATR_MAX], size_t *atr_length)
{
    static const uint8_t ask_atr = READER_ASK_ATR;
    enum card_channel_result result = send_control(channel, control);
    *atr_length = CARD_CHANNEL_ATR_MAX;
    if (result == CARD_CHANNEL_OK)
        result = exchange(channel, &ask_atr, sizeof ask_atr, atr, atr_length, channel->atr_wait_ms);
    if (result != CARD_CHANNEL_OK)
        *atr_length = 0;
    return result;
}

void card_channel_power_off(struct card_channel *channel)
{
    send_control(channel, READER_POWER_OFF);
}

enum card_channel_result card_channel_use(struct card_channel *channel, enum reader_control protocol)
{
    return send_control(channel, protocol);
}

enum card_channel_result card_channel_transmit(struct card_channel *channel, const uint8_t *command,
                                               size_t length, uint8_t *response, size_t *response_length)
{
    if (length < CARD_CHANNEL_APDU_MIN || length > READER_FRAME_MAX)
        return CARD_CHANNEL_BAD_LENGTH;
    return exchange(channel, command, length, response, response_length, channel->apdu_wait_ms);
}
