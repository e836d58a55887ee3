/* otapacket segment: a packet -> the TP-UD of its SMS. */
#include "tools/command.h"
#include "tools/packet_fields.h"

static int run(struct session *session, const struct request *request, struct answer *answer)
{
    if (session->input.count != 1)
        return refuse(&answer->refusal, "packet: %zu of them, expected one", session->input.count);
    return answer_segments(request, session->input.bytes, session->input.used, request->marker, answer);
}

const struct command segment_command = {
    .name = "segment",
    .summary = "cut a packet into SMS",
    .accepts = FIELD_BIT(FIELD_PACKET) | FIELD_BIT(FIELD_REFERENCE) | FIELD_BIT(FIELD_WIDE) |
               FIELD_BIT(FIELD_PART_SIZE) | FIELD_BIT(FIELD_MARKER),
    .mandatory = FIELD_BIT(FIELD_PACKET),
    .words = FIELD_PACKET,
    .run = run,
    .epilogue = "Answers parts and ud. The element 70 stands in part 1 only, behind the concatenation's.",
};
