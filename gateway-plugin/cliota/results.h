/* What came of a campaign, for people: its statistics as sentences and as tables with bars. */
#ifndef OTA_CLIOTA_RESULTS_H
#define OTA_CLIOTA_RESULTS_H

#include <jansson.h>

/* `statistics` as the server gave them; nothing is printed of a campaign without cards. */
void results_print(const json_t *statistics);

#endif
