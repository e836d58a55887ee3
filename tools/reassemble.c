/* otapacket reassemble: TP-UD of SMS -> the packet. */
#include "tools/command.h"
#include "tools/packet_fields.h"

static int run(struct session *session, const struct request *request, struct answer *answer)
{
    (void)request;
    struct joined joined;
    size_t next = 0;
    if (session->input.count == 0)
        return refuse(&answer->refusal, "ud: an empty list, expected TP-UD of each part");
    if (join_user_data(&session->input, &next, session->packet, &joined, &answer->refusal) != 0)
        return -1;
    if (next < session->input.count)
        return refuse(&answer->refusal, "ud: item %zu is of another message, and the first is whole",
                      next + 1);
    const uint8_t byte = (uint8_t)joined.marker;
    answer_hex(answer, "packet", session->packet, joined.length);
    answer_hex(answer, "marker", &byte, 1);
    answer_contradiction(&joined, answer);
    return 0;
}

const struct command reassemble_command = {
    .name = "reassemble",
    .summary = "put the SMS of a packet together",
    .accepts = FIELD_BIT(FIELD_UD),
    .mandatory = FIELD_BIT(FIELD_UD),
    .words = FIELD_UD,
    .run = run,
    .epilogue = "The parts stand in any order, duplicates do no harm (one with other content: a warning). "
                "Answers packet, and marker: 70 a command,\n"
                "71 a response, 7F proprietary, 00 none.",
};
