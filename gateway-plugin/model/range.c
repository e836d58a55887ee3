#include "gateway-plugin/model/range.h"

int range_check(const char *field, int64_t value, int64_t highest, const char *unit, struct refusal *refusal)
{
    if (value >= 0 && value <= highest)
        return 0;
    return refuse_field(refusal, REFUSAL_INVALID, field, "%lld is out of range, expected 0 to %lld %s",
                        (long long)value, (long long)highest, unit);
}
