#include "simsim/uicc_status_word.h"

#include "simsim/commands.h"

#define ANY_INS -1
#define ANY_OUTPUT -2
#define KEEP_LOW_BYTE 0x00FF

/* The first row that fits says what becomes of the word; of its own bits those in `kept` stay. */
static const struct row {
    uint16_t mask, value;
    int ins;
    uint16_t kept, becomes;
} rows[] = {
    {0xFF00, SW_RESPONSE_WAITS, ANY_INS, KEEP_LOW_BYTE, 0x6100},
    {0xFFFF, SW_MEMORY_PROBLEM, ANY_INS, 0, 0x6581},
    {0xFFFF, SW_NO_EF_SELECTED, ANY_INS, 0, 0x6986},
    {0xFFFF, SW_OUT_OF_RANGE, 0xB0, 0, 0x6B00}, /* an offset behind the end */
    {0xFFFF, SW_OUT_OF_RANGE, 0xD6, 0, 0x6B00},
    {0xFFFF, SW_OUT_OF_RANGE, ANY_INS, 0, 0x6A83}, /* no such record */
    {0xFFFF, SW_NOT_FOUND, 0xA2, 0, 0x6282},       /* the end was reached without a find */
    {0xFFFF, SW_NOT_FOUND, ANY_INS, 0, 0x6A82},
    {0xFFFF, SW_WRONG_FILE_TYPE, ANY_INS, 0, 0x6981},
    {0xFFFF, SW_NO_CHV, ANY_INS, 0, 0x6A88},
    {0xFFFF, SW_ACCESS_NOT_FULFILLED, ANY_INS, 0, 0x6982},
    {0xFFFF, SW_CHV_CONTRADICTION, ANY_INS, 0, 0x6984},
    {0xFFFF, SW_INVALIDATED, ANY_INS, 0, 0x6984},
    {0xFFFF, SW_CHV_BLOCKED, ANY_INS, 0, 0x6983},
    {0xFFFF, SW_WRONG_LENGTH, ANY_INS, 0, 0x6700},
    {0xFF00, SW_WRONG_LENGTH, ANY_OUTPUT, KEEP_LOW_BYTE, 0x6C00}, /* the right Le: ask again */
    {0xFF00, SW_WRONG_LENGTH, ANY_INS, 0, 0x6700},
    {0xFFFF, SW_WRONG_P1P2, ANY_INS, 0, 0x6A86},
};

static bool is_for(const struct row *row, uint8_t ins)
{
    return row->ins == ANY_INS || row->ins == ins ||
           (row->ins == ANY_OUTPUT && apdu_case(ins) == APDU_OUTPUT);
}

uint16_t uicc_status_word(uint16_t sw, uint8_t ins)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((sw & rows[i].mask) == rows[i].value && is_for(&rows[i], ins))
            return (uint16_t)(rows[i].becomes | (sw & rows[i].kept));
    return sw;
}
