/* A UICC's SELECT and STATUS (TS 102 221 11.1.1, 11.1.2). */
#include "simsim/uicc_select.h"

#include <string.h>

#include "protocol/tlv.h"
#include "simsim/current_file.h"
#include "simsim/uicc_commands.h"
#include "simsim/uicc_fcp.h"

enum selection {
    SELECT_BY_FID = 0x00,
    SELECT_CHILD = 0x01,
    SELECT_PARENT = 0x03,
    SELECT_BY_AID = 0x04,
    SELECT_FROM_MF = 0x08,
    SELECT_FROM_CURRENT = 0x09
};

#define P2_OCCURRENCE 0x03
#define P2_ANSWER 0x0C
#define P2_NO_DATA 0x0C
#define P2_END_SESSION 0x40
#define P2_APPLICATION_NAME 0x01 /* of STATUS */
#define TAG_AID 0x84

enum occurrence { OCCURRENCE_FIRST, OCCURRENCE_LAST, OCCURRENCE_NEXT, OCCURRENCE_PREVIOUS };

static const struct card_profile *profile_of(const struct command_context *context)
{
    return context->card->environment->profile;
}

static uint16_t fid_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint16_t find_fid(const struct command_context *context, uint16_t fid)
{
    uint16_t application = context->cursor->adf;
    if (fid == FID_APPLICATION)
        return application != MF_INDEX ? application : NO_FILE;
    return card_profile_selectable(profile_of(context), context->cursor->df, fid);
}

/* Step by step down; the first may be the current application. */
static uint16_t find_path(const struct command_context *context, uint16_t from, const uint8_t *path,
                          size_t length)
{
    uint16_t file = from;
    for (size_t at = 0; at < length && file != NO_FILE; at += 2) {
        if (at == 0 && fid_at(path) == FID_APPLICATION)
            file = find_fid(context, FID_APPLICATION);
        else
            file = card_profile_child(profile_of(context), file, fid_at(path + at));
    }
    return file;
}

static uint16_t find_child(const struct command_context *context, uint16_t fid)
{
    const struct card_profile *profile = profile_of(context);
    uint16_t child = card_profile_child(profile, context->cursor->df, fid);
    return child != NO_FILE && profile->files[child].kind == FILE_DF ? child : NO_FILE;
}

static uint16_t find_file(const struct command_context *context, const struct apdu *apdu)
{
    switch (apdu->p1) {
    case SELECT_BY_FID: return find_fid(context, apdu->length == 0 ? FID_MF : fid_at(apdu->data));
    case SELECT_CHILD: return find_child(context, fid_at(apdu->data));
    case SELECT_PARENT: return profile_of(context)->files[context->cursor->df].parent;
    case SELECT_FROM_MF: return find_path(context, MF_INDEX, apdu->data, apdu->length);
    default: return find_path(context, context->cursor->df, apdu->data, apdu->length);
    }
}

/* How many bytes of data each kind of selection takes. */
static bool length_is_right(const struct apdu *apdu)
{
    switch (apdu->p1) {
    case SELECT_BY_FID: return apdu->length == 0 || apdu->length == 2;
    case SELECT_CHILD: return apdu->length == 2;
    case SELECT_PARENT: return apdu->length == 0;
    default: return apdu->length > 0 && apdu->length % 2 == 0;
    }
}

uint16_t uicc_select_file(struct command_context *context, const struct apdu *apdu)
{
    static const uint8_t known[] = {SELECT_BY_FID, SELECT_CHILD, SELECT_PARENT, SELECT_FROM_MF,
                                    SELECT_FROM_CURRENT};
    if (memchr(known, apdu->p1, sizeof known) == NULL)
        return SW_WRONG_P1P2;
    if (!length_is_right(apdu))
        return SW_WRONG_LENGTH_FOR_P1P2;
    uint16_t found = find_file(context, apdu);
    if (found == NO_FILE)
        return SW_NOT_FOUND;
    current_file_select(context, found);
    return SW_OK;
}

static bool name_begins_with(const struct profile_file *file, const struct apdu *apdu)
{
    return file->aid_length > 0 && apdu->length > 0 && apdu->length <= file->aid_length &&
           memcmp(file->aid, apdu->data, apdu->length) == 0;
}

/* The first or last, or the next one from the current application, whose name begins as told. */
static uint16_t find_application(const struct command_context *context, const struct apdu *apdu)
{
    const struct card_profile *profile = profile_of(context);
    enum occurrence occurrence = apdu->p2 & P2_OCCURRENCE;
    bool up = occurrence == OCCURRENCE_FIRST || occurrence == OCCURRENCE_NEXT;
    uint16_t current = context->cursor->adf;
    uint16_t file = up ? MF_INDEX : (uint16_t)profile->file_count;
    if (occurrence == OCCURRENCE_NEXT || (occurrence == OCCURRENCE_PREVIOUS && current != MF_INDEX))
        file = current;
    for (up ? file++ : file--; file != MF_INDEX && file < profile->file_count; up ? file++ : file--)
        if (name_begins_with(&profile->files[file], apdu))
            return file;
    return NO_FILE;
}

static void end_session(struct command_context *context)
{
    *context->cursor = (struct file_cursor){.df = MF_INDEX, .adf = MF_INDEX, .ef = NO_FILE};
}

static uint16_t select_application(struct command_context *context, const struct apdu *apdu)
{
    uint16_t found = find_application(context, apdu);
    if (found == NO_FILE)
        return SW_NOT_FOUND;
    current_file_select(context, found);
    return SW_OK;
}

/* P2: what is answered (04 and 00: the FCP), and only with an AID which of several and whether to end it. */
static bool answer_is_known(const struct apdu *apdu)
{
    uint8_t others = apdu->p2 & (uint8_t)~P2_ANSWER;
    if (apdu->p1 == SELECT_BY_AID)
        others &= (uint8_t) ~(P2_OCCURRENCE | P2_END_SESSION);
    return others == 0 && (apdu->p2 & P2_ANSWER) != 0x08;
}

static uint16_t leave_fcp(struct command_context *context, uint16_t file)
{
    uint8_t fcp[UICC_FCP_MAX];
    struct byte_writer writer = byte_writer_on(fcp, sizeof fcp);
    uicc_fcp_write(context->card, file, &writer);
    return command_leave_response(context, fcp, writer.length);
}

static uint16_t selected_file(const struct command_context *context)
{
    return context->cursor->ef != NO_FILE ? context->cursor->ef : context->cursor->df;
}

uint16_t uicc_select(struct command_context *context, const struct apdu *apdu)
{
    bool by_aid = apdu->p1 == SELECT_BY_AID;
    if (!answer_is_known(apdu))
        return SW_WRONG_P1P2;
    uint16_t sw = by_aid ? select_application(context, apdu) : uicc_select_file(context, apdu);
    if (sw != SW_OK)
        return sw;
    if (by_aid && (apdu->p2 & P2_END_SESSION) != 0) {
        end_session(context);
        return SW_OK;
    }
    return (apdu->p2 & P2_ANSWER) == P2_NO_DATA ? SW_OK : leave_fcp(context, selected_file(context));
}

/* What STATUS tells, as far as Le goes. */
static uint16_t answer_with(struct command_context *context, const struct byte_writer *told, uint8_t wanted)
{
    if (wanted == 0 || wanted > told->length)
        return (uint16_t)(SW_WRONG_LENGTH | told->length);
    write_bytes(context->answer, told->start, wanted);
    return SW_OK;
}

uint16_t uicc_status(struct command_context *context, const struct apdu *apdu)
{
    uint8_t bytes[UICC_FCP_MAX];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    const struct profile_file *application = &profile_of(context)->files[context->cursor->adf];
    if (apdu->p1 > 2) /* 01 and 02: the terminal has initialised, will terminate, the application */
        return SW_WRONG_P1P2;
    switch (apdu->p2) {
    case 0x00: uicc_fcp_write(context->card, context->cursor->df, &writer); break;
    case P2_APPLICATION_NAME: tlv_write(&writer, TAG_AID, application->aid, application->aid_length); break;
    case P2_NO_DATA: return apdu->p3 == 0 ? SW_OK : SW_WRONG_LENGTH;
    default: return SW_WRONG_P1P2;
    }
    return answer_with(context, &writer, apdu->p3);
}
