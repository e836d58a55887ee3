/* What a terminal does by itself between messages: polls, and tells the card of timers and channels. */
#include "handset/terminal_tend.h"

#include "handset/proactive.h"
#include "handset/terminal.h"
#include "protocol/errors.h"
#include "protocol/tlv.h"

#define SIM_STATUS_LENGTH 22 /* TS 51.011 9.2.2: the answer of a DF */
#define SW_BUSY 0x93
#define BUSY_RETRY_MS 1000
#define ENVELOPE_SIZE 40

/* An envelope of one template. false: the card is busy, or gone. */
static bool send_envelope(struct conversation *talk, uint8_t tag, const struct byte_writer *elements)
{
    uint8_t envelope[ENVELOPE_SIZE];
    struct byte_writer writer = byte_writer_on(envelope, sizeof envelope);
    tlv_write(&writer, tag, elements->start, elements->length);
    if (byte_writer_status(&writer) != OTA_OK ||
        !card_send(talk, (struct card_command){.ins = INS_ENVELOPE}, envelope, writer.length))
        return false;
    bool busy = talk->sw >> 8 == SW_BUSY;
    serve_proactive(talk);
    return !busy && !talk->card_is_gone;
}

static void write_devices(struct byte_writer *writer)
{
    const uint8_t devices[] = {DEVICE_ME, DEVICE_SIM};
    tlv_write(writer, TAG_DEVICE_IDENTITIES, devices, sizeof devices);
}

static bool wants_event(const struct terminal *terminal, uint8_t event)
{
    return (terminal->events >> event & 1) != 0;
}

/* TS 102 223 7.5.10 and 7.5.11. */
static bool tell_event(struct conversation *talk, const struct bip_event *event)
{
    uint8_t elements[ENVELOPE_SIZE - 4], status[2];
    struct byte_writer writer = byte_writer_on(elements, sizeof elements);
    bool has_data = event->kind == BIP_EVENT_DATA;
    uint8_t code = has_data ? EVENT_DATA_AVAILABLE : EVENT_CHANNEL_STATUS;
    uint8_t available = event->available > 0xFF ? 0xFF : (uint8_t)event->available;
    if (!wants_event(talk->network->terminal, code) ||
        !bip_status(&talk->network->terminal->bip, event->channel, status))
        return true;
    tlv_write(&writer, TAG_EVENT_LIST, &code, 1);
    write_devices(&writer);
    tlv_write(&writer, TAG_CHANNEL_STATUS, status, sizeof status);
    if (has_data)
        tlv_write(&writer, TAG_CHANNEL_DATA_LENGTH, &available, 1);
    return send_envelope(talk, TAG_EVENT_DOWNLOAD, &writer);
}

static void tend_channels(struct conversation *talk)
{
    struct bip *bip = &talk->network->terminal->bip;
    if (bip->network == NULL)
        return;
    for (unsigned i = 0; i < 2 * BIP_CHANNELS && !talk->card_is_gone; i++) {
        bip_poll(bip);
        struct bip_event event = bip_next_event(bip);
        if (event.kind == BIP_EVENT_NONE)
            return;
        bip_event_told(bip, &event, true); /* before: what the card does may make it news again */
        if (!tell_event(talk, &event)) {
            bip_event_told(bip, &event, false);
            return;
        }
    }
}

/* TS 102 223 7.4.2: the value is the time that has passed since it was started. */
static bool tell_timer(struct conversation *talk, uint8_t id, int64_t started_ms)
{
    uint8_t elements[ENVELOPE_SIZE - 4];
    struct byte_writer writer = byte_writer_on(elements, sizeof elements);
    write_devices(&writer);
    tlv_write(&writer, TAG_TIMER_ID, &id, 1);
    write_timer_value((talk->network->terminal->now_ms - started_ms) / 1000, &writer);
    return send_envelope(talk, TAG_TIMER_EXPIRATION, &writer);
}

static void tend_timers(struct conversation *talk)
{
    struct terminal *terminal = talk->network->terminal;
    for (uint8_t i = 0; i < TERMINAL_TIMERS && !talk->card_is_gone; i++) {
        struct terminal_timer *timer = &terminal->timers[i];
        if (!timer->runs || timer->due_ms > terminal->now_ms)
            continue;
        timer->runs = false; /* the card may start it again in its answer */
        if (!tell_timer(talk, (uint8_t)(i + 1), timer->started_ms) && !timer->runs) {
            timer->runs = true;
            timer->due_ms = terminal->now_ms + BUSY_RETRY_MS;
        }
    }
}

void terminal_poll_card(struct conversation *talk)
{
    bool is_sim = talk->handset->class_byte == CLASS_SIM;
    card_ask(talk, (struct card_command){.ins = INS_STATUS}, is_sim ? SIM_STATUS_LENGTH : 0);
    serve_proactive(talk);
}

static void tend_polling(struct conversation *talk)
{
    struct terminal *terminal = talk->network->terminal;
    if (terminal->poll_interval_ms == 0 || terminal->next_poll_ms > terminal->now_ms || talk->card_is_gone)
        return;
    terminal->next_poll_ms = terminal->now_ms + terminal->poll_interval_ms;
    terminal_poll_card(talk);
}

void terminal_tend(struct conversation *talk)
{
    tend_channels(talk);
    tend_timers(talk);
    tend_polling(talk);
}
