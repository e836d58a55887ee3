/* Which script it is, and the compact one command by command. Called by the receiving entity. */
#include "simsim/rfm.h"

#include <string.h>

#include "protocol/errors.h"
#include "protocol/expanded.h"
#include "protocol/status_word.h"
#include "simsim/commands.h"
#include "simsim/expanded_script.h"

/* The SW of bytes that are no APDU: the class is looked at before the instruction, as in any card. */
static uint16_t unreadable(const struct command_context *context, const struct byte_reader *script, int error)
{
    if (!command_class_is_known(context, script->at[0]))
        return SW_UNKNOWN_CLA;
    return error == OTA_E_UNSUPPORTED ? SW_UNKNOWN_INS : SW_WRONG_LENGTH;
}

/* One element; returns its SW. A proactive REFRESH can only be the last one. */
static uint16_t execute_next(struct command_context *context, const struct rfm_application *application,
                             struct byte_reader *script, struct rfm_result *result)
{
    uint8_t destination;
    struct apdu apdu;
    if (application->accepts_d0 && compact_refresh_read(*script, &destination)) {
        if (script->left <= sizeof result->action) {
            memcpy(result->action, script->at, script->left);
            result->action_length = script->left;
        }
        script->left = 0;
        return SW_OK;
    }
    context->answer->length = 0;
    int rc = apdu_read(script, &apdu);
    return rc == OTA_OK ? command_execute_remote(context, &apdu) : unreadable(context, script, rc);
}

static void execute_compact(struct command_context *context, const struct rfm_application *application,
                            const uint8_t *script, size_t length, struct rfm_result *result)
{
    struct byte_reader reader = byte_reader_on(script, length);
    while (reader.left > 0 && !result->failed && result->executed < RFM_COMMANDS_MAX) {
        result->sw = execute_next(context, application, &reader, result);
        result->failed = !status_word_is_good(result->sw);
        result->executed++;
    }
    result->length = context->answer->length;
    memcpy(result->data, context->answer->start, result->length);
}

void rfm_execute(struct sim_card *card, const struct rfm_application *application, const uint8_t *script,
                 size_t length, struct rfm_result *result)
{
    struct file_cursor cursor = {
        .df = application->start,
        .adf = card_profile_application(card->environment->profile, application->start),
        .ef = NO_FILE,
    };
    struct pending_response pending = {.length = 0};
    uint8_t data[256];
    struct byte_writer answer = byte_writer_on(data, sizeof data);
    uint8_t verified = 0;
    struct command_context context = {
        .card = card,
        .cursor = &cursor,
        .verified = &verified,
        .domain = application->rights,
        .sets = application->commands,
        .remote = true,
        .pending = &pending,
        .answer = &answer,
    };
    *result = (struct rfm_result){.sw = SW_OK};
    if (!application->refuses_expanded && expanded_is_command(script, length))
        expanded_script_execute(&context, application, script, length, result);
    else if (application->refuses_compact)
        expanded_script_refuse(result);
    else
        execute_compact(&context, application, script, length, result);
}
