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

/* TS 51.011 6.5.3, TS 102 221 8.4: a cyclic file's record pointer is at the newest record. The
 * application stays active when its tree is left. */
void current_file_select(struct command_context *context, uint16_t index)
{
    const struct card_profile *profile = context->card->environment->profile;
    const struct profile_file *file = &profile->files[index];
    bool is_ef = file->kind == FILE_EF;
    uint16_t df = is_ef ? file->parent : index, adf = card_profile_application(profile, df);
    *context->cursor = (struct file_cursor){
        .df = df,
        .adf = adf != MF_INDEX ? adf : context->cursor->adf,
        .ef = is_ef ? index : NO_FILE,
        .record = is_ef && file->structure == FILE_CYCLIC,
    };
}

const struct profile_file *current_file(const struct command_context *context)
{
    return &context->card->environment->profile->files[context->cursor->ef];
}
