#include "tests/store/fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int scratch_make(void **state)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);
    unsetenv("OTABOX_MASTER_KEY");
    snprintf(scratch->directory, sizeof scratch->directory, "/tmp/otabox-store-XXXXXX");
    if (mkdtemp(scratch->directory) == NULL)
        return -1;
    snprintf(scratch->database, sizeof scratch->database, "%s/otabox.db", scratch->directory);
    snprintf(scratch->key_file, sizeof scratch->key_file, "%s/master.key", scratch->directory);
    *state = scratch;
    return 0;
}

int scratch_remove(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    struct scratch *scratch = *state;
    char path[128];
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        snprintf(path, sizeof path, "%s%s", scratch->database, suffixes[i]);
        unlink(path);
    }
    unlink(scratch->key_file);
    int rc = rmdir(scratch->directory);
    free(scratch);
    return rc;
}

static struct store *open_in(const struct scratch *scratch, bool read_only, struct refusal *refusal)
{
    struct store_options options = {
        .database = scratch->database, .master_key_file = scratch->key_file, .read_only = read_only};
    return store_open(&options, refusal);
}

struct store *store_open_in(const struct scratch *scratch, bool read_only)
{
    struct refusal refusal = {0};
    struct store *store = open_in(scratch, read_only, &refusal);
    if (store == NULL)
        fail_msg("%s", refusal.text);
    return store;
}

const struct refusal *store_refused_in(const struct scratch *scratch, bool read_only)
{
    static struct refusal refusal;
    struct store *store = open_in(scratch, read_only, &refusal);
    assert_null(store);
    return &refusal;
}

struct card_record record_number(unsigned int number)
{
    struct card_record record = {.key_set_count = 1};
    struct card_key_set *set = &record.key_sets[0];
    snprintf(record.iccid, sizeof record.iccid, "8991234567%09u", number);
    snprintf(record.imsi, sizeof record.imsi, "421230%09u", number);
    snprintf(record.msisdn, sizeof record.msisdn, "961%09u", number);
    set->index = 1;
    set->kic_size = set->kid_size = 16;
    for (unsigned int i = 0; i < 16; i++) {
        set->kic[i] = (uint8_t)(0xC0 + i + 31 * number);
        set->kid[i] = (uint8_t)(0x40 + 3 * i + 17 * number);
    }
    return record;
}

int64_t add_profile(struct store *store, const char *name)
{
    struct profile profile = {0};
    struct refusal refusal = {0};
    snprintf(profile.name, sizeof profile.name, "%s", name);
    if (profile_insert(store, &profile, NOW, &refusal) != 0)
        fail_msg("%s", refusal.text);
    return profile.id;
}

struct card add_card(struct store *store, int64_t profile_id, int64_t group_id, unsigned int number)
{
    struct card_record record = record_number(number);
    struct refusal refusal = {0};
    struct card card;
    if (card_insert(store, profile_id, group_id, &record, NOW, &card, &refusal) != 0)
        fail_msg("%s", refusal.text);
    return card;
}

int64_t add_group(struct store *store, int64_t profile_id, const char *name)
{
    struct card_group group = {.profile_id = profile_id};
    struct refusal refusal = {0};
    snprintf(group.name, sizeof group.name, "%s", name);
    if (group_insert(store, &group, NOW, &refusal) != 0)
        fail_msg("%s", refusal.text);
    return group.id;
}

void write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
}

static size_t append_file(const char *path, unsigned char **bytes, size_t length)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return length;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    *bytes = realloc(*bytes, length + (size_t)status.st_size + 1);
    assert_non_null(*bytes);
    length += fread(*bytes + length, 1, (size_t)status.st_size, file);
    fclose(file);
    return length;
}

unsigned char *read_database_bytes(const struct scratch *scratch, size_t *length)
{
    unsigned char *bytes = NULL;
    char wal[128];
    snprintf(wal, sizeof wal, "%s-wal", scratch->database);
    *length = append_file(scratch->database, &bytes, 0);
    *length = append_file(wal, &bytes, *length);
    return bytes;
}

void assert_refused(const struct refusal *refusal, enum refusal_kind kind, const char *text)
{
    assert_string_equal(refusal->text, text);
    assert_int_equal(refusal->kind, kind);
}
