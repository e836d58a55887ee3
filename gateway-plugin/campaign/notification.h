/* What an operator's server is told of a message, in the transaction that writes the fact itself. */
#ifndef OTA_CAMPAIGN_NOTIFICATION_H
#define OTA_CAMPAIGN_NOTIFICATION_H

#include "gateway-plugin/campaign/core.h"

/* Behind the consequences of a fact that was new. STORE_OK also when nobody wants to know. */
int notification_note(struct core *core, const struct plan *plan, const struct message_row *row,
                      const struct message_fact *fact);

#endif
