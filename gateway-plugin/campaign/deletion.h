/* The rows of campaigns and card groups that are deleted: they go beside all else, a slice in a pass of the engine. */
#ifndef OTA_CAMPAIGN_DELETION_H
#define OTA_CAMPAIGN_DELETION_H

#include "gateway-plugin/campaign/core.h"

#define DELETION_SLICE 1000 /* rows in a transaction */

/* *more: there are rows left. */
int deletion_work(struct core *core, bool *more);

#endif
