/*
 * The commands of a UICC that differ from a SIM's (TS 102 221 clause 11): other
 * parameters, the same files and PINs. Like every handler they answer in the
 * status words of TS 51.011; uicc_status_word.h says them as a UICC does.
 */
#ifndef OTA_SIMSIM_UICC_COMMANDS_H
#define OTA_SIMSIM_UICC_COMMANDS_H

#include "simsim/commands.h"

command_handler uicc_select, uicc_status;
command_handler uicc_read_binary, uicc_update_binary, uicc_read_record, uicc_update_record,
    uicc_search_record, uicc_increase, uicc_deactivate, uicc_activate;
command_handler uicc_verify_pin, uicc_change_pin, uicc_disable_pin, uicc_enable_pin, uicc_unblock_pin;
command_handler uicc_terminal_capability;

#endif
