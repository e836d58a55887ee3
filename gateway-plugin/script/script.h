/*
 * Command lines (hex, as the APDU file and the store hold them), checked and as
 * bytes; pieces.h makes the secured data of packets of them.
 */
#ifndef OTA_SCRIPT_SCRIPT_H
#define OTA_SCRIPT_SCRIPT_H

#include "gateway-plugin/model/refusal.h"
#include "gateway-plugin/model/script_format.h"
#include "protocol/bytes.h"

#define SCRIPT_SIZE_MAX (1 << 20) /* bytes; 4096 commands, the most of an APDU file, have hardly more */
#define SCRIPT_REFRESH                                                                                       \
    "D009810301010482028182" /* what includeSimRefresh appends: REFRESH, UICC reset, to the ME */

/*
 * One command line, checked by command_check() (model/command.h); its refusals begin "command 5, column 9: ".
 * *warning (room for 160) gets "" or one line that begins "command 5: ": the destination of a REFRESH
 * that is not the ME, in compact format the data of a command that are lost because another command follows.
 */
int script_check_command(const char *hex, size_t position, bool last, enum script_format format,
                         char warning[static 160], struct refusal *refusal);

/* Appends one checked command's bytes. OTA_E_NO_SPACE, OTA_E_BAD_HEX. */
int script_append(struct byte_writer *script, const char *hex);

/* Is this command line a D0 REFRESH? Then includeSimRefresh adds no second one. */
bool script_command_is_refresh(const char *hex);

#endif
