#include "gateway-plugin/model/message.h"

#include <stddef.h>

struct state_row {
    const char *name;
    bool settled;
};

static const struct state_row STATES[] = {
    [MESSAGE_PENDING] = {"PENDING", false},
    [MESSAGE_SENDING] = {"SENDING", false},
    [MESSAGE_SENT] = {"SENT", false},
    [MESSAGE_DELIVERED] = {"DELIVERED", false},
    [MESSAGE_UPDATED] = {"UPDATED", true},
    [MESSAGE_PARTIAL] = {"PARTIAL", true},
    [MESSAGE_FAILED] = {"FAILED", true},
    [MESSAGE_UNKNOWN] = {"UNKNOWN", true},
    [MESSAGE_EXECUTED_UNKNOWN] = {"EXECUTED_UNKNOWN", true},
    [MESSAGE_CANCELLED] = {"CANCELLED", true},
    [MESSAGE_CONTINUED] = {"CONTINUED", true},
};
_Static_assert(sizeof STATES / sizeof STATES[0] == MESSAGE_STATE_COUNT, "every state has a row");

const char *message_state_name(enum message_state state)
{
    return state < MESSAGE_STATE_COUNT ? STATES[state].name : "?";
}

bool message_state_is_settled(enum message_state state)
{
    return state < MESSAGE_STATE_COUNT && STATES[state].settled;
}
