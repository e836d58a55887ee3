#include "protocol/apdu.h"

#include "protocol/errors.h"
#include "protocol/toolkit.h"

#define CLA_2G 0xA0

struct instruction {
    uint8_t ins;
    enum apdu_case kind;
    const char *name;
};

/* TS 51.011 table 9 and clause 9.2, TS 102 221 table 10.5, TS 102 222, GlobalPlatform
 * Card Specification clause 11. Where 2G and UICC names differ, the UICC's stands first. */
static const struct instruction INSTRUCTIONS[] = {
    {0x04, APDU_INPUT, "DEACTIVATE FILE (INVALIDATE)"}, /* no data in 2G, a path is possible on a UICC */
    {0x10, APDU_INPUT, "TERMINAL PROFILE"},
    {0x12, APDU_OUTPUT, "FETCH"},
    {0x14, APDU_INPUT, "TERMINAL RESPONSE"},
    {0x20, APDU_INPUT, "VERIFY PIN (CHV)"},
    {0x24, APDU_INPUT, "CHANGE PIN (CHV)"},
    {0x26, APDU_INPUT, "DISABLE PIN (CHV)"},
    {0x28, APDU_INPUT, "ENABLE PIN (CHV)"},
    {0x2C, APDU_INPUT, "UNBLOCK PIN (CHV)"},
    {0x32, APDU_INPUT, "INCREASE"},
    {0x44, APDU_INPUT, "ACTIVATE FILE (REHABILITATE)"},
    {0x70, APDU_OUTPUT, "MANAGE CHANNEL"},
    {0x84, APDU_OUTPUT, "GET CHALLENGE"},
    {0x88, APDU_INPUT, "AUTHENTICATE (RUN GSM ALGORITHM)"},
    {0xA2, APDU_INPUT, "SEARCH RECORD (SEEK)"},
    {0xA4, APDU_INPUT, "SELECT"},
    {0xAA, APDU_INPUT, "TERMINAL CAPABILITY"},
    {0xB0, APDU_OUTPUT, "READ BINARY"},
    {0xB2, APDU_OUTPUT, "READ RECORD"},
    {0xC0, APDU_OUTPUT, "GET RESPONSE"},
    {0xC2, APDU_INPUT, "ENVELOPE"},
    {0xCA, APDU_OUTPUT, "GET DATA"},
    {0xD4, APDU_INPUT, "RESIZE FILE"},
    {0xD6, APDU_INPUT, "UPDATE BINARY"},
    {0xD8, APDU_INPUT, "PUT KEY"},
    {0xDB, APDU_INPUT, "SET DATA"},
    {0xDC, APDU_INPUT, "UPDATE RECORD"},
    {0xE0, APDU_INPUT, "CREATE FILE"},
    {0xE2, APDU_INPUT, "STORE DATA"},
    {0xE4, APDU_INPUT, "DELETE"},
    {0xE6, APDU_INPUT, "INSTALL"},
    {0xE8, APDU_INPUT, "LOAD"},
    {0xF0, APDU_INPUT, "SET STATUS"},
    {INS_STATUS, APDU_OUTPUT, "STATUS"},
    {0xFA, APDU_NO_DATA, "SLEEP"},
};

static const struct instruction *instruction_of(uint8_t ins)
{
    for (size_t i = 0; i < sizeof INSTRUCTIONS / sizeof INSTRUCTIONS[0]; i++)
        if (INSTRUCTIONS[i].ins == ins)
            return &INSTRUCTIONS[i];
    return NULL;
}

enum apdu_case apdu_case(uint8_t ins)
{
    const struct instruction *instruction = instruction_of(ins);
    return instruction == NULL ? APDU_UNKNOWN : instruction->kind;
}

const char *apdu_name(uint8_t ins)
{
    const struct instruction *instruction = instruction_of(ins);
    return instruction == NULL ? "unknown instruction" : instruction->name;
}

bool apdu_is_get_status(const uint8_t header[static 3])
{
    return header[1] == INS_STATUS && header[0] >= 0x80 && header[0] < CLA_2G && header[2] >= 0x10;
}

static int read_header(struct byte_reader *reader, struct apdu *apdu)
{
    const uint8_t *header;
    int rc = read_bytes(reader, 5, &header);
    if (rc != OTA_OK)
        return rc;
    *apdu =
        (struct apdu){.cla = header[0], .ins = header[1], .p1 = header[2], .p2 = header[3], .p3 = header[4]};
    return OTA_OK;
}

int apdu_read(struct byte_reader *script, struct apdu *apdu)
{
    struct byte_reader ahead = *script; /* on an error the caller's reader has not moved */
    int rc = read_header(&ahead, apdu);
    if (rc != OTA_OK)
        return rc;
    enum apdu_case kind = apdu_is_get_status(script->at) ? APDU_INPUT : apdu_case(apdu->ins);
    if (kind == APDU_UNKNOWN)
        return OTA_E_UNSUPPORTED;
    if (kind == APDU_NO_DATA && apdu->p3 != 0)
        return OTA_E_BAD_LENGTH;
    if (kind == APDU_INPUT && apdu->p3 > 0) {
        rc = read_bytes(&ahead, apdu->p3, &apdu->data);
        if (rc != OTA_OK)
            return rc;
        apdu->length = apdu->p3;
    }
    *script = ahead;
    return OTA_OK;
}

bool compact_refresh_read(struct byte_reader script, uint8_t *destination)
{
    struct proactive_command command;
    if (proactive_command_decode(script.at, script.left, &command) != OTA_OK ||
        command.type != PROACTIVE_REFRESH)
        return false;
    *destination = command.destination;
    return true;
}

int compact_response_decode(const uint8_t *bytes, size_t length, struct compact_response *response)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    int rc = read_u8(&reader, &response->executed);
    if (rc == OTA_OK)
        rc = read_u16(&reader, &response->sw);
    response->data = reader.at;
    response->length = reader.left;
    return rc;
}

void compact_response_encode(const struct compact_response *response, struct byte_writer *writer)
{
    write_u8(writer, response->executed);
    write_u16(writer, response->sw);
    write_bytes(writer, response->data, response->length);
}
