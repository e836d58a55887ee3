#include "smsc/delivery_receipt.h"

#include <stdio.h>
#include <time.h>

static const char *state_text(enum smpp_message_state state)
{
    switch (state) {
    case SMPP_STATE_DELIVERED: return "DELIVRD";
    case SMPP_STATE_EXPIRED: return "EXPIRED";
    case SMPP_STATE_UNDELIVERABLE: return "UNDELIV";
    default: return "UNKNOWN";
    }
}

#define DATE_SIZE 11

static void format_date(int64_t when, char text[static DATE_SIZE])
{
    time_t seconds = (time_t)when;
    struct tm parts = {.tm_mday = 1};
    gmtime_r(&seconds, &parts);
    const int fields[] = {parts.tm_year % 100, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        text[2 * i] = (char)('0' + fields[i] / 10 % 10);
        text[2 * i + 1] = (char)('0' + fields[i] % 10);
    }
    text[DATE_SIZE - 1] = '\0';
}

size_t delivery_receipt_format(const struct delivery_receipt *receipt,
                               char text[static DELIVERY_RECEIPT_SIZE])
{
    char submitted[DATE_SIZE], done[DATE_SIZE];
    format_date(receipt->submitted, submitted);
    format_date(receipt->done, done);
    int length = snprintf(text, DELIVERY_RECEIPT_SIZE,
                          "id:%.64s sub:001 dlvrd:%s submit date:%s done date:%s stat:%s err:%03u text:",
                          receipt->message_id, receipt->state == SMPP_STATE_DELIVERED ? "001" : "000",
                          submitted, done, state_text(receipt->state), receipt->error);
    return (size_t)length;
}
