#include "pcsc-bridge/t1_apdu.h"

#include <stdbool.h>
#include <string.h>

static bool has_answer(uint8_t ins)
{
    static const uint8_t answering[] = {INS_SELECT, INS_ENVELOPE, INS_SEEK, INS_AUTHENTICATE};
    return memchr(answering, ins, sizeof answering) != NULL;
}

size_t t1_apdu(const uint8_t *command, size_t length, uint8_t form[static T1_APDU_MAX])
{
    if (length > APDU_COMMAND_MAX)
        length = APDU_COMMAND_MAX;
    memcpy(form, command, length);
    if (length == 5 && command[4] == 0 && apdu_case(command[1]) == APDU_INPUT)
        return 4;
    if (length > 5 && has_answer(command[1]))
        form[length++] = 0x00;
    return length;
}
