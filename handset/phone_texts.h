/*
 * Texts as phones show them: decoded by TP-DCS (TS 23.038 4), parts joined
 * (TS 23.040 9.2.3.24.1), one line a text for the log. A bounded number of texts
 * wait for parts, the oldest makes room; they do not outlive the process.
 */
#ifndef OTA_HANDSET_PHONE_TEXTS_H
#define OTA_HANDSET_PHONE_TEXTS_H

#include "protocol/bytes.h"

struct phone_texts;

/* An SMS that is not for the card, as SMPP carries it. */
struct phone_sms {
    const char *msisdn;
    uint8_t dcs;
    bool has_header;
    const uint8_t *data; /* header and text; septets one a byte */
    size_t length;
};

/* NULL: no memory. */
struct phone_texts *phone_texts_new(void);
void phone_texts_free(struct phone_texts **texts);

/* What the phone shows now, the caller's to free(); NULL: nothing, as parts are missing, or it is no text:
 *   text of 2 SMS, GSM7, class 0: Hello
 * Line ends, backslashes and control characters are written \n \r \\ \u001B: it is one line, and can be
 * read back. */
char *phone_texts_take(struct phone_texts *texts, const struct phone_sms *sms);

#endif
