/* SMS TPDUs and TP-UD: TS 23.040, TS 31.115. */
#include "explain/explain.h"
#include "protocol/bcd.h"
#include "protocol/errors.h"
#include "protocol/sms_tpdu.h"

#define TON_MASK 0x70
#define TON_ALPHANUMERIC 0x50
#define TIMESTAMP_SIZE 7

/* --- TP-UD ------------------------------------------------------------------------------- */

static void explain_concatenation(struct explain *explain, const uint8_t *at, const uint8_t *value,
                                  size_t length)
{
    const bool wide = at[0] == 0x08;
    const size_t size = wide ? 4 : 3;
    if (length != size) {
        explain_wrong(&explain->out, at, 2 + length, "IEI", "concatenation of %zu bytes, expected %zu",
                      length, size);
        return;
    }
    const unsigned int reference = wide ? (unsigned int)(value[0] << 8 | value[1]) : value[0];
    const unsigned int total = value[size - 2], number = value[size - 1];
    if (number == 0 || number > total)
        explain_wrong(&explain->out, at, 2 + length, "IEI", "part %u of %u cannot be", number, total);
    else
        explain_field(&explain->out, at, 2 + length, "IEI", "part %u of %u, %s reference %u", number, total,
                      wide ? "16-bit" : "8-bit", reference);
}

static void explain_element(struct explain *explain, const uint8_t *at, const uint8_t *value, size_t length)
{
    struct explanation *out = &explain->out;
    switch (at[0]) {
    case 0x00:
    case 0x08: explain_concatenation(explain, at, value, length); break;
    case PACKET_MARKER_COMMAND:
    case PACKET_MARKER_RESPONSE:
        if (length != 0)
            explain_wrong(out, at, 2 + length, "IEI", "%02X with %zu bytes, expected none", at[0], length);
        else
            explain_field(out, at, 2, "IEI", "%s follows (TS 31.115)",
                          at[0] == PACKET_MARKER_COMMAND ? "a command packet" : "a response packet");
        break;
    case PACKET_MARKER_PROPRIETARY:
        explain_field(out, at, 2 + length, "IEI", "proprietary: what follows is the card maker's own");
        break;
    default: explain_field(out, at, 2 + length, "IEI", "%02X, not of secured packets", at[0]);
    }
}

static bool explain_elements(struct explain *explain, struct byte_reader header)
{
    while (header.left > 0) {
        const uint8_t *at, *value;
        const struct byte_reader element = header;
        if (!explain_take(&explain->out, &header, 2, "IEI", &at))
            return false;
        if (read_bytes(&header, at[1], &value) != OTA_OK) {
            explain_wrong(&explain->out, at, element.left, "IEI", "says %u bytes, the header has %zu more",
                          at[1], header.left);
            return false;
        }
        explain_element(explain, at, value, at[1]);
    }
    return true;
}

static void explain_payload(struct explain *explain, enum packet_marker marker, const uint8_t *bytes,
                            size_t length)
{
    switch (marker) {
    case PACKET_MARKER_COMMAND: explain_command_packet(explain, bytes, length); break;
    case PACKET_MARKER_RESPONSE: explain_response_packet(explain, bytes, length); break;
    case PACKET_MARKER_PROPRIETARY:
        explain_field(&explain->out, bytes, length, "content", "the card maker's own form");
        break;
    case PACKET_MARKER_NONE:
        explain_field(&explain->out, bytes, length, "content", "no secured packet: no element 70 or 71");
        break;
    }
}

/* Kannel's splitter, for one, copies the whole header into every part. */
static void check_marker_place(struct explain *explain, const uint8_t *bytes, const struct user_data *part)
{
    const bool first = part->concatenation.number == 1;
    if (!first && part->marker != PACKET_MARKER_NONE)
        explain_problem(&explain->out, bytes,
                        "element %02X stands in part %u, expected in part 1 only: the splitter copied the "
                        "header, the card reads a packet that begins here",
                        (unsigned int)part->marker, part->concatenation.number);
    if (first && part->concatenation.total > 1 && part->marker == PACKET_MARKER_NONE)
        explain_problem(
            &explain->out, bytes,
            "part 1 has no element 70 or 71: the phone keeps the SMS instead of giving it to the card");
}

static void explain_part(struct explain *explain, const uint8_t *bytes, const struct user_data *part)
{
    struct byte_writer writer = byte_writer_on(explain->packet, EXPLAIN_BYTES_MAX);
    enum packet_marker marker;
    check_marker_place(explain, bytes, part);
    if (reassembly_contradicts(&explain->parts, part))
        explain_problem(&explain->out, bytes, "part %u was here before with other content: the first one counts",
                        part->concatenation.number);
    explain_field(&explain->out, part->payload, part->length, "content", "%zu bytes of the packet",
                  part->length);
    explain->has_parts = true;
    int rc = reassembly_add(&explain->parts, part);
    if (rc == OTA_E_NO_SPACE)
        explain_problem(&explain->out, bytes, "the parts are longer than any packet");
    if (rc != REASSEMBLY_COMPLETE)
        return;
    (void)reassembly_take(&explain->parts, &marker, &writer); /* it is complete, and there is room */
    explain_layer(&explain->out, "all %u parts together, %zu bytes", part->concatenation.total,
                  writer.length);
    explanation_rebase(&explain->out, writer.start, 0);
    explain_payload(explain, marker, writer.start, writer.length);
}

void explain_user_data(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    const uint8_t *at, *header;
    struct user_data parsed;
    explain_layer(&explain->out, "TP-UD, %zu bytes", length);
    if (length > SMS_USER_DATA_MAX)
        explain_problem(&explain->out, bytes, "%zu bytes, an SMS holds %d: it must be cut into parts", length,
                        SMS_USER_DATA_MAX);
    if (!explain_take(&explain->out, &reader, 1, "UDHL", &at))
        return;
    explain_field(&explain->out, at, 1, "UDHL", "%u bytes of header", *at);
    if (!explain_take(&explain->out, &reader, *at, "header", &header) ||
        !explain_elements(explain, byte_reader_on(header, *at)))
        return;
    if (user_data_parse(bytes, length, &parsed) != OTA_OK)
        return; /* said above, element by element */
    if (parsed.concatenation.total > 1)
        explain_part(explain, bytes, &parsed);
    else
        explain_payload(explain, parsed.marker, parsed.payload, parsed.length);
}

/* --- TPDUs ------------------------------------------------------------------------------- */

static bool explain_address(struct explain *explain, struct byte_reader *reader, const char *name)
{
    const uint8_t *at, *digits;
    char text[SMS_ADDRESS_DIGITS_MAX + 1];
    if (!explain_take(&explain->out, reader, 2, name, &at))
        return false;
    const size_t size = (at[0] + 1u) / 2;
    if (at[0] > SMS_ADDRESS_DIGITS_MAX) {
        explain_wrong(&explain->out, at, 2, name, "%u digits, expected at most %d", at[0],
                      SMS_ADDRESS_DIGITS_MAX);
        return false;
    }
    if (!explain_take(&explain->out, reader, size, name, &digits))
        return false;
    if ((at[1] & TON_MASK) == TON_ALPHANUMERIC) {
        explain_field(&explain->out, at, 2 + size, name, "alphanumeric");
        explain_advice(&explain->out, "An alphanumeric sender cannot be answered: a PoR by SMS-SUBMIT has "
                                      "nowhere to go.");
    } else if (bcd_decode(digits, size, at[0], text) == OTA_OK) {
        explain_field(&explain->out, at, 2 + size, name, "%s%s", (at[1] & TON_MASK) == 0x10 ? "+" : "", text);
    } else {
        explain_wrong(&explain->out, at, 2 + size, name, "digits that are none");
    }
    return true;
}

static bool explain_pid_and_dcs(struct explain *explain, struct byte_reader *reader)
{
    const uint8_t *pid, *dcs;
    if (!explain_take(&explain->out, reader, 1, "TP-PID", &pid))
        return false;
    if (*pid == SMS_PID_SIM_DATA_DOWNLOAD)
        explain_field(&explain->out, pid, 1, "TP-PID", "(U)SIM data download");
    else
        explain_wrong(&explain->out, pid, 1, "TP-PID",
                      "not (U)SIM data download, expected 7F: the phone stores the message instead of giving "
                      "it to the card");
    if (!explain_take(&explain->out, reader, 1, "TP-DCS", &dcs))
        return false;
    if (*dcs == SMS_DCS_8BIT_CLASS2)
        explain_field(&explain->out, dcs, 1, "TP-DCS", "8-bit data, class 2 (SIM specific)");
    else if (*dcs == 0x16)
        explain_field(&explain->out, dcs, 1, "TP-DCS",
                      "8-bit data, class 2 in the general form; some cards want exactly F6");
    else
        explain_wrong(&explain->out, dcs, 1, "TP-DCS",
                      "not 8-bit data of class 2, expected F6: the phone shows or stores the message");
    return true;
}

static void explain_ud_of_tpdu(struct explain *explain, struct byte_reader *reader, bool has_header)
{
    const uint8_t *udl;
    if (!explain_take(&explain->out, reader, 1, "TP-UDL", &udl))
        return;
    if (*udl == reader->left)
        explain_field(&explain->out, udl, 1, "TP-UDL", "%u bytes", *udl);
    else
        explain_wrong(&explain->out, udl, 1, "TP-UDL", "says %u bytes, %zu follow", *udl, reader->left);
    /* a card's SUBMIT and REPORT may lack the bit: GSM 03.48 6.1 says to take it for set */
    const uint8_t *ud = reader->at;
    if (has_header || (reader->left >= 3 && ud[0] == 0x02 && ud[1] == PACKET_MARKER_RESPONSE))
        explain_user_data(explain, ud, reader->left);
    else
        explain_field(&explain->out, ud, reader->left, "TP-UD", "no header, so no secured packet");
}

static void explain_deliver(struct explain *explain, struct byte_reader reader)
{
    const uint8_t *at;
    (void)read_bytes(&reader, 1, &at); /* there is one */
    explain_layer(&explain->out, "SMS-DELIVER, %zu bytes", reader.left + 1);
    const bool has_header = (*at & 0x40) != 0;
    if (has_header)
        explain_field(&explain->out, at, 1, "first octet", "TP-UDHI set%s",
                      (*at & 0x04) != 0 ? ", no more messages" : ", more messages to send");
    else
        explain_wrong(&explain->out, at, 1, "first octet",
                      "TP-UDHI is not set, expected bit 40: the card does not see the header");
    if (!explain_address(explain, &reader, "TP-OA") || !explain_pid_and_dcs(explain, &reader) ||
        !explain_take(&explain->out, &reader, TIMESTAMP_SIZE, "TP-SCTS", &at))
        return;
    explain_field(&explain->out, at, TIMESTAMP_SIZE, "TP-SCTS", "20%X%X-%X%X-%X%X %X%X:%X%X:%X%X", at[0] & 15,
                  at[0] >> 4, at[1] & 15, at[1] >> 4, at[2] & 15, at[2] >> 4, at[3] & 15, at[3] >> 4,
                  at[4] & 15, at[4] >> 4, at[5] & 15, at[5] >> 4);
    explain_ud_of_tpdu(explain, &reader, has_header);
}

static void explain_submit(struct explain *explain, struct byte_reader reader)
{
    static const uint8_t validity_sizes[] = {0, 7, 1, 7};
    const uint8_t *first, *at;
    (void)read_bytes(&reader, 1, &first);
    const size_t validity = validity_sizes[*first >> 3 & 3];
    explain_layer(&explain->out, "SMS-SUBMIT, %zu bytes", reader.left + 1);
    explain_field(&explain->out, first, 1, "first octet", "TP-UDHI %s, validity period of %zu bytes",
                  (*first & 0x40) != 0 ? "set" : "not set", validity);
    if (!explain_take(&explain->out, &reader, 1, "TP-MR", &at))
        return;
    explain_field(&explain->out, at, 1, "TP-MR", "message reference %u", *at);
    if (!explain_address(explain, &reader, "TP-DA") || !explain_pid_and_dcs(explain, &reader) ||
        !explain_take(&explain->out, &reader, validity, "TP-VP", &at))
        return;
    if (validity > 0)
        explain_field(&explain->out, at, validity, "TP-VP", "validity period");
    explain_ud_of_tpdu(explain, &reader, (*first & 0x40) != 0);
}

/* Of a PoR: 00 [FCS] 07 7F F6 UDL UD. */
static void explain_report(struct explain *explain, struct byte_reader reader)
{
    const uint8_t *at;
    (void)read_bytes(&reader, 1, &at);
    explain_layer(&explain->out, "SMS-DELIVER-REPORT, %zu bytes", reader.left + 1);
    explain_field(&explain->out, at, 1, "first octet", "TP-UDHI %s; it is taken for set",
                  (*at & 0x40) != 0 ? "set" : "not set");
    if (reader.left > 0 && reader.at[0] >= 0x80) {
        (void)read_bytes(&reader, 1, &at);
        explain_field(&explain->out, at, 1, "TP-FCS", "%s",
                      *at == 0xD5   ? "(U)SIM data download error"
                      : *at == 0xD4 ? "(U)SIM application toolkit busy: send again later"
                                    : "the phone or card refused");
    }
    if (!explain_take(&explain->out, &reader, 1, "TP-PI", &at))
        return;
    explain_field(&explain->out, at, 1, "TP-PI", "PID, DCS and UDL follow");
    if (explain_pid_and_dcs(explain, &reader))
        explain_ud_of_tpdu(explain, &reader, true);
}

static bool is_report(const uint8_t *bytes, size_t length)
{
    const size_t at = length > 1 && bytes[1] >= 0x80 ? 2 : 1;
    return length > at + 2 && bytes[at] == 0x07 && bytes[at + 1] == SMS_PID_SIM_DATA_DOWNLOAD &&
           bytes[at + 2] != 0x81 && bytes[at + 2] != 0x91;
}

/* PID 7F behind an address that begins there. */
static bool has_download_pid(const uint8_t *bytes, size_t length, size_t address)
{
    if (length <= address || bytes[address] > SMS_ADDRESS_DIGITS_MAX)
        return false;
    const size_t pid = address + 2 + (bytes[address] + 1u) / 2;
    return pid < length && bytes[pid] == SMS_PID_SIM_DATA_DOWNLOAD;
}

bool looks_like_tpdu(const uint8_t *bytes, size_t length)
{
    struct sms_deliver deliver;
    struct sms_submit submit;
    if (length == 0)
        return false;
    switch (bytes[0] & 0x03) {
    case 0x00:
        return is_report(bytes, length) || has_download_pid(bytes, length, 1) ||
               sms_deliver_decode(bytes, length, &deliver) == OTA_OK;
    case 0x01:
        return has_download_pid(bytes, length, 2) || sms_submit_decode(bytes, length, &submit) == OTA_OK;
    default: return false;
    }
}

void explain_tpdu(struct explain *explain, const uint8_t *bytes, size_t length)
{
    const struct byte_reader reader = byte_reader_on(bytes, length);
    if (length == 0) {
        explain_layer(&explain->out, "TPDU, 0 bytes");
        return;
    }
    switch (bytes[0] & 0x03) {
    case 0x00:
        is_report(bytes, length) ? explain_report(explain, reader) : explain_deliver(explain, reader);
        break;
    case 0x01: explain_submit(explain, reader); break;
    default:
        explain_layer(&explain->out, "TPDU, %zu bytes", length);
        explain_wrong(&explain->out, bytes, 1, "first octet",
                      "TP-MTI %u, expected 00 (DELIVER, its report) or 01 (SUBMIT)", bytes[0] & 3);
    }
}
