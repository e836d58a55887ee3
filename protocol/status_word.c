#include "protocol/status_word.h"

#include <ctype.h>
#include <string.h>

struct meaning {
    uint16_t mask;
    uint16_t value;
    const char *text;
};

/* The first row that fits wins: single values stand before their families. */
static const struct meaning MEANINGS[] = {
    /* success: TS 51.011 9.4.1, TS 102 221 10.2.1.1 */
    {0xFFFF, 0x9000, "normal ending"},
    {0xFF00, 0x9100, "normal ending, a proactive command is waiting"},
    {0xFF00, 0x9F00, "normal ending, response data is waiting"},
    {0xFF00, 0x6100, "normal ending, response data is waiting"},
    {0xFF00, 0x9E00, "SIM data download error, response data is waiting"},
    /* postponed and memory: TS 51.011 9.4.2, 9.4.3 */
    {0xFFFF, 0x9300, "SIM application toolkit is busy"},
    {0xFFFF, 0x9240, "memory problem"},
    {0xFFF0, 0x9200, "done after internal retries"},
    /* referencing: TS 51.011 9.4.4 */
    {0xFFFF, 0x9400, "no EF selected"},
    {0xFFFF, 0x9402, "address out of range"},
    {0xFFFF, 0x9404, "file ID or pattern not found"},
    {0xFFFF, 0x9408, "the file's type does not fit the command"},
    {0xFFFF, 0x9484, "algorithm not supported"},
    {0xFFFF, 0x9485, "key check value is wrong"},
    /* security: TS 51.011 9.4.5, TS 102 221 10.2.1.6 */
    {0xFFFF, 0x9802, "no CHV initialised"},
    {0xFFFF, 0x9804, "access condition not fulfilled"},
    {0xFFFF, 0x9808, "in contradiction with CHV status"},
    {0xFFFF, 0x9810, "in contradiction with invalidation status"},
    {0xFFFF, 0x9840, "CHV blocked"},
    {0xFFFF, 0x9850, "INCREASE cannot be done, maximum reached"},
    {0xFFFF, 0x9862, "authentication error, wrong MAC"},
    {0xFFFF, 0x9863, "security session expired"},
    {0xFFFF, 0x9864, "authentication error, no GSM context"},
    {0xFFFF, 0x9865, "key freshness failure"},
    {0xFFFF, 0x9866, "authentication error, no memory"},
    {0xFFFF, 0x9867, "authentication error, no memory in EF MUK"},
    /* warnings: TS 102 221 10.2.1.3, TS 102 226 5.2.1 for 62F1 */
    {0xFFFF, 0x6200, "warning, no information given"},
    {0xFFFF, 0x6281, "part of the data may be corrupted"},
    {0xFFFF, 0x6282, "end of file or record reached early"},
    {0xFFFF, 0x6283, "the selected file is invalidated"},
    {0xFFFF, 0x6285, "the selected file is in termination state"},
    {0xFFFF, 0x62F1, "more data available, the response was cut"},
    {0xFFFF, 0x62F2, "more data available, a proactive command is waiting"},
    {0xFFFF, 0x62F3, "response data available"},
    {0xFFFF, 0x6310, "more data available"},
    {0xFFFF, 0x63F1, "more data expected"},
    {0xFFFF, 0x63F2, "more data expected, a proactive command is waiting"},
    {0xFFF0, 0x63C0, "verification failed, the last digit counts the tries left"},
    {0xFF00, 0x6200, "warning, memory unchanged"},
    {0xFF00, 0x6300, "warning, memory changed"},
    /* errors: TS 102 221 10.2.1.4, 10.2.1.5 */
    {0xFFFF, 0x6581, "memory problem"},
    {0xFF00, 0x6400, "execution error, memory unchanged"},
    {0xFF00, 0x6500, "execution error, memory changed"},
    {0xFFFF, 0x6700, "wrong length"},
    {0xFF00, 0x6700, "wrong P3, the second byte is the right one"},
    {0xFF00, 0x6C00, "wrong Le, the second byte is the right one"},
    {0xFFFF, 0x6881, "logical channels not supported"},
    {0xFFFF, 0x6882, "secure messaging not supported"},
    {0xFF00, 0x6800, "function of the class not supported"},
    {0xFFFF, 0x6981, "the command does not fit the file's structure"},
    {0xFFFF, 0x6982, "security status not satisfied"},
    {0xFFFF, 0x6983, "PIN blocked"},
    {0xFFFF, 0x6984, "referenced data invalidated"},
    {0xFFFF, 0x6985, "conditions of use not satisfied"},
    {0xFFFF, 0x6986, "no EF selected"},
    {0xFFFF, 0x6989, "security not sufficient"},
    {0xFF00, 0x6900, "command not allowed"},
    {0xFFFF, 0x6A80, "wrong data"},
    {0xFFFF, 0x6A81, "function not supported"},
    {0xFFFF, 0x6A82, "file or application not found"},
    {0xFFFF, 0x6A83, "record not found"},
    {0xFFFF, 0x6A84, "not enough memory"},
    {0xFFFF, 0x6A86, "wrong P1 or P2"},
    {0xFFFF, 0x6A87, "Lc does not fit P1 P2"},
    {0xFFFF, 0x6A88, "referenced data not found"},
    {0xFF00, 0x6A00, "wrong parameters"},
    {0xFF00, 0x6B00, "wrong P1 or P2"},
    {0xFF00, 0x6D00, "instruction not supported"},
    {0xFF00, 0x6E00, "class not supported"},
    {0xFF00, 0x6F00, "technical problem, no diagnosis given"},
    {0xFF00, 0x9000, "normal ending"},
};

const char *status_word_text(uint16_t sw)
{
    for (size_t i = 0; i < sizeof MEANINGS / sizeof MEANINGS[0]; i++)
        if ((sw & MEANINGS[i].mask) == MEANINGS[i].value)
            return MEANINGS[i].text;
    return "unknown status word";
}

bool status_word_is_good(uint16_t sw)
{
    switch (sw >> 8) {
    case 0x90:
    case 0x91:
    case 0x9F:
    case 0x61: return true;
    default: return false;
    }
}

bool status_word_matches(uint16_t sw, const char *pattern)
{
    static const char digits[] = "0123456789ABCDEF";
    if (strlen(pattern) != 4)
        return false;
    for (unsigned int i = 0; i < 4; i++) {
        char digit = digits[sw >> (12 - 4 * i) & 0x0F];
        int wanted = toupper((unsigned char)pattern[i]);
        if (wanted != 'X' && wanted != digit)
            return false;
    }
    return true;
}
