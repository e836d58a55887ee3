/* A number from 0 to its highest. */
#ifndef OTA_MODEL_RANGE_H
#define OTA_MODEL_RANGE_H

#include <stdint.h>

#include "gateway-plugin/model/refusal.h"

/* 0, or -1 with "FIELD VALUE is out of range, expected 0 to HIGHEST UNIT". */
int range_check(const char *field, int64_t value, int64_t highest, const char *unit, struct refusal *refusal);

#endif
