/* One exchange between phone and card, in words, for a trace. Pure. */
#ifndef OTA_HANDSET_APDU_WORDS_H
#define OTA_HANDSET_APDU_WORDS_H

#include <stddef.h>
#include <stdint.h>

#define APDU_WORDS_SIZE 400

/* "SELECT 7F20 (DF GSM): 9F16, 22 bytes wait", "FETCH: SEND SHORT MESSAGE to 12345, response packet: 9000,
 * …". What is too long is cut. */
void apdu_words(const uint8_t *command, size_t length, const uint8_t *response, size_t response_length,
                char words[static APDU_WORDS_SIZE]);

/* Overwrites what nobody is to read with `filler`: PINs (VERIFY, CHANGE, DISABLE, ENABLE, UNBLOCK) and keys
 * (PUT KEY). The length stays. */
void apdu_hide_secrets(uint8_t *command, size_t length, uint8_t filler);

#endif
