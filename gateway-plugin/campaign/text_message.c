/* A text to a phone: no packet, no counter, no keys. Its SMS are cut out of the campaign's text when they leave, so
 * that a row holds none of it; as a campaign's text never changes, a retry and a restart cut where the first did. */
#include <string.h>

#include "gateway-plugin/campaign/payload.h"
#include "gateway-plugin/campaign/plan_limits.h"
#include "protocol/errors.h"

static int build(struct store *store, struct packet_crypto *crypto, struct packet_buffers *buffers,
                 const struct plan *plan, const struct pending_message *pending, struct built_message *built,
                 char *reason)
{
    (void)store, (void)crypto, (void)buffers, (void)pending, (void)reason;
    *built = (struct built_message){.piece = {.number = 1, .total = 1}, .counter = -1, .parts = plan->text.sms};
    return STORE_OK;
}

static enum bearer_form form_of(const struct plan *plan)
{
    static const enum bearer_form forms[2][2] = {{BEARER_GSM7, BEARER_UCS2}, {BEARER_FLASH_GSM7, BEARER_FLASH_UCS2}};
    return forms[plan->campaign.type == CAMPAIGN_FLASH][plan->text.alphabet == SHORT_TEXT_UCS2];
}

/* UTF-8 for the GSM alphabet, because bearerbox makes septets of it; UTF-16BE for UCS-2. */
static int put_text(const struct plan *plan, const char *text, size_t length, struct payload_part *part)
{
    struct byte_writer writer = byte_writer_on(part->own, sizeof part->own);
    part->bytes = (const uint8_t *)text;
    part->length = length;
    if (plan->text.alphabet == SHORT_TEXT_GSM7)
        return OTA_OK;
    int rc = short_text_encode(text, length, plan->text.alphabet, &writer);
    part->bytes = part->own;
    part->length = writer.length;
    return rc;
}

static int cut(const struct plan *plan, const uint8_t *packet, size_t length, uint8_t reference,
               unsigned int number, struct payload_part *part)
{
    struct short_text_part place;
    const char *message = plan->campaign.message;
    const struct sms_segmentation segmentation = plan_segmentation(plan, reference);
    (void)packet, (void)length;
    int rc = short_text_part(message, strlen(message), plan->text.alphabet, &segmentation, number, &place);
    if (rc != OTA_OK)
        return rc;
    part->form = form_of(plan);
    part->header_length = place.header_length;
    memcpy(part->header, place.header, sizeof part->header);
    return put_text(plan, message + place.begin, place.end - place.begin, part);
}

const struct payload text_payload = {.build = build, .cut = cut};
