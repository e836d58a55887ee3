#include "protocol/sms_tpdu.h"

#include <string.h>

#include "protocol/bcd.h"
#include "protocol/data_coding.h"
#include "protocol/errors.h"

/* TS 23.040 9.2.3.1 to 9.2.3.5, 9.2.3.23: the first byte of a TPDU. */
#define MTI_MASK 0x03
#define MTI_DELIVER 0x00
#define MTI_SUBMIT 0x01
#define NO_MORE_MESSAGES 0x04
#define VPF_MASK 0x18
#define UDHI 0x40

#define TON_MASK 0x70
#define TON_ALPHANUMERIC 0x50
#define ADDRESS_BYTES_MAX (SMS_ADDRESS_DIGITS_MAX / 2)

/* TS 23.040 9.1.2.5: digits, TON/NPI, BCD. Alphanumeric senders cannot be answered and are refused. */
static int write_address(const struct sms_address *address, struct byte_writer *writer)
{
    uint8_t bcd[ADDRESS_BYTES_MAX];
    size_t count = strnlen(address->digits, sizeof address->digits);
    if ((address->type & TON_MASK) == TON_ALPHANUMERIC)
        return OTA_E_UNSUPPORTED;
    if (count > SMS_ADDRESS_DIGITS_MAX || strpbrk(address->digits, "Ff") != NULL)
        return OTA_E_BAD_VALUE;
    int rc = bcd_encode(address->digits, count, bcd, sizeof bcd);
    if (rc != OTA_OK)
        return rc;
    write_u8(writer, (uint8_t)count);
    write_u8(writer, address->type);
    write_bytes(writer, bcd, (count + 1) / 2);
    return OTA_OK;
}

static int read_address(struct byte_reader *reader, struct sms_address *address)
{
    uint8_t count;
    const uint8_t *bcd;
    int rc = read_u8(reader, &count);
    if (rc == OTA_OK)
        rc = read_u8(reader, &address->type);
    if (rc == OTA_OK && count > SMS_ADDRESS_DIGITS_MAX)
        rc = OTA_E_BAD_LENGTH;
    if (rc == OTA_OK && (address->type & TON_MASK) == TON_ALPHANUMERIC)
        rc = OTA_E_UNSUPPORTED;
    if (rc == OTA_OK)
        rc = read_bytes(reader, (count + 1u) / 2, &bcd);
    if (rc == OTA_OK)
        rc = bcd_decode(bcd, (count + 1u) / 2, count, address->digits);
    if (rc == OTA_OK && strlen(address->digits) != count)
        rc = OTA_E_BAD_VALUE; /* a filler among the digits */
    return rc;
}

static bool is_7bit(uint8_t dcs)
{
    return data_coding_of(dcs).kind == DATA_CODING_GSM7;
}

static int write_user_data(uint8_t dcs, const uint8_t *bytes, size_t length, struct byte_writer *writer)
{
    if (is_7bit(dcs))
        return OTA_E_UNSUPPORTED;
    if (length > SMS_USER_DATA_MAX)
        return OTA_E_BAD_LENGTH;
    write_u8(writer, (uint8_t)length);
    write_bytes(writer, bytes, length);
    return byte_writer_status(writer);
}

/* UDL and UD, which end the TPDU. */
static int read_user_data(struct byte_reader *reader, uint8_t dcs, uint8_t *bytes, size_t *length)
{
    uint8_t count;
    int rc = read_u8(reader, &count);
    if (rc != OTA_OK)
        return rc;
    if (is_7bit(dcs))
        return OTA_E_UNSUPPORTED;
    if (count > SMS_USER_DATA_MAX)
        return OTA_E_BAD_LENGTH;
    rc = read_copy(reader, bytes, count);
    if (rc == OTA_OK && reader->left > 0)
        rc = OTA_E_TRAILING;
    *length = count;
    return rc;
}

int sms_deliver_encode(const struct sms_deliver *sms, struct byte_writer *writer)
{
    unsigned int first = MTI_DELIVER;
    if (sms->has_user_data_header)
        first |= UDHI;
    if (!sms->more_messages)
        first |= NO_MORE_MESSAGES;
    write_u8(writer, (uint8_t)first);
    int rc = write_address(&sms->originator, writer);
    if (rc != OTA_OK)
        return rc;
    write_u8(writer, sms->pid);
    write_u8(writer, sms->dcs);
    write_bytes(writer, sms->timestamp, sizeof sms->timestamp);
    return write_user_data(sms->dcs, sms->user_data, sms->user_data_length, writer);
}

int sms_deliver_decode(const uint8_t *tpdu, size_t length, struct sms_deliver *sms)
{
    struct byte_reader reader = byte_reader_on(tpdu, length);
    uint8_t first;
    int rc = read_u8(&reader, &first);
    if (rc == OTA_OK && (first & MTI_MASK) != MTI_DELIVER)
        rc = OTA_E_NOT_THIS;
    if (rc != OTA_OK)
        return rc;
    sms->has_user_data_header = (first & UDHI) != 0;
    sms->more_messages = (first & NO_MORE_MESSAGES) == 0;
    rc = read_address(&reader, &sms->originator);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &sms->pid);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &sms->dcs);
    if (rc == OTA_OK)
        rc = read_copy(&reader, sms->timestamp, sizeof sms->timestamp);
    if (rc == OTA_OK)
        rc = read_user_data(&reader, sms->dcs, sms->user_data, &sms->user_data_length);
    return rc;
}

int sms_submit_encode(const struct sms_submit *sms, struct byte_writer *writer)
{
    write_u8(writer, sms->has_user_data_header ? MTI_SUBMIT | UDHI : MTI_SUBMIT);
    write_u8(writer, sms->reference);
    int rc = write_address(&sms->destination, writer);
    if (rc != OTA_OK)
        return rc;
    write_u8(writer, sms->pid);
    write_u8(writer, sms->dcs);
    return write_user_data(sms->dcs, sms->user_data, sms->user_data_length, writer);
}

/* TS 23.040 9.2.3.3: none, enhanced, relative, absolute. */
static size_t validity_size(uint8_t first)
{
    static const uint8_t sizes[] = {0, 7, 1, 7};
    return sizes[(first & VPF_MASK) >> 3];
}

int sms_submit_decode(const uint8_t *tpdu, size_t length, struct sms_submit *sms)
{
    struct byte_reader reader = byte_reader_on(tpdu, length);
    const uint8_t *validity;
    uint8_t first;
    int rc = read_u8(&reader, &first);
    if (rc == OTA_OK && (first & MTI_MASK) != MTI_SUBMIT)
        rc = OTA_E_NOT_THIS;
    if (rc == OTA_OK)
        rc = read_u8(&reader, &sms->reference);
    if (rc == OTA_OK)
        rc = read_address(&reader, &sms->destination);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &sms->pid);
    if (rc == OTA_OK)
        rc = read_u8(&reader, &sms->dcs);
    if (rc == OTA_OK)
        rc = read_bytes(&reader, validity_size(first), &validity);
    if (rc != OTA_OK)
        return rc;
    sms->has_user_data_header = (first & UDHI) != 0;
    return read_user_data(&reader, sms->dcs, sms->user_data, &sms->user_data_length);
}

#define SECONDS_A_DAY 86400
#define DAYS_IN_400_YEARS 146097

struct civil_date {
    int64_t year;
    unsigned int month, day;
};

/* The Gregorian date of a day counted from 1970-01-01. Years run from March, so
 * that the leap day is a year's last and month lengths follow one formula. */
static struct civil_date civil_date_of(int64_t days)
{
    int64_t since_march_0000 = days + 719468;
    int64_t era = (since_march_0000 >= 0 ? since_march_0000 : since_march_0000 - DAYS_IN_400_YEARS + 1) /
                  DAYS_IN_400_YEARS;
    unsigned int day_of_era = (unsigned int)(since_march_0000 - era * DAYS_IN_400_YEARS);
    unsigned int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned int month_from_march = (5 * day_of_year + 2) / 153;
    struct civil_date date = {
        .year = (int64_t)year_of_era + era * 400,
        .month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9,
        .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
    if (date.month <= 2)
        date.year++;
    return date;
}

/* Two digits, the tens in the low nibble. */
static uint8_t swapped_bcd(unsigned int value)
{
    return (uint8_t)((value % 10) << 4 | value / 10 % 10);
}

/* TS 23.040 9.2.3.11: YY MM DD hh mm ss and the time zone, 00 for UTC. */
void sms_timestamp_encode(int64_t unix_seconds, uint8_t timestamp[static 7])
{
    int64_t days = unix_seconds / SECONDS_A_DAY;
    int64_t rest = unix_seconds % SECONDS_A_DAY;
    if (rest < 0) {
        rest += SECONDS_A_DAY;
        days--;
    }
    struct civil_date date = civil_date_of(days);
    unsigned int second = (unsigned int)rest;
    timestamp[0] = swapped_bcd((unsigned int)((date.year % 100 + 100) % 100));
    timestamp[1] = swapped_bcd(date.month);
    timestamp[2] = swapped_bcd(date.day);
    timestamp[3] = swapped_bcd(second / 3600);
    timestamp[4] = swapped_bcd(second / 60 % 60);
    timestamp[5] = swapped_bcd(second % 60);
    timestamp[6] = 0;
}
