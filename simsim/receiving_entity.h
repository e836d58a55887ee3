/*
 * The receiving entity: judges a command packet, has it executed, and writes
 * the proof of receipt (TS 102 225 clause 5, TS 31.115). Order of the checks:
 * TAR, minimum security level, header, keys, cipher, CC, PCNTR, counter.
 */
#ifndef OTA_SIMSIM_RECEIVING_ENTITY_H
#define OTA_SIMSIM_RECEIVING_ENTITY_H

#include "protocol/response_packet.h"
#include "simsim/rfm.h"

#define RESPONSE_PACKET_MAX 400 /* three SMS: header 24, RFM_ANSWER_MAX, padding 15 */

struct reception {
    uint8_t status; /* enum por_status, also when none is sent */
    struct security_parameters security;
    uint64_t counter;                    /* copied into the PoR */
    bool executed;                       /* `result` holds something */
    struct rfm_result result;
    bool answers;                        /* SPI2 wants a PoR for this */
    uint8_t answer[RESPONSE_PACKET_MAX]; /* the PoR from RPL on */
    size_t answer_length;
};

/* `packet` (from CPL on) is deciphered in place and must outlive the use of `reception`.
 * 0, or OTA_E_* when the header cannot be read: then there is no PoR. */
int receiving_entity_process(struct sim_card *card, uint8_t *packet, size_t length,
                             struct reception *reception);

/* The PoR 0B that tells, protected as asked, of the real one by SMS-SUBMIT. */
int receiving_entity_announce_submit(struct sim_card *card, const struct reception *reception,
                                     struct byte_writer *writer);

/* TS 102 226 8.2.1.3.2.4: does SPI1 reach the minimum in each of its three fields? */
bool security_level_reaches(uint8_t spi1, uint8_t minimum_spi1);

/* TS 102 225 5.1.4: the status of a counter under that mode, against the last one accepted. */
enum por_status counter_judge(enum counter_mode mode, uint64_t received, uint64_t stored);

#endif
