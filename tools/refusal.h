/* Why otapacket did not do what was asked: one line that names what, where, the
 * value and what was expected. Never holds a digit of a key. */
#ifndef OTA_TOOLS_REFUSAL_H
#define OTA_TOOLS_REFUSAL_H

struct refusal {
    char text[320];
};

/* Fills it and returns -1, so that a function can end in it. */
int refuse(struct refusal *refusal, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
