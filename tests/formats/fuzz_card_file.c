/* A card file (.out): every record that is read keeps what the header promises. */
#include <stdbool.h>
#include <string.h>

#include "formats/card_file.h"
#include "tests/protocol/fuzz.h"

static void check_record(const struct card_record *record)
{
    MUST(strnlen(record->iccid, sizeof record->iccid) < sizeof record->iccid && record->iccid[0] != '\0');
    MUST(strnlen(record->imsi, sizeof record->imsi) < sizeof record->imsi);
    MUST(strnlen(record->msisdn, sizeof record->msisdn) < sizeof record->msisdn && record->msisdn[0] != '\0');
    MUST(record->key_set_count >= 1 && record->key_set_count <= CARD_KEY_SETS_MAX);
    for (size_t i = 0; i < record->key_set_count; i++) {
        const struct card_key_set *set = &record->key_sets[i];
        MUST(set->index >= 1 && set->index <= CARD_KEY_SETS_MAX);
        MUST(set->kic_size == 16 || set->kic_size == 24 || set->kic_size == 32);
        MUST(set->kid_size == 16 || set->kid_size == 24 || set->kid_size == 32);
    }
}

static void read_records(struct card_file *file)
{
    struct card_record record;
    struct card_file_error error;
    enum card_file_result result;
    while ((result = card_file_next(file, &record, &error)) != CARD_FILE_END && result != CARD_FILE_FAILED) {
        MUST(card_file_row(file) != NULL);
        if (result == CARD_FILE_RECORD)
            check_record(&record);
        else
            MUST(error.line > 0 && memchr(error.reason, '\0', sizeof error.reason) != NULL);
        card_record_wipe(&record);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct card_file_error error;
    char *copy = malloc(size + 1);
    MUST(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    FILE *stream = size == 0 ? NULL : fmemopen(copy, size, "r");
    struct card_file *file = stream == NULL ? NULL : card_file_open(stream, &error);
    if (file != NULL) {
        read_records(file);
        card_file_close(&file);
    }
    if (stream != NULL)
        fclose(stream);
    free(copy);
    return 0;
}
