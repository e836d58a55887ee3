/* What a command of otapacket is: a row of the table that dispatch, help and the
 * test of the man page read. Each has a file of its own. */
#ifndef OTA_TOOLS_COMMAND_H
#define OTA_TOOLS_COMMAND_H

#include "explain/explain.h"
#include "protocol/packet_crypto.h"
#include "tools/answer.h"
#include "tools/request.h"

enum exit_status { STATUS_DONE = 0, STATUS_REFUSED = 1, STATUS_USAGE = 2 };

#define PACKET_MAX EXPLAIN_BYTES_MAX

/* What outlives a line of a batch. */
struct session {
    struct packet_crypto *crypto;
    struct byte_list input;   /* the request's; a command may spoil it */
    uint8_t data[PACKET_MAX]; /* scratch */
    uint8_t packet[PACKET_MAX];
};

struct command {
    const char *name;
    const char *summary;
    uint32_t accepts;   /* FIELD_BIT()s */
    uint32_t mandatory; /* of them */
    enum field words;   /* what words without an option are */
    /* Fills the answer and returns 0, or -1 with answer->refusal. */
    int (*run)(struct session *session, const struct request *request, struct answer *answer);
    const char *epilogue; /* more help, or NULL */
};

extern const struct command encode_command, decode_command, decode_por_command, segment_command,
    reassemble_command, explain_command;

/* All of them, NULL at the end. */
extern const struct command *const commands[];
const struct command *command_find(const char *name);

/* 0, or -1: "TAR is missing: --tar HEX". */
int command_check_mandatory(const struct command *command, const struct request *request, bool as_option,
                            struct refusal *refusal);

#endif
