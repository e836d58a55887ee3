/*
 * APDUs as Wireshark reads them: a pcap file (its own format, version 2.4) of IPv4 packets to
 * UDP port 4729, each with GSMTAP's header of version 2 and type "SIM". Pure.
 */
#ifndef OTA_PROTOCOL_GSMTAP_H
#define OTA_PROTOCOL_GSMTAP_H

#include <stdint.h>

#include "protocol/bytes.h"

#define PCAP_HEADER_SIZE 24
#define GSMTAP_RECORD_MAX (16 + 20 + 8 + 16 + 261 + 258)

/* Begins a file: PCAP_HEADER_SIZE bytes. */
void pcap_write_header(struct byte_writer *writer);
/* An exchange: command and response one behind the other, as they went over the line. Unix time in
 * microseconds; `source` is the last byte of 127.0.0.x that the packet comes from: one for each card. (An ATR
 * has no packet: Wireshark takes it for a command.) */
void gsmtap_write_record(struct byte_writer *writer, int64_t microseconds, uint8_t source,
                         const uint8_t *command, size_t command_length, const uint8_t *response,
                         size_t response_length);

#endif
