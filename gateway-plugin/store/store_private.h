/* What the files of store/ share among themselves. */
#ifndef OTA_STORE_STORE_PRIVATE_H
#define OTA_STORE_STORE_PRIVATE_H

#include "gateway-plugin/store/sealed_key.h"
#include "gateway-plugin/store/store.h"

/* Bits of message.por_flags. */
#define MESSAGE_POR_WEAK 1
#define MESSAGE_POR_AUTHENTICATED 2
#define MESSAGE_POR_EXPANDED 4
/* por_fact.error in bits 4 to 6, its value in bits 8 to 15. */
#define MESSAGE_POR_ERROR(flags) ((enum script_error)(((flags) >> 4 & 7) % SCRIPT_ERROR_COUNT))
#define MESSAGE_POR_ERROR_VALUE(flags) ((uint8_t)((flags) >> 8))

/* The id of a new row: none that a deleted one had (table deleted_id). */
#define NEXT_ID(table)                                                                                       \
    "(SELECT MAX(id) + 1 FROM (SELECT COALESCE(MAX(id), 0) AS id FROM " table                                \
    " UNION ALL SELECT id FROM deleted_id WHERE object = '" table "') AS used)"

/* A condition on the column of a campaign's id: it is not deleted (campaign.deleted), even if its rows are there. */
#define IS_SEEN(campaign_id) " " campaign_id " NOT IN (SELECT id FROM campaign WHERE deleted = 1)"

struct key_sealer *store_sealer(struct store *store);

/* A foreign key refused the row, and the profile is the only one it can be. Returns -1. */

/* A column's text into `to`, cut to `size`; SQL NULL gives "". */
void row_text(struct db_statement *statement, int column, char *to, size_t size);

/* 0 stands for "none" in structs, NULL in references and dates. */
void bind_or_null(struct db_statement *statement, int parameter, int64_t id);

/* Rows that a listing may fill: room, or the page's limit when that is smaller. */
size_t page_rows(struct page page, size_t room);

/* Steps to one row and turns it into `row`: STORE_OK, STORE_NOT_FOUND, STORE_FAILED. Resets. */
int fetch_one(struct db_statement *statement, void (*take)(struct db_statement *, void *row), void *row);

/* Steps through at most `room` rows of `row_size` bytes each. *count: rows filled. Resets. */
int fetch_rows(struct db_statement *statement, void (*take)(struct db_statement *, void *row), void *rows,
               size_t row_size, size_t room, size_t *count);

#endif
