#include "gateway-plugin/model/message.h"

#include <string.h>
#include <strings.h>

struct state_row {
    const char *name;
    bool settled;
    const char *words;
};

static const struct state_row STATES[] = {
    [MESSAGE_PENDING] = {"PENDING", false, "waits to be sent"},
    [MESSAGE_SENDING] = {"SENDING", false, "is being sent"},
    [MESSAGE_SENT] = {"SENT", false, "is with the SMSC"},
    [MESSAGE_DELIVERED] = {"DELIVERED", false, "delivered, the PoR is awaited"},
    [MESSAGE_UPDATED] = {"UPDATED", true, "updated"},
    [MESSAGE_PARTIAL] = {"PARTIAL", true, "executed in part"},
    [MESSAGE_FAILED] = {"FAILED", true, "failed"},
    [MESSAGE_UNKNOWN] = {"UNKNOWN", true, "unknown"},
    [MESSAGE_EXECUTED_UNKNOWN] = {"EXECUTED_UNKNOWN", true, "probably executed before"},
    [MESSAGE_CANCELLED] = {"CANCELLED", true, "cancelled before it left"},
    [MESSAGE_CONTINUED] = {"CONTINUED", true, "executed, the next packet follows"},
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

const char *message_state_words(enum message_state state)
{
    return state < MESSAGE_STATE_COUNT ? STATES[state].words : "?";
}

bool message_state_is_settled(enum message_state state)
{
    return state < MESSAGE_STATE_COUNT && STATES[state].settled;
}
