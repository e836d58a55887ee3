/* A data file with the values of two placeholders: each row taken has a card's digits and hex values. */
#include <string.h>

#include "gateway-plugin/import/data_file.h"
#include "tests/protocol/fuzz.h"

static const struct placeholder_names names = {2, {"Name", "x_1"}};

struct taken {
    size_t rows;
    unsigned long line; /* of the last */
    uint64_t digest;
};

static void add(struct taken *taken, const char *text)
{
    for (; *text != '\0'; text++)
        taken->digest = (taken->digest ^ (unsigned char)*text) * 1099511628211u;
}

static int take(void *user, const struct data_row *row, struct refusal *refusal)
{
    struct taken *taken = user;
    MUST(row->card[0] != '\0' && strspn(row->card, "0123456789") == strlen(row->card));
    MUST(row->line > taken->line && row->line > 1 && row->card_column >= 1);
    taken->line = row->line;
    add(taken, row->card);
    for (size_t i = 0; i < names.count; i++) {
        MUST(row->values[i][0] != '\0' && row->columns[i] >= 1 && row->columns[i] != row->card_column);
        MUST(strspn(row->values[i], "0123456789ABCDEFabcdef") == strlen(row->values[i]));
        add(taken, row->values[i]);
    }
    MUST(row->columns[0] != row->columns[1]);
    return ++taken->rows < 1000 ? 0 : refuse(refusal, REFUSAL_INVALID, "enough");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct taken first = {0}, second = {0};
    struct refusal refusal = {0};
    int rc = data_file_parse((const char *)data, size, &names, take, &first, &refusal);
    MUST((rc == 0) == (refusal.kind == REFUSAL_NONE));
    MUST(rc == 0 || first.rows == 1000 || strncmp(refusal.text, "line ", 5) == 0);
    MUST(data_file_parse((const char *)data, size, &names, take, &second, &refusal) == rc);
    MUST(first.rows == second.rows && first.digest == second.digest); /* the text stays as it is */
    return 0;
}
