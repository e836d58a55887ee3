/* What went wrong, as application/problem+json (RFC 9457). */
#ifndef OTA_API_PROBLEM_H
#define OTA_API_PROBLEM_H

#include <jansson.h>

#include "gateway-plugin/api/http.h"
#include "gateway-plugin/model/refusal.h"

unsigned problem_status(enum refusal_kind kind); /* the HTTP status of a refusal */

/* Fills body, length, status and content type. */
void problem_answer(unsigned status, const char *detail, struct http_response *response);

/* And with the member "rejected" unless it is NULL; takes a reference of its own. */
void problem_answer_rejected(unsigned status, const char *detail, json_t *rejected,
                             struct http_response *response);

#endif
