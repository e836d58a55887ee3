/* The compact script, command by command. Called by the receiving entity. */
#include "simsim/rfm.h"

#include <string.h>

#include "protocol/errors.h"
#include "protocol/status_word.h"
#include "simsim/commands.h"

#define EXECUTED_MAX 255 /* one byte in the response */

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
        result->refresh = script->at;
        result->refresh_length = script->left;
        script->left = 0;
        return SW_OK;
    }
    context->answer->length = 0;
    int rc = apdu_read(script, &apdu);
    return rc == OTA_OK ? command_execute_remote(context, &apdu) : unreadable(context, script, rc);
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
    struct byte_reader reader = byte_reader_on(script, length);
    struct byte_writer answer = byte_writer_on(result->data, sizeof result->data);
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
    while (reader.left > 0 && status_word_is_good(result->sw) && result->executed < EXECUTED_MAX) {
        result->sw = execute_next(&context, application, &reader, result);
        result->executed++;
    }
    result->length = answer.length;
}
