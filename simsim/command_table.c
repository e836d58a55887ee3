/* The two tables of commands. Called by commands.c. */
#include "simsim/command_table.h"

#include "simsim/uicc_commands.h"

static const struct command sim_commands[] = {
    {0xA4, APDU_INPUT, false, 2, true, command_select, 0},
    {0xF2, APDU_OUTPUT, false, ANY_P3, false, command_status, 0},
    {0xC0, APDU_OUTPUT, false, ANY_P3, true, command_get_response, 0},
    {0xB0, APDU_OUTPUT, true, ANY_P3, true, command_read_binary, 0},
    {0xD6, APDU_INPUT, true, ANY_P3, true, command_update_binary, 0},
    {0xB2, APDU_OUTPUT, true, ANY_P3, true, command_read_record, 0},
    {0xDC, APDU_INPUT, true, ANY_P3, true, command_update_record, 0},
    {0xA2, APDU_INPUT, true, ANY_P3, true, command_seek, 0},
    {0x32, APDU_INPUT, false, 3, true, command_increase, 0},
    {0x20, APDU_INPUT, true, CHV_SIZE, true, command_verify_chv, 0},
    {0x24, APDU_INPUT, true, 2 * CHV_SIZE, true, command_change_chv, 0},
    {0x26, APDU_INPUT, true, CHV_SIZE, true, command_disable_chv, 0},
    {0x28, APDU_INPUT, true, CHV_SIZE, true, command_enable_chv, 0},
    {0x2C, APDU_INPUT, true, 2 * CHV_SIZE, true, command_unblock_chv, 0},
    {0x04, APDU_NO_DATA, false, 0, true, command_invalidate, 0},
    {0x44, APDU_NO_DATA, false, 0, true, command_rehabilitate, 0},
    {0x10, APDU_INPUT, false, ANY_P3, false, command_terminal_profile, 0},
    {0xC2, APDU_INPUT, false, ANY_P3, false, command_envelope, 0},
    {0x12, APDU_OUTPUT, false, ANY_P3, false, command_fetch, 0},
    {0x14, APDU_INPUT, false, ANY_P3, false, command_terminal_response, 0},
    {0xFA, APDU_NO_DATA, false, 0, false, command_sleep, 0},
};

static const struct command uicc_table[] = {
    {0xA4, APDU_INPUT, true, ANY_P3, true, uicc_select, CLASS_00},
    {0xF2, APDU_OUTPUT, true, ANY_P3, false, uicc_status, CLASS_80},
    {0xC0, APDU_OUTPUT, false, ANY_P3, true, command_get_response, CLASS_EITHER},
    {0xB0, APDU_OUTPUT, true, ANY_P3, true, uicc_read_binary, CLASS_00},
    {0xD6, APDU_INPUT, true, ANY_P3, true, uicc_update_binary, CLASS_00},
    {0xB2, APDU_OUTPUT, true, ANY_P3, true, uicc_read_record, CLASS_00},
    {0xDC, APDU_INPUT, true, ANY_P3, true, uicc_update_record, CLASS_00},
    {0xA2, APDU_INPUT, true, ANY_P3, true, uicc_search_record, CLASS_00},
    {0x32, APDU_INPUT, true, ANY_P3, true, uicc_increase, CLASS_80},
    {0x20, APDU_INPUT, true, ANY_P3, true, uicc_verify_pin, CLASS_00},
    {0x24, APDU_INPUT, true, 2 * CHV_SIZE, true, uicc_change_pin, CLASS_00},
    {0x26, APDU_INPUT, true, CHV_SIZE, true, uicc_disable_pin, CLASS_00},
    {0x28, APDU_INPUT, true, CHV_SIZE, true, uicc_enable_pin, CLASS_00},
    {0x2C, APDU_INPUT, true, ANY_P3, true, uicc_unblock_pin, CLASS_00},
    {0x04, APDU_INPUT, true, ANY_P3, true, uicc_deactivate, CLASS_00},
    {0x44, APDU_INPUT, true, ANY_P3, true, uicc_activate, CLASS_00},
    {0xAA, APDU_INPUT, false, ANY_P3, false, uicc_terminal_capability, CLASS_80},
    {0x10, APDU_INPUT, false, ANY_P3, false, command_terminal_profile, CLASS_80},
    {0xC2, APDU_INPUT, false, ANY_P3, false, command_envelope, CLASS_80},
    {0x12, APDU_OUTPUT, false, ANY_P3, false, command_fetch, CLASS_80},
    {0x14, APDU_INPUT, false, ANY_P3, false, command_terminal_response, CLASS_80},
};

static const struct command *find(const struct command *commands, size_t count, uint8_t ins)
{
    for (size_t i = 0; i < count; i++)
        if (commands[i].ins == ins)
            return &commands[i];
    return NULL;
}

const struct command *command_find(enum command_set set, uint8_t ins)
{
    return set == COMMANDS_UICC ? find(uicc_table, sizeof uicc_table / sizeof uicc_table[0], ins)
                                : find(sim_commands, sizeof sim_commands / sizeof sim_commands[0], ins);
}
