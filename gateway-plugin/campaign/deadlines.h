/* Waiting ends: messages whose deadline passed, and old traces of what came in. */
#ifndef OTA_CAMPAIGN_DEADLINES_H
#define OTA_CAMPAIGN_DEADLINES_H

#include "gateway-plugin/campaign/core.h"

/* *more: deadlines are left that passed, too. */
int deadlines_work(struct core *core, bool *more);

#endif
