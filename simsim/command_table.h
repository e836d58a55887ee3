/* Which commands there are, for either set: TS 51.011 clause 9.2 and TS 102 221 clause 11. */
#ifndef OTA_SIMSIM_COMMAND_TABLE_H
#define OTA_SIMSIM_COMMAND_TABLE_H

#include "simsim/commands.h"

#define ANY_P3 -1

/* UICC commands have one of two classes, or may have either. */
enum uicc_class { CLASS_00 = 1, CLASS_80 = 2, CLASS_EITHER = 3 };

struct command {
    uint8_t ins;
    enum apdu_case direction;
    bool has_parameters; /* P1 and P2 are the handler's; else they are 00 */
    int p3;              /* the only right one, or ANY_P3 */
    bool remote;         /* TS 31.116 table 5.1 */
    command_handler *execute;
    enum uicc_class classes; /* of UICC commands only */
};

/* NULL: that set has no such instruction. */
const struct command *command_find(enum command_set set, uint8_t ins);

#endif
