/* What went wrong, as application/problem+json (RFC 9457). */
#ifndef OTA_API_PROBLEM_H
#define OTA_API_PROBLEM_H

#include <jansson.h>

#include "gateway-plugin/api/http.h"
#include "gateway-plugin/model/refusal.h"

/* Fills body, length, status and content type. */
void problem_answer(unsigned status, const char *detail, struct http_response *response);

/* The same of a refusal: its kind is the status; with the members "field" if it is about one, and "rejected"
 * unless that is NULL, of which it takes a reference of its own. */
void problem_answer_refusal(const struct refusal *refusal, json_t *rejected, struct http_response *response);

#endif
