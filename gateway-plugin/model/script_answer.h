/* What a card answers to a script behind PoR 00, as facts: the compact form has one result, that of the last
 * command (TS 102 226 clause 5.1.2), the expanded one has one for each (clause 5.2.2). */
#ifndef OTA_MODEL_SCRIPT_ANSWER_H
#define OTA_MODEL_SCRIPT_ANSWER_H

#include "gateway-plugin/model/message_facts.h"

/*
 * Fills all of `por` behind `authenticated`. In expanded format `executed` counts as the compact form does: cards
 * differ in whether the refresh at the end, an immediate action, is one of the commands that they count; where
 * nothing says that it failed it was performed. A card that does not know the expanded format answers in the compact one.
 */
void script_answer_take(const uint8_t *data, size_t length, const struct message_policy *policy,
                        struct por_fact *por);

/* Behind any other status: the bytes as they are. */
void script_answer_keep(const uint8_t *data, size_t length, struct por_fact *por);

#define SCRIPT_ANSWER_TEXT (2 * POR_DATA_MAX + 1)

/* Of por_fact.data: what was read back in hex, in expanded format each command's, parted by blanks, "" for none.
 * Returns text. */
char *script_answer_data(const uint8_t *data, size_t length, bool expanded, char text[static SCRIPT_ANSWER_TEXT]);

/* Of por_fact.data in expanded format: the status words as they came, "9F17 9000"; in compact format "". */
char *script_answer_words(const uint8_t *data, size_t length, bool expanded, char text[static SCRIPT_ANSWER_TEXT]);

/* "bad format" and "wrong length found"; NULL where there is nothing to say. Constants. */
const char *script_error_kind(enum script_error error);
const char *script_error_text(enum script_error error, uint8_t value);

#endif
