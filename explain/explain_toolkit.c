/* ENVELOPE, FETCH, TERMINAL RESPONSE: TS 31.111, TS 102 223. */
#include "explain/explain.h"
#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/tlv.h"
#include "protocol/toolkit.h"
#include "protocol/toolkit_text.h"

static const char *device_text(uint8_t device)
{
    switch (device) {
    case DEVICE_KEYPAD: return "keypad";
    case DEVICE_DISPLAY: return "display";
    case DEVICE_SIM: return "card";
    case DEVICE_ME: return "phone";
    case DEVICE_NETWORK: return "network";
    default: return "device of unknown type";
    }
}

static void explain_devices(struct explain *explain, const uint8_t *at, const struct tlv *tlv)
{
    if (tlv->length != 2)
        explain_wrong(&explain->out, at, (size_t)(tlv->value - at) + tlv->length, "devices",
                      "%zu bytes, expected 2", tlv->length);
    else
        explain_field(&explain->out, at, 4, "devices", "from %s to %s", device_text(tlv->value[0]),
                      device_text(tlv->value[1]));
}

static void explain_details(struct explain *explain, const uint8_t *at, const struct tlv *tlv)
{
    if (tlv->length != 3)
        explain_wrong(&explain->out, at, (size_t)(tlv->value - at) + tlv->length, "command",
                      "%zu bytes, expected 3", tlv->length);
    else
        explain_field(&explain->out, at, 5, "command", "number %u: %s, qualifier %02X", tlv->value[0],
                      proactive_type_text(tlv->value[1]), tlv->value[2]);
}

/* TS 102 223 8.12: 0x and 1x are done, 2x may be tried again, 3x not. */
static void explain_result(struct explain *explain, const uint8_t *at, const struct tlv *tlv)
{
    static const char *const texts[] = {"done", "done, but not by its user", "not possible now",
                                        "not possible"};
    const size_t whole = (size_t)(tlv->value - at) + tlv->length;
    if (tlv->length == 0)
        explain_wrong(&explain->out, at, whole, "result", "0 bytes, expected 1 or more");
    else
        explain_field(&explain->out, at, whole, "result", "%02X: %s", tlv->value[0],
                      tlv->value[0] < 0x40 ? texts[tlv->value[0] >> 4] : "reserved");
}

/* The others, by name. */
static void explain_other_object(struct explain *explain, const uint8_t *at, const struct tlv *tlv)
{
    static const struct {
        uint8_t tag;
        const char *name;
    } names[] = {
        {TAG_DURATION, "duration"},
        {TAG_LOCATION, "location"},
        {TAG_IMEI, "IMEI"},
        {TAG_EVENT_LIST, "event list"},
        {TAG_TIMER_ID, "timer"},
        {TAG_TIMER_VALUE, "timer value"},
        {TAG_DATE, "date, time"},
        {TAG_LANGUAGE, "language"},
        {TAG_BEARER, "bearer"},
        {TAG_CHANNEL_DATA, "channel data"},
        {TAG_CHANNEL_DATA_LENGTH, "length"},
        {TAG_CHANNEL_STATUS, "channel"},
        {TAG_BUFFER_SIZE, "buffer size"},
        {TAG_TRANSPORT_LEVEL, "transport"},
        {TAG_OTHER_ADDRESS, "address"},
        {TAG_ACCESS_TECHNOLOGY, "technology"},
    };
    const size_t whole = (size_t)(tlv->value - at) + tlv->length;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if ((tlv->tag | TLV_COMPREHENSION_REQUIRED) == names[i].tag) {
            explain_field(&explain->out, at, whole, names[i].name, "%zu bytes", tlv->length);
            return;
        }
    explain_field(&explain->out, at, whole, "object", "tag %02X", tlv->tag);
}

static void explain_object(struct explain *explain, const uint8_t *at, const struct tlv *tlv)
{
    const size_t header = (size_t)(tlv->value - at);
    char text[TOOLKIT_TEXT_SIZE];
    switch (tlv->tag | TLV_COMPREHENSION_REQUIRED) {
    case TAG_COMMAND_DETAILS: explain_details(explain, at, tlv); break;
    case TAG_DEVICE_IDENTITIES: explain_devices(explain, at, tlv); break;
    case TAG_RESULT: explain_result(explain, at, tlv); break;
    case TAG_ADDRESS:
        explain_field(&explain->out, at, header + tlv->length, "address", "of the service centre");
        break;
    case TAG_SMS_TPDU:
        explain_field(&explain->out, at, header, "SMS TPDU", "%zu bytes", tlv->length);
        explain_tpdu(explain, tlv->value, tlv->length);
        break;
    default:
        if (toolkit_text(tlv, text))
            explain_field(&explain->out, at, header + tlv->length, "text", "\"%s\"", text);
        else
            explain_other_object(explain, at, tlv);
    }
}

void explain_toolkit_objects(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    struct tlv tlv;
    while (reader.left > 0) {
        const struct byte_reader here = reader;
        int rc = tlv_read(&reader, &tlv);
        if (rc != OTA_OK) {
            explain_wrong(&explain->out, here.at, here.left, "object", "no TLV: %s", ota_error_text(rc));
            return;
        }
        explain_object(explain, here.at, &tlv);
    }
}

static const char *template_text(uint8_t tag)
{
    switch (tag) {
    case TAG_SMS_PP_DOWNLOAD: return "SMS-PP download";
    case TAG_PROACTIVE_COMMAND: return "proactive command";
    case TAG_EVENT_DOWNLOAD: return "event download";
    case TAG_TIMER_EXPIRATION: return "timer expiration";
    default: return "of another kind";
    }
}

void explain_toolkit_template(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    const struct byte_reader here = reader;
    struct tlv outer;
    int rc = tlv_read(&reader, &outer);
    if (rc != OTA_OK) {
        explain_wrong(&explain->out, here.at, here.left, "template", "its length does not fit: %s",
                      ota_error_text(rc));
        return;
    }
    explain_field(&explain->out, here.at, (size_t)(outer.value - here.at), "template", "%s, %zu bytes",
                  template_text(outer.tag), outer.length);
    explain_toolkit_objects(explain, outer.value, outer.length);
    if (reader.left > 0)
        explain_wrong(&explain->out, reader.at, reader.left, "rest", "%zu bytes behind the template",
                      reader.left);
}

void explain_apdu(struct explain *explain, const uint8_t *bytes, size_t length)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    const uint8_t *at;
    if (length >= 5 && bytes[1] == INS_ENVELOPE && bytes[0] != TAG_SMS_PP_DOWNLOAD &&
        bytes[0] != TAG_PROACTIVE_COMMAND) {
        explain_layer(&explain->out, "ENVELOPE, %zu bytes", length);
        (void)read_bytes(&reader, 5, &at);
        explain_field(&explain->out, at, 4, "header", "CLA %02X: %s", at[0],
                      at[0] == 0xA0 ? "2G SIM" : "UICC");
        if (at[4] == reader.left || at[4] + 1u == reader.left)
            explain_field(&explain->out, at + 4, 1, "P3", "%u bytes", at[4]);
        else
            explain_wrong(&explain->out, at + 4, 1, "P3", "says %u bytes, %zu follow", at[4], reader.left);
        if (at[4] < reader.left)
            reader.left = at[4];
        explain_advice(&explain->out,
                       "The card answers 9000 or 91xx (taken, no report), 9Fxx or 61xx (a PoR to "
                       "fetch), 9Exx or 62xx (a PoR as an error), 9300 (busy, send again). 9000 "
                       "without data is no PoR: the card may have dropped the packet in silence.");
    } else {
        explain_layer(&explain->out, "card application toolkit, %zu bytes", length);
    }
    explain_toolkit_template(explain, reader.at, reader.left);
}
