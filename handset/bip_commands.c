/* OPEN CHANNEL, SEND DATA, RECEIVE DATA, CLOSE CHANNEL, GET CHANNEL STATUS: between the card's bytes and
 * bip_channel.h (TS 102 223 6.6.27 to 6.6.31, 6.8). */
#include "handset/proactive.h"

#include <stdio.h>
#include <string.h>

#include "handset/terminal.h"
#include "protocol/errors.h"
#include "protocol/tlv.h"

#define DEVICE_CHANNEL_FIRST 0x21 /* device identity of channel 1, 8.7 */
#define DEVICE_CHANNEL_LAST 0x27
#define TRANSPORT_UDP_CLIENT 0x01 /* 8.59 */
#define TRANSPORT_TCP_CLIENT 0x02
#define ADDRESS_IPV4 0x21 /* 8.58 */
#define ADDRESS_IPV6 0x57
#define SEND_IMMEDIATELY 0x01
#define LENGTH_MANY 0xFF /* 8.54: 255 bytes or more */
/* TERMINAL RESPONSE has 255: details 5, devices 4, result 3, the count 3, tag and length 3. */
#define RECEIVE_MAX 237

static void answer_error(const struct proactive_task *task, int error)
{
    answer_with_cause(task, RESULT_BIP_ERROR, (uint8_t)-error);
}

/* The channel in device identities; 0: none. */
static uint8_t channel_of(const struct proactive_task *task)
{
    uint8_t device = task->command.destination;
    return device >= DEVICE_CHANNEL_FIRST && device <= DEVICE_CHANNEL_LAST
               ? (uint8_t)(device - DEVICE_CHANNEL_FIRST + 1)
               : 0;
}

static bool read_transport(const struct tlv *level, struct bip_destination *destination)
{
    if (level->length != 3 ||
        (level->value[0] != TRANSPORT_UDP_CLIENT && level->value[0] != TRANSPORT_TCP_CLIENT))
        return false;
    destination->transport = level->value[0] == TRANSPORT_TCP_CLIENT ? BIP_TCP : BIP_UDP;
    destination->port = (uint16_t)(level->value[1] << 8 | level->value[2]);
    return true;
}

static bool read_address(const struct tlv *address, struct bip_destination *destination)
{
    if (address->length == 5 && address->value[0] == ADDRESS_IPV4)
        destination->is_ipv6 = false;
    else if (address->length == 17 && address->value[0] == ADDRESS_IPV6)
        destination->is_ipv6 = true;
    else
        return false;
    memcpy(destination->address, address->value + 1, address->length - 1);
    return true;
}

/* The address before the transport level is the terminal's own, the one behind it the destination. */
static bool read_destination(const struct proactive_task *task, struct bip_destination *destination)
{
    struct byte_reader reader = byte_reader_on(task->elements, task->length);
    struct tlv element;
    bool has_transport = false;
    while (tlv_read(&reader, &element) == OTA_OK) {
        uint8_t tag = element.tag | TLV_COMPREHENSION_REQUIRED;
        if (tag == TAG_TRANSPORT_LEVEL)
            has_transport = read_transport(&element, destination);
        else if (tag == TAG_OTHER_ADDRESS && has_transport)
            return read_address(&element, destination);
    }
    return false;
}

static void format_destination(const struct bip_destination *destination, char text[static 60])
{
    const uint8_t *a = destination->address;
    const char *transport = destination->transport == BIP_TCP ? "TCP" : "UDP";
    if (!destination->is_ipv6) {
        snprintf(text, 60, "%s to %u.%u.%u.%u:%u", transport, a[0], a[1], a[2], a[3], destination->port);
        return;
    }
    int at = snprintf(text, 60, "%s to [", transport);
    for (size_t i = 0; i < 16; i += 2)
        at += snprintf(text + at, 60 - (size_t)at, "%x%s", a[i] << 8 | a[i + 1], i < 14 ? ":" : "]");
    snprintf(text + at, 60 - (size_t)at, ":%u", destination->port);
}

static void write_status(const struct bip *bip, uint8_t channel, struct byte_writer *writer)
{
    uint8_t status[2];
    if (bip_status(bip, channel, status))
        tlv_write(writer, TAG_CHANNEL_STATUS, status, sizeof status);
}

static void write_buffer_size(size_t size, struct byte_writer *writer)
{
    const uint8_t value[] = {(uint8_t)(size >> 8), (uint8_t)size};
    tlv_write(writer, TAG_BUFFER_SIZE, value, sizeof value);
}

void on_open_channel(struct conversation *talk, const struct proactive_task *task)
{
    struct terminal *terminal = talk->network->terminal;
    struct bip_destination destination = {0};
    struct tlv wanted, bearer;
    char text[60];
    if (!read_destination(task, &destination) || !task_find(task, TAG_BUFFER_SIZE, &wanted) ||
        wanted.length != 2) {
        answer_result(task, RESULT_BEYOND_CAPABILITIES);
        return;
    }
    size_t asked = (size_t)(wanted.value[0] << 8 | wanted.value[1]), granted = asked;
    int channel = bip_open(&terminal->bip, &destination, &granted);
    format_destination(&destination, text);
    terminal_note(terminal, "OPEN CHANNEL, %s: %s", text,
                  channel > 0                 ? "open"
                  : channel == BIP_REFUSED    ? "refused, the configuration does not allow it"
                  : channel == BIP_NO_CHANNEL ? "no channel is left"
                                              : "not reached");
    if (channel < 0) {
        answer_error(task, channel);
    } else {
        answer_result(task, granted == asked ? RESULT_DONE : RESULT_MODIFIED);
        write_status(&terminal->bip, (uint8_t)channel, task->answer);
    }
    if (task_find(task, TAG_BEARER, &bearer))
        tlv_write(task->answer, TAG_BEARER, bearer.value, bearer.length);
    write_buffer_size(granted, task->answer);
}

void on_close_channel(struct conversation *talk, const struct proactive_task *task)
{
    int error = bip_close(&talk->network->terminal->bip, channel_of(task));
    if (error != BIP_OK)
        answer_error(task, error);
    else
        answer_result(task, RESULT_DONE);
}

static void write_count(size_t count, struct byte_writer *writer)
{
    uint8_t value = count > LENGTH_MANY ? LENGTH_MANY : (uint8_t)count;
    tlv_write(writer, TAG_CHANNEL_DATA_LENGTH, &value, 1);
}

void on_receive_data(struct conversation *talk, const struct proactive_task *task)
{
    uint8_t data[RECEIVE_MAX];
    struct tlv wanted;
    size_t left = 0, size;
    if (!task_find(task, TAG_CHANNEL_DATA_LENGTH, &wanted) || wanted.length != 1) {
        answer_result(task, RESULT_NOT_UNDERSTOOD);
        return;
    }
    size = wanted.value[0] < sizeof data ? wanted.value[0] : sizeof data;
    int taken = bip_receive(&talk->network->terminal->bip, channel_of(task), data, size, &left);
    if (taken < 0) {
        answer_error(task, taken);
        return;
    }
    answer_result(task, RESULT_DONE);
    tlv_write(task->answer, TAG_CHANNEL_DATA, data, (size_t)taken);
    write_count(left, task->answer);
}

void on_send_data(struct conversation *talk, const struct proactive_task *task)
{
    struct tlv data;
    if (!task_find(task, TAG_CHANNEL_DATA, &data)) {
        answer_result(task, RESULT_NOT_UNDERSTOOD);
        return;
    }
    int room = bip_send(&talk->network->terminal->bip, channel_of(task), data.value, data.length,
                        (task->command.qualifier & SEND_IMMEDIATELY) != 0);
    if (room < 0) {
        answer_error(task, room);
        return;
    }
    answer_result(task, RESULT_DONE);
    write_count((size_t)room, task->answer);
}

/* Without any channel: one status of zeros. */
void on_get_channel_status(struct conversation *talk, const struct proactive_task *task)
{
    static const uint8_t none[2] = {0};
    const struct bip *bip = &talk->network->terminal->bip;
    answer_result(task, RESULT_DONE);
    if (bip_is_idle(bip))
        tlv_write(task->answer, TAG_CHANNEL_STATUS, none, sizeof none);
    for (uint8_t channel = 1; channel <= BIP_CHANNELS; channel++)
        write_status(bip, channel, task->answer);
}
