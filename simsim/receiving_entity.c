/* Command packet in, proof of receipt out. Called by ENVELOPE (SMS-PP DOWNLOAD). */
#include "simsim/receiving_entity.h"

#include "protocol/command_packet.h"
#include "protocol/errors.h"
#include "simsim/card_keys.h"

bool security_level_reaches(uint8_t spi1, uint8_t minimum_spi1)
{
    return spi1_integrity(spi1) >= spi1_integrity(minimum_spi1) &&
           spi1_ciphered(spi1) >= spi1_ciphered(minimum_spi1) &&
           spi1_counter_mode(spi1) >= spi1_counter_mode(minimum_spi1);
}

enum por_status counter_judge(enum counter_mode mode, uint64_t received, uint64_t stored)
{
    if (mode == COUNTER_NONE || mode == COUNTER_UNCHECKED)
        return POR_STATUS_OK;
    if (stored == COUNTER_MAX)
        return POR_STATUS_CNTR_BLOCKED;
    if (received <= stored)
        return POR_STATUS_CNTR_LOW;
    return mode == COUNTER_NEXT && received != stored + 1 ? POR_STATUS_CNTR_HIGH : POR_STATUS_OK;
}

/* A header that no PoR could follow, or that names two key sets at once (TS 102 225 5.1.1). */
static bool header_is_consistent(const struct security_parameters *security)
{
    enum integrity por_integrity = spi2_integrity(security->spi2);
    uint8_t kic_index = key_index(security->kic), kid_index = key_index(security->kid);
    bool both_used = spi1_ciphered(security->spi1) && spi1_integrity(security->spi1) == INTEGRITY_CC;
    if ((security->spi1 & 0xE0) != 0 || (security->spi2 & 0xC0) != 0 ||
        spi2_por(security->spi2) == POR_RESERVED)
        return false;
    if (por_integrity != INTEGRITY_NONE && por_integrity != spi1_integrity(security->spi1))
        return false;
    if (spi2_ciphered(security->spi2) && !spi1_ciphered(security->spi1))
        return false;
    return !both_used || kic_index == kid_index || kic_index == 0 || kid_index == 0;
}

/* The key set that the header names; NULL when the card has none of that index. */
static uint8_t *find_key_set(const struct sim_card *card, const struct security_parameters *security)
{
    uint8_t index = spi1_integrity(security->spi1) == INTEGRITY_CC ? key_index(security->kid) : 0;
    if (index == 0 && spi1_ciphered(security->spi1))
        index = key_index(security->kic);
    return card_keys_find(card, index);
}

static enum por_status status_of_error(int error, bool ciphered)
{
    switch (error) {
    case OTA_OK: return POR_STATUS_OK;
    case OTA_E_BAD_CHECKSUM: return POR_STATUS_CC_FAILED;
    case OTA_E_BAD_PADDING:
    case OTA_E_BAD_LENGTH: return ciphered ? POR_STATUS_CIPHERING_ERROR : POR_STATUS_UNIDENTIFIED_ERROR;
    default: return POR_STATUS_UNIDENTIFIED_ERROR;
    }
}

/* A card that is made to fail does so for packets that it would have executed. */
static enum por_status ask_for_refusal(const struct sim_card *card)
{
    const struct card_environment *environment = card->environment;
    return environment->refuse ? (enum por_status)environment->refuse(environment->user, card->msisdn)
                               : POR_STATUS_OK;
}

/* Opens the packet and takes its counter, in this order: nothing is believed before the CC is. */
static enum por_status open_packet(struct sim_card *card, uint8_t *bytes, size_t length,
                                   const struct security_keys *keys, struct card_counter counter,
                                   struct command_packet *packet)
{
    int rc = command_packet_decode(card->environment->crypto, bytes, length, keys, packet);
    if (rc != OTA_OK)
        return status_of_error(rc, spi1_ciphered(packet->security.spi1));
    enum counter_mode mode = spi1_counter_mode(packet->security.spi1);
    enum por_status status = counter_judge(mode, packet->counter, card_counter_value(counter));
    if (status == POR_STATUS_OK)
        status = ask_for_refusal(card);
    if (status == POR_STATUS_OK && (mode == COUNTER_HIGHER || mode == COUNTER_NEXT)) {
        card_counter_set(counter, packet->counter);
        card_note_change(card, CHANGED_COUNTERS);
    }
    return status;
}

static void log_script(const struct sim_card *card, const struct reception *reception)
{
    const uint8_t *tar = reception->security.tar;
    char line[120];
    if (card->environment->executed == NULL)
        return;
    snprintf(line, sizeof line, "card %s TAR %02X%02X%02X CNTR %010llX executed %u SW %04X PoR %02X",
             card->msisdn, tar[0], tar[1], tar[2], (unsigned long long)reception->counter,
             (unsigned)reception->result.executed, (unsigned)reception->result.sw,
             (unsigned)reception->status);
    card->environment->executed(card->environment->user, line);
}

/* A key set that the profile pins to an algorithm works with no other. */
static bool algorithm_is_allowed(const struct sim_card *card, const uint8_t *key_set,
                                 const struct security_parameters *security)
{
    uint8_t pinned = card->environment->profile->key_sets[card_keys_index(key_set)].algorithm;
    if (pinned == 0)
        return true;
    if (spi1_ciphered(security->spi1) && (security->kic & 0x0F) != pinned)
        return false;
    return spi1_integrity(security->spi1) != INTEGRITY_CC || (security->kid & 0x0F) == pinned;
}

/* A copy of the keys, as the profile wants them used. To be wiped. */
static void take_keys(const struct sim_card *card, const uint8_t *key_set, struct security_keys *keys)
{
    card_keys_copy(key_set, keys);
    keys->cc_size = card->environment->profile->key_sets[card_keys_index(key_set)].cc_size;
}

/* What can be said before any key is used. */
static enum por_status judge_header(const struct sim_card *card, const struct security_parameters *security,
                                    const struct rfm_application **application, uint8_t **key_set)
{
    *application = card_profile_find_tar(card->environment->profile, security->tar);
    if (*application == NULL)
        return POR_STATUS_TAR_UNKNOWN;
    if (!security_level_reaches(security->spi1, (*application)->minimum_spi1))
        return POR_STATUS_SECURITY_TOO_LOW;
    if (!header_is_consistent(security))
        return POR_STATUS_UNIDENTIFIED_ERROR;
    *key_set = find_key_set(card, security);
    return *key_set != NULL && algorithm_is_allowed(card, *key_set, security) ? POR_STATUS_OK
                                                                              : POR_STATUS_UNIDENTIFIED_ERROR;
}

/* A script that did not run to its end is an error too: else nobody would learn of it. */
static bool por_is_wanted(const struct reception *reception)
{
    bool good = reception->status == POR_STATUS_OK && !reception->result.failed;
    enum por_request request = spi2_por(reception->security.spi2);
    return request == POR_ALWAYS || request == POR_RESERVED || (request == POR_ON_ERROR && !good);
}

static int write_response(struct sim_card *card, const struct reception *reception, uint8_t status,
                          const uint8_t *data, size_t length, const struct security_keys *keys,
                          struct byte_writer *writer)
{
    struct response_packet packet = {
        .counter = reception->counter, .status = status, .data = data, .length = length};
    for (size_t i = 0; i < TAR_SIZE; i++)
        packet.tar[i] = reception->security.tar[i];
    return response_packet_encode(card->environment->crypto, &packet, &reception->security, keys, writer);
}

static void encode_result(const struct rfm_result *result, struct byte_writer *writer)
{
    if (result->expanded)
        write_bytes(writer, result->data, result->length);
    else
        compact_response_encode(&(struct compact_response){.executed = result->executed,
                                                           .sw = result->sw,
                                                           .data = result->data,
                                                           .length = result->length},
                                writer);
}

/* Errors always in the bare clear form: who failed the security is told nothing under the card's keys. */
static int write_answer(struct sim_card *card, struct reception *reception, const struct security_keys *keys)
{
    struct byte_writer writer = byte_writer_on(reception->answer, sizeof reception->answer);
    uint8_t data[sizeof reception->result.data];
    struct byte_writer data_writer = byte_writer_on(data, sizeof data);
    int rc = OTA_OK;
    if (!reception->executed) {
        response_packet_encode_error(reception->security.tar, reception->counter, reception->status, &writer);
        rc = byte_writer_status(&writer);
    } else {
        encode_result(&reception->result, &data_writer);
        rc = write_response(card, reception, POR_STATUS_OK, data, data_writer.length, keys, &writer);
    }
    reception->answer_length = writer.length;
    return rc;
}

/* CNTR is copied where it proved genuine (one card source and TS 23.048's note on 06), else zero. */
static bool counter_is_copied(enum por_status status)
{
    return status == POR_STATUS_OK || status == POR_STATUS_CNTR_LOW || status == POR_STATUS_CNTR_HIGH;
}

int receiving_entity_process(struct sim_card *card, uint8_t *bytes, size_t length,
                             struct reception *reception)
{
    const struct rfm_application *application;
    struct command_packet packet = {.counter = 0};
    struct security_keys keys = {.kic_size = 0};
    uint8_t *key_set;
    *reception = (struct reception){.executed = false};
    int rc = command_packet_peek(bytes, length, &reception->security);
    if (rc != OTA_OK)
        return rc;
    enum por_status status = judge_header(card, &reception->security, &application, &key_set);
    if (status == POR_STATUS_OK) {
        take_keys(card, key_set, &keys);
        packet.security = reception->security;
        status = open_packet(card, bytes, length, &keys, card_counter_for(card, key_set, application), &packet);
    }
    reception->status = (uint8_t)status;
    reception->counter = counter_is_copied(status) ? packet.counter : 0;
    if (status == POR_STATUS_OK) {
        rfm_execute(card, application, packet.data, packet.length, &reception->result);
        reception->executed = true;
        log_script(card, reception);
    }
    reception->answers = por_is_wanted(reception);
    if (reception->answers)
        rc = write_answer(card, reception, &keys);
    security_keys_wipe(&keys);
    return rc;
}

int receiving_entity_announce_submit(struct sim_card *card, const struct reception *reception,
                                     struct byte_writer *writer)
{
    struct security_keys keys = {.kic_size = 0};
    uint8_t *key_set = find_key_set(card, &reception->security);
    if (key_set == NULL)
        return OTA_E_BAD_KEY;
    take_keys(card, key_set, &keys);
    int rc = write_response(card, reception, POR_STATUS_BY_SMS_SUBMIT, NULL, 0, &keys, writer);
    security_keys_wipe(&keys);
    return rc;
}
