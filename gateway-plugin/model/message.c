#include "gateway-plugin/model/message.h"

#include <string.h>
#include <strings.h>

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

int message_state_parse(const char *name, size_t length, enum message_state *state)
{
    for (unsigned int i = 0; i < MESSAGE_STATE_COUNT; i++)
        if (strlen(STATES[i].name) == length && strncasecmp(STATES[i].name, name, length) == 0) {
            *state = (enum message_state)i;
            return 0;
        }
    return -1;
}

bool message_state_is_settled(enum message_state state)
{
    return state < MESSAGE_STATE_COUNT && STATES[state].settled;
}
