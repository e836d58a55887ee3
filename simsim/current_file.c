/* The checks that all commands on an EF begin with. */
#include "simsim/current_file.h"

#include "simsim/card_content.h"

/* TS 51.011 table 9.4.6 in order of precedence: no EF, wrong type, access, invalidated. */
uint16_t current_file_check(const struct command_context *context, enum access_right right,
                            unsigned structures)
{
    uint16_t index = context->cursor->ef;
    if (index == NO_FILE)
        return SW_NO_EF_SELECTED;
    const struct profile_file *file = &context->card->environment->profile->files[index];
    if ((structures >> file->structure & 1u) == 0)
        return SW_WRONG_FILE_TYPE;
    if (!command_is_allowed(context, file->access[right]))
        return SW_ACCESS_NOT_FULFILLED;
    bool usable = !card_file_is_invalidated(context->card, index) || right == RIGHT_REHABILITATE ||
                  (file->readable_when_invalidated && (right == RIGHT_READ || right == RIGHT_UPDATE));
    return usable ? SW_OK : SW_INVALIDATED;
}

const struct profile_file *current_file(const struct command_context *context)
{
    return &context->card->environment->profile->files[context->cursor->ef];
}
