#include "smsc/smpp_time.h"

#include <stddef.h>
#include <string.h>

#include "protocol/errors.h"

#define TIME_LENGTH 16
#define DAY INT64_C(86400)

/* The fields in the order of the text: year month day hour minute second, then tenths and quarter hours. */
enum { YEAR, MONTH, DAY_OF_MONTH, HOUR, MINUTE, SECOND, FIELD_COUNT };

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + text[1] - '0';
}

/* Days from 1970-01-01 of a date in the Gregorian calendar; years 2000 to 2099 only, where every fourth is a
 * leap year. */
static int64_t days_since_1970(int year, int month, int day)
{
    static const int days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t days = 10957 + (int64_t)year * 365 + (year + 3) / 4 + days_before[month - 1] + day - 1;
    return days + (year % 4 == 0 && month > 2);
}

static int absolute(const int *field, int quarters, int64_t *when)
{
    if (field[MONTH] < 1 || field[MONTH] > 12 || field[DAY_OF_MONTH] < 1 || field[DAY_OF_MONTH] > 31 ||
        field[HOUR] > 23 || field[MINUTE] > 59 || field[SECOND] > 60 || quarters < -48 || quarters > 56)
        return OTA_E_BAD_VALUE;
    *when = days_since_1970(field[YEAR], field[MONTH], field[DAY_OF_MONTH]) * DAY + field[HOUR] * 3600 +
            field[MINUTE] * 60 + field[SECOND] - quarters * 900;
    return OTA_OK;
}

static int64_t relative(const int *field)
{
    static const int64_t seconds[FIELD_COUNT] = {365 * DAY, 30 * DAY, DAY, 3600, 60, 1};
    int64_t total = 0;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        total += field[i] * seconds[i];
    return total;
}

int smpp_time_parse(const char *text, int64_t now, int64_t *when)
{
    if (strlen(text) != TIME_LENGTH)
        return OTA_E_BAD_LENGTH;
    if (strspn(text, "0123456789") != TIME_LENGTH - 1)
        return OTA_E_BAD_VALUE;
    int field[FIELD_COUNT];
    for (size_t i = 0; i < FIELD_COUNT; i++)
        field[i] = two_digits(text + 2 * i);
    int quarters = two_digits(text + 13);
    switch (text[TIME_LENGTH - 1]) {
    case 'R': *when = now + relative(field); return OTA_OK;
    case '+': return absolute(field, quarters, when);
    case '-': return absolute(field, -quarters, when);
    default: return OTA_E_BAD_VALUE;
    }
}
