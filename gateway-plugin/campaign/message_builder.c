#include "gateway-plugin/campaign/message_builder.h"

#include <stdio.h>
#include <string.h>

#include "gateway-plugin/campaign/card_data.h"
#include "gateway-plugin/campaign/payload.h"
#include "gateway-plugin/campaign/plan_limits.h"
#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/counter_work.h"
#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "protocol/user_data.h"

/* --- keys --- */

bool security_needs_kic(const struct security_parameters *security)
{
    return spi1_ciphered(security->spi1) || spi2_ciphered(security->spi2);
}

bool security_needs_kid(const struct security_parameters *security)
{
    return spi1_integrity(security->spi1) == INTEGRITY_CC || spi2_integrity(security->spi2) == INTEGRITY_CC;
}

int campaign_keys(struct store *store, const struct security_parameters *security, int64_t card_id,
                  struct security_keys *keys)
{
    memset(keys, 0, sizeof *keys);
    if (!security_needs_kic(security) && !security_needs_kid(security))
        return STORE_OK;
    return card_keys(store, card_id, security_key_index(security), keys);
}

/* --- counters (TS 102 225 5.1.1.2) --- */

static int allocate_counter(struct store *store, const struct plan *plan, const struct pending_message *pending,
                            struct built_message *built)
{
    struct counter_scope scope;
    struct counter_choice choice;
    struct counter_owner owner = counter_owner_of(plan->counter_per, &plan->campaign.security);
    int rc = work_counter_get(store, pending->card_id, owner, &scope);
    if (rc != STORE_OK)
        return rc;
    if (!counter_choose(spi1_counter_mode(plan->campaign.security.spi1), &scope, &choice))
        return STORE_NOT_FOUND;
    built->counter = (int64_t)choice.counter;
    built->jumps = choice.jumped ? choice.jumps : 0;
    /* A 02 then says that the last iteration's packet ran. */
    built->repeats = choice.repeats_last && scope.last.campaign_id == plan->campaign.id;
    return work_counter_set(store, pending->card_id, owner, pending->id, &choice);
}

/* The packet of an earlier iteration again: its counter is the last one once more. */
static int note_repetition(struct store *store, const struct plan *plan, const struct pending_message *pending,
                           struct built_message *built)
{
    struct counter_scope scope;
    struct counter_choice choice;
    struct counter_owner owner = counter_owner_of(plan->counter_per, &plan->campaign.security);
    built->repeats = true;
    int rc = work_counter_get(store, pending->card_id, owner, &scope);
    if (rc != STORE_OK)
        return rc;
    counter_repeat((uint64_t)built->counter, &scope, &choice);
    return work_counter_set(store, pending->card_id, owner, pending->id, &choice);
}

/* --- packets --- */

static int encode(struct store *store, struct packet_crypto *crypto, const struct plan *plan, int64_t card_id,
                  const struct byte_writer *script, uint64_t counter, struct byte_writer *writer, char *reason)
{
    const struct security_parameters *security = &plan->campaign.security;
    struct command_packet packet = {
        .security = *security, .counter = counter, .data = script->start, .length = script->length};
    struct security_keys keys;
    const char *why = "key set not provisioned";
    int rc = campaign_keys(store, security, card_id, &keys);
    if (rc == STORE_OK) {
        int error = security_keys_check(security, &keys, &why);
        if (error == OTA_OK) {
            error = command_packet_encode(crypto, &packet, &keys, writer);
            why = ota_error_text(error);
        }
        if (error != OTA_OK)
            rc = STORE_NOT_FOUND;
    }
    security_keys_wipe(&keys);
    if (rc == STORE_NOT_FOUND)
        snprintf(reason, MESSAGE_WORDS_SIZE, "key set %u: %s", security_key_index(security), why);
    return rc;
}

static int build_new(struct store *store, struct packet_crypto *crypto, struct packet_buffers *buffers,
                     const struct plan *plan, const struct pending_message *pending,
                     const struct script_piece *piece, struct built_message *built, char *reason)
{
    struct byte_writer writer = byte_writer_on(buffers->packet, sizeof buffers->packet);
    struct byte_writer script = byte_writer_on(buffers->script, sizeof buffers->script);
    if (script_piece_write(piece, plan->shape.format, &script) != OTA_OK) {
        snprintf(reason, MESSAGE_WORDS_SIZE, "the script does not fit a packet");
        return STORE_NOT_FOUND;
    }
    int rc = allocate_counter(store, plan, pending, built);
    if (rc == STORE_NOT_FOUND)
        snprintf(reason, MESSAGE_WORDS_SIZE, "key set %u: the counter is used up",
                 security_key_index(&plan->campaign.security));
    if (rc == STORE_OK)
        rc = encode(store, crypto, plan, pending->card_id, &script, (uint64_t)built->counter, &writer, reason);
    built->length = writer.length;
    return rc;
}

/* Only where the card's replay check makes the second copy harmless. */
static bool may_repeat(const struct plan *plan)
{
    return plan->campaign.retry == RETRY_SAME && plan->campaign.iteration > 1 &&
           spi1_counter_mode(plan->campaign.security.spi1) >= COUNTER_HIGHER;
}

/* Counter and bytes of an earlier iteration's packet. */
static int find_unanswered(struct store *store, struct packet_buffers *buffers, const struct plan *plan,
                           const struct pending_message *pending, struct built_message *built)
{
    uint64_t counter = 0;
    int rc = work_unanswered_packet(store, plan->campaign.id, pending->card_id, plan->campaign.iteration,
                                    built->piece.number, &counter, buffers->packet, sizeof buffers->packet,
                                    &built->length);
    built->counter = (int64_t)counter;
    return rc;
}

static int build(struct store *store, struct packet_crypto *crypto, struct packet_buffers *buffers,
                 const struct plan *plan, const struct pending_message *pending, struct built_message *built,
                 char *reason)
{
    int rc = STORE_NOT_FOUND;
    struct script_piece piece;
    *built = (struct built_message){.packet = buffers->packet};
    if (!plan_piece(plan, pending->piece, &piece)) {
        snprintf(reason, MESSAGE_WORDS_SIZE, "the script cannot be cut into packets of %zu bytes",
                 plan->shape.bytes);
        return STORE_NOT_FOUND;
    }
    built->piece = piece.place;
    if (may_repeat(plan))
        rc = find_unanswered(store, buffers, plan, pending, built);
    if (rc == STORE_OK)
        rc = note_repetition(store, plan, pending, built);
    else if (rc == STORE_NOT_FOUND)
        rc = build_new(store, crypto, buffers, plan, pending, &piece, built, reason);
    if (rc != STORE_OK)
        return rc;
    const struct sms_segmentation segmentation = plan_segmentation(plan, pending->reference);
    built->parts = (unsigned int)sms_segment_count(&segmentation, built->length);
    if (built->parts > 0)
        return STORE_OK;
    snprintf(reason, MESSAGE_WORDS_SIZE, "the packet has %zu bytes, more than 255 SMS carry", built->length);
    return STORE_NOT_FOUND;
}

static int build_packet(struct store *store, struct packet_crypto *crypto, struct packet_buffers *buffers,
                        const struct plan *plan, const struct pending_message *pending,
                        struct built_message *built, char *reason)
{
    struct plan own;
    if (plan->names.count == 0)
        return build(store, crypto, buffers, plan, pending, built, reason);
    int rc = card_data_plan(store, plan, pending->card_id, &own);
    if (rc == STORE_NOT_FOUND)
        snprintf(reason, MESSAGE_WORDS_SIZE, "the data file had no line for this card");
    if (rc == STORE_OK)
        rc = build(store, crypto, buffers, &own, pending, built, reason);
    plan_free(&own);
    return rc;
}

static int cut_packet(const struct plan *plan, const uint8_t *packet, size_t length, uint8_t reference,
                      unsigned int number, struct payload_part *part)
{
    struct sms_part sms;
    const struct sms_segmentation segmentation = plan_segmentation(plan, reference);
    int rc = sms_segment_build(packet, length, PACKET_MARKER_COMMAND, &segmentation, number, &sms);
    if (rc != OTA_OK)
        return rc;
    part->form = BEARER_PACKET;
    memcpy(part->header, sms.header, sizeof part->header);
    part->header_length = sms.header_length;
    part->bytes = sms.payload;
    part->length = sms.length;
    return OTA_OK;
}

const struct payload packet_payload = {.build = build_packet, .has_packet = true, .cut = cut_packet};

int message_build(struct store *store, struct packet_crypto *crypto, struct packet_buffers *buffers,
                  const struct plan *plan, const struct pending_message *pending, struct built_message *built,
                  char reason[static MESSAGE_WORDS_SIZE])
{
    return payload_of(plan)->build(store, crypto, buffers, plan, pending, built, reason);
}
