/* TIMER MANAGEMENT, TS 102 223 6.4.21 and 6.6.21, and the list of events the card wants. */
#include "handset/proactive.h"

#include "handset/terminal.h"
#include "protocol/tlv.h"

#define TIMER_START 0x00 /* qualifier, the lower two bits */
#define TIMER_DEACTIVATE 0x01
#define TIMER_VALUE 0x02
#define TIMER_ACTION 0x03

/* Hours, minutes, seconds, each of two swapped digits (8.38). 0 for what is none. */
static int64_t read_value(const struct tlv *value)
{
    int64_t seconds = 0;
    if (value->length != 3)
        return 0;
    for (size_t i = 0; i < 3; i++)
        seconds = seconds * 60 + (value->value[i] & 0x0F) * 10 + (value->value[i] >> 4);
    return seconds;
}

static uint8_t swapped(int64_t number)
{
    return (uint8_t)(number % 10 << 4 | number / 10 % 10);
}

void write_timer_value(int64_t seconds, struct byte_writer *writer)
{
    const uint8_t value[] = {swapped(seconds / 3600), swapped(seconds / 60 % 60), swapped(seconds % 60)};
    tlv_write(writer, TAG_TIMER_VALUE, value, sizeof value);
}

static void write_remaining(const struct terminal *terminal, const struct terminal_timer *timer,
                            struct byte_writer *writer)
{
    write_timer_value(timer->due_ms > terminal->now_ms ? (timer->due_ms - terminal->now_ms + 999) / 1000 : 0,
                      writer);
}

static void start_timer(const struct terminal *terminal, struct terminal_timer *timer,
                        const struct proactive_task *task, const struct tlv *id)
{
    struct tlv value;
    int64_t seconds = task_find(task, TAG_TIMER_VALUE, &value) ? read_value(&value) : 0;
    if (seconds == 0) {
        answer_result(task, RESULT_NOT_UNDERSTOOD);
        return;
    }
    *timer = (struct terminal_timer){
        .runs = true, .started_ms = terminal->now_ms, .due_ms = terminal->now_ms + seconds * 1000};
    answer_result(task, RESULT_DONE);
    tlv_write(task->answer, TAG_TIMER_ID, id->value, 1);
}

void on_timer_management(struct conversation *talk, const struct proactive_task *task)
{
    struct terminal *terminal = talk->network->terminal;
    uint8_t action = task->command.qualifier & TIMER_ACTION;
    struct tlv id;
    if (!task_find(task, TAG_TIMER_ID, &id) || id.length != 1 || id.value[0] < 1 ||
        id.value[0] > TERMINAL_TIMERS || action > TIMER_VALUE) {
        answer_result(task, RESULT_NOT_UNDERSTOOD);
        return;
    }
    struct terminal_timer *timer = &terminal->timers[id.value[0] - 1];
    if (action == TIMER_START) {
        start_timer(terminal, timer, task, &id);
        return;
    }
    answer_result(task, timer->runs ? RESULT_DONE : RESULT_TIMER_CONTRADICTION);
    tlv_write(task->answer, TAG_TIMER_ID, id.value, 1);
    if (timer->runs)
        write_remaining(terminal, timer, task->answer);
    if (action == TIMER_DEACTIVATE)
        timer->runs = false;
}

/* An empty list, or none, takes the earlier one away (6.4.16). */
void on_set_up_event_list(struct conversation *talk, const struct proactive_task *task)
{
    struct terminal *terminal = talk->network->terminal;
    struct tlv list = {.length = 0};
    terminal->events = 0;
    if (task_find(task, TAG_EVENT_LIST, &list))
        for (size_t i = 0; i < list.length; i++)
            if (list.value[i] < 32)
                terminal->events |= UINT32_C(1) << list.value[i];
    answer_result(task, RESULT_DONE);
}
