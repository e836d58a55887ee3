/*
 * Proactive commands: fetched, carried out, answered (TS 102 223 clause 6). What this phone can is
 * one table, from which the TERMINAL PROFILE is made, too. Inner header of handset/.
 */
#ifndef OTA_HANDSET_PROACTIVE_H
#define OTA_HANDSET_PROACTIVE_H

#include "handset/conversation.h"
#include "protocol/tlv.h"
#include "protocol/toolkit.h"

#define TERMINAL_PROFILE_MAX 20

/* TERMINAL RESPONSE results, TS 102 223 8.12 */
#define RESULT_DONE 0x00
#define RESULT_EXTRA_FILES_READ 0x03
#define RESULT_MODIFIED 0x07
#define RESULT_NO_USER 0x12
#define RESULT_NETWORK_UNABLE 0x21
#define RESULT_TIMER_CONTRADICTION 0x24
#define RESULT_BEYOND_CAPABILITIES 0x30
#define RESULT_NOT_UNDERSTOOD 0x32
#define RESULT_BIP_ERROR 0x3A

#define EVENT_DATA_AVAILABLE 0x09 /* TS 102 223 8.25 */
#define EVENT_CHANNEL_STATUS 0x0A

/* One proactive command at work. */
struct proactive_task {
    struct proactive_command command;
    const uint8_t *elements; /* the COMPREHENSION-TLVs of the command */
    size_t length;
    struct byte_writer *answer; /* of TERMINAL RESPONSE; empty: none is sent */
};

/* Command details, devices, result; what else belongs to the answer is written behind it. */
void answer_result(const struct proactive_task *task, uint8_t result);
/* A result with one byte of additional information. */
void answer_with_cause(const struct proactive_task *task, uint8_t result, uint8_t cause);
/* An element of the command. */
bool task_find(const struct proactive_task *task, uint8_t tag, struct tlv *element);

/* FETCH, act, TERMINAL RESPONSE, until nothing waits. A card that never ends, or does not answer, begins
 * anew. */
void serve_proactive(struct conversation *talk);

/* The profile's bytes (TS 102 223 5.2), of a plain phone or a terminal. */
size_t terminal_profile(const struct terminal *terminal, uint8_t profile[static TERMINAL_PROFILE_MAX]);

/* A line for the terminal's log; nothing without one. */
void terminal_note(const struct terminal *terminal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Timer value (TS 102 223 8.38), in whole seconds. */
void write_timer_value(int64_t seconds, struct byte_writer *writer);

/* Handlers of a terminal's commands. */
void on_provide_local_information(struct conversation *talk, const struct proactive_task *task);
void on_timer_management(struct conversation *talk, const struct proactive_task *task);
void on_set_up_event_list(struct conversation *talk, const struct proactive_task *task);
void on_text(struct conversation *talk, const struct proactive_task *task);     /* shown: logged */
void on_question(struct conversation *talk, const struct proactive_task *task); /* nobody answers */
void on_open_channel(struct conversation *talk, const struct proactive_task *task);
void on_close_channel(struct conversation *talk, const struct proactive_task *task);
void on_receive_data(struct conversation *talk, const struct proactive_task *task);
void on_send_data(struct conversation *talk, const struct proactive_task *task);
void on_get_channel_status(struct conversation *talk, const struct proactive_task *task);

#endif
