/*
 * The commands of a 2G SIM (TS 51.011 clause 9.2) and those of a UICC (TS 102
 * 221): a table for each set (command_table.h) says what P1, P2 and P3 may be
 * and who executes it, and both work on the same files and PINs. Used by the
 * phone's APDUs and, in part, by remote file management, each with its own
 * current file and rights.
 */
#ifndef OTA_SIMSIM_COMMANDS_H
#define OTA_SIMSIM_COMMANDS_H

#include "simsim/card.h"

/* TS 51.011 9.4 */
#define SW_OK 0x9000
#define SW_RESPONSE_WAITS 0x9F00 /* low byte: how many bytes */
#define SW_TOOLKIT_BUSY 0x9300
#define SW_MEMORY_PROBLEM 0x9240
#define SW_NO_EF_SELECTED 0x9400
#define SW_OUT_OF_RANGE 0x9402
#define SW_NOT_FOUND 0x9404
#define SW_WRONG_FILE_TYPE 0x9408
#define SW_NO_CHV 0x9802
#define SW_ACCESS_NOT_FULFILLED 0x9804
#define SW_CHV_CONTRADICTION 0x9808
#define SW_INVALIDATED 0x9810
#define SW_CHV_BLOCKED 0x9840
#define SW_INCREASE_MAXIMUM 0x9850
#define SW_WRONG_LENGTH 0x6700 /* low byte: the right P3, where there is one */
#define SW_WRONG_P1P2 0x6B00
#define SW_UNKNOWN_INS 0x6D00
#define SW_UNKNOWN_CLA 0x6E00
#define SW_TECHNICAL_PROBLEM 0x6F00

/* TS 102 221 10.2.1: what only a UICC has a word for */
#define SW_NO_CHANNELS 0x6881
#define SW_WRONG_DATA 0x6A80
#define SW_WRONG_LENGTH_FOR_P1P2 0x6A87

#define CLA_SIM 0xA0

struct command_context {
    struct sim_card *card;
    struct file_cursor *cursor;
    uint8_t *verified; /* CHVs presented here, bit per enum chv_number */
    uint16_t domain;   /* access conditions fulfilled whatever was presented */
    uint8_t sets;      /* enum command_set: who may be asked here */
    bool remote;       /* by remote file management: P3 = 00 asks for what there is */
    struct pending_response *pending;
    struct byte_writer *answer; /* data of an output command, at most 256 bytes */
};

/* One command APDU as the phone sends it, in its T=0 form. Data goes to context->answer; returns SW1 SW2, as
 * the set has it that the class belongs to. */
uint16_t command_execute(struct command_context *context, const uint8_t *command, size_t length);

/* The same for a parsed one; only what TS 31.116 table 5.1 allows remotely. */
uint16_t command_execute_remote(struct command_context *context, const struct apdu *apdu);

/* Does it belong to one of the context's sets? */
bool command_class_is_known(const struct command_context *context, uint8_t cla);

bool command_is_allowed(const struct command_context *context, uint8_t condition);

/* `length` bytes wait for GET RESPONSE: 9F xx. */
uint16_t command_leave_response(struct command_context *context, const uint8_t *bytes, size_t length);

/* The handlers, one of each command; in command_*.c. P1, P2 and P3 are checked as the table says; the status
 * word is one of TS 51.011. */
typedef uint16_t command_handler(struct command_context *context, const struct apdu *apdu);
command_handler command_select, command_status, command_get_response;
command_handler command_read_binary, command_update_binary;
command_handler command_read_record, command_update_record, command_seek, command_search_record,
    command_increase;
command_handler command_invalidate, command_rehabilitate;
command_handler command_verify_chv, command_change_chv, command_disable_chv, command_enable_chv,
    command_unblock_chv;
command_handler command_terminal_profile, command_envelope, command_fetch, command_terminal_response;
command_handler command_sleep;

#endif
