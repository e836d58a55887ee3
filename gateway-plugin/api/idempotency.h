/* A POST that may be sent twice: header Idempotency-Key. The second one gets the first one's answer. */
#ifndef OTA_API_IDEMPOTENCY_H
#define OTA_API_IDEMPOTENCY_H

#include "gateway-plugin/api/api.h"

/* Before the handler. True: it may run, and idempotency_end() follows. False: `response` is filled, with the
 * answer that was given before or with why there is none. Requests without the header always may. */
bool idempotency_may_run(struct api_call *call, struct http_response *response);
/* Behind the handler: keeps the answer, or forgets the key when nothing was done. */
void idempotency_end(struct api_call *call, const struct http_response *response);

#endif
