#include "handset/terminal.h"

const char *terminal_state_text(enum terminal_state state)
{
    static const char *const texts[] = {
        [TERMINAL_OFF] = "not started",
        [TERMINAL_READY] = "ready",
        [TERMINAL_NO_CARD] = "no card, or it is mute",
        [TERMINAL_OTHER_CARD] = "another card than the configuration expects",
        [TERMINAL_NO_ANSWER] = "neither a SIM nor a UICC, or without ICCID",
        [TERMINAL_PIN_WANTED] = "the card wants a PIN and none is configured",
        [TERMINAL_PIN_WRONG] = "the card refused the PIN; it is not tried again",
        [TERMINAL_PIN_LAST_TRY] = "the card allows at most one more try of its PIN: not tried",
    };
    return texts[state];
}

bool terminal_refuses(const struct terminal *terminal)
{
    return terminal->state == TERMINAL_OTHER_CARD || terminal->state >= TERMINAL_PIN_WANTED;
}

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

int64_t terminal_next_due(const struct terminal *terminal)
{
    int64_t due = INT64_MAX;
    if (terminal->state != TERMINAL_READY)
        return due;
    if (terminal->poll_interval_ms > 0)
        due = terminal->next_poll_ms;
    for (size_t i = 0; i < TERMINAL_TIMERS; i++)
        if (terminal->timers[i].runs)
            due = earlier(due, terminal->timers[i].due_ms);
    return due;
}
