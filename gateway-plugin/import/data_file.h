/*
 * The data file of a start (SOP 10: -dataFilePath): CSV, a card a line. The first line names the columns: one is
 * MSISDN, ICCID or IMSI, in any case; the others are placeholders, named exactly as in the commands. Separated by
 * comma, semicolon or tab, whichever the first line has; blanks around a field and empty lines are passed over.
 */
#ifndef OTA_IMPORT_DATA_FILE_H
#define OTA_IMPORT_DATA_FILE_H

#include "gateway-plugin/model/placeholders.h"

/* Each row to `each`, its texts valid until it returns; it stops when that returns non-zero, with `refusal`. Refused,
 * beginning "line 3, column 7: ": a column that is missing or stands there twice, another number of fields, a value
 * that is missing or no hex. Columns that no command asks for are passed over. 0 or -1. */
int data_file_parse(const char *text, size_t length, const struct placeholder_names *names,
                    int (*each)(void *user, const struct data_row *row, struct refusal *refusal), void *user,
                    struct refusal *refusal);

#endif
