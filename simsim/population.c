/* All cards: made from a .out file and a profile, found by MSISDN, saved together. */
#include "simsim/population.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/bcd.h"
#include "simsim/card_content.h"
#include "simsim/card_index.h"
#include "simsim/card_keys.h"
#include "simsim/card_state.h"
#include "simsim/profile_xml.h"
#include "simsim/script_log.h"

#define KEY_BLOCK_SIZE 65536 /* keys of about 1600 cards; one card takes at most 1400, with 15 sets and 64 TARs */

struct key_block {
    struct key_block *next;
    size_t used;
    uint8_t bytes[KEY_BLOCK_SIZE];
};

struct population {
    struct card_environment environment;
    struct card_profile *profile;
    struct packet_crypto *crypto;
    struct sim_card *cards;
    size_t count, capacity;
    struct card_index by_msisdn;
    struct key_block *keys;
    struct card_state *state; /* NULL: nothing outlives the process */
    uint32_t *changed;        /* cards to be saved */
    size_t changed_count, changed_capacity;
    bool changed_unknown; /* there was no memory to note one: look at all */
    bool in_transaction;
    struct script_log *scripts;
    uint8_t (*refuse)(void *user, const char *msisdn);
    void *refuse_user;
};

static void note_changed(void *user, struct sim_card *card)
{
    struct population *population = user;
    if (population->changed_count == population->changed_capacity) {
        size_t capacity = population->changed_capacity == 0 ? 64 : 2 * population->changed_capacity;
        uint32_t *bigger = realloc(population->changed, capacity * sizeof *bigger);
        if (bigger == NULL) {
            population->changed_unknown = true;
            return;
        }
        population->changed = bigger;
        population->changed_capacity = capacity;
    }
    population->changed[population->changed_count++] = (uint32_t)(card - population->cards);
}

static void note_script(void *user, const char *line)
{
    struct population *population = user;
    script_log_add(population->scripts, line);
}

static uint8_t on_refuse(void *user, const char *msisdn)
{
    struct population *population = user;
    return population->refuse ? population->refuse(population->refuse_user, msisdn) : 0;
}

static uint8_t *allocate_keys(struct population *population, size_t size)
{
    if (population->keys == NULL || size > KEY_BLOCK_SIZE - population->keys->used) {
        struct key_block *block = malloc(sizeof *block);
        if (block == NULL)
            return NULL;
        block->next = population->keys;
        block->used = 0;
        population->keys = block;
    }
    uint8_t *at = population->keys->bytes + population->keys->used;
    population->keys->used += size;
    return at;
}

static void free_keys(struct population *population)
{
    while (population->keys != NULL) {
        struct key_block *next = population->keys->next;
        explicit_bzero(population->keys->bytes, population->keys->used);
        free(population->keys);
        population->keys = next;
    }
}

/* The next free struct at the end of the table; NULL: out of memory. */
static struct sim_card *allocate_card(struct population *population)
{
    if (population->count == population->capacity) {
        size_t capacity = population->capacity == 0 ? 16 : 2 * population->capacity;
        struct sim_card *bigger =
            capacity < NO_CARD ? realloc(population->cards, capacity * sizeof *bigger) : NULL;
        if (bigger == NULL)
            return NULL;
        population->cards = bigger;
        population->capacity = capacity;
    }
    return &population->cards[population->count];
}

/* Where the cards come from, while they do. */
struct loading {
    struct population *population;
    const char *path;
    struct card_index by_iccid;
    unsigned long ignored_rows; /* of the state */
    char *error;
    size_t error_size;
};

static void fill_card(struct population *population, const struct card_record *record, struct sim_card *card)
{
    *card =
        (struct sim_card){.environment = &population->environment, .cursor = {.df = MF_INDEX, .ef = NO_FILE}};
    strcpy(card->msisdn, record->msisdn);
    iccid_encode(record->iccid, card->iccid);
    imsi_encode(record->imsi, card->imsi);
    card->key_set_count = (uint8_t)record->key_set_count;
}

static bool add_card(struct loading *loading, const struct card_record *record)
{
    struct population *population = loading->population;
    struct sim_card *card = allocate_card(population);
    if (card == NULL)
        return false;
    fill_card(population, record, card);
    const char *twice = NULL;
    if (card_index_find(&population->by_msisdn, population->cards, card->msisdn) != NO_CARD)
        twice = "MSISDN";
    else if (card_index_find(&loading->by_iccid, population->cards, card->iccid) != NO_CARD)
        twice = "ICCID";
    if (twice != NULL) {
        fprintf(stderr, "%s:%lu: %s %s is there already, row left out\n", loading->path, record->line, twice,
                twice[0] == 'M' ? record->msisdn : record->iccid);
        return true;
    }
    card->key_sets = allocate_keys(population, card_keys_size(record, population->profile));
    if (card->key_sets == NULL)
        return false;
    card_keys_pack(record, population->profile, card->key_sets);
    uint32_t number = (uint32_t)population->count++;
    return card_index_add(&population->by_msisdn, population->cards, number) &&
           card_index_add(&loading->by_iccid, population->cards, number);
}

/* Every row of the file; 0, or -1 with `error` set. */
static int read_rows(struct loading *loading, struct card_file *file)
{
    struct card_record record;
    struct card_file_error problem;
    enum card_file_result result;
    int rc = 0;
    while (rc == 0 && (result = card_file_next(file, &record, &problem)) != CARD_FILE_END) {
        if (result == CARD_FILE_FAILED) {
            snprintf(loading->error, loading->error_size, "%s:%lu: %s", loading->path, problem.line,
                     problem.reason);
            rc = -1;
        } else if (result == CARD_FILE_REJECTED) {
            fprintf(stderr, "%s:%lu:%u: %s, row left out\n", loading->path, problem.line, problem.column,
                    problem.reason);
        } else if (!add_card(loading, &record)) {
            snprintf(loading->error, loading->error_size, "%s:%lu: out of memory", loading->path,
                     record.line);
            rc = -1;
        }
        card_record_wipe(&record);
    }
    return rc;
}

static int read_cards(struct loading *loading)
{
    struct card_file_error problem;
    FILE *stream = fopen(loading->path, "r");
    if (stream == NULL) {
        snprintf(loading->error, loading->error_size, "%s: %s", loading->path, strerror(errno));
        return -1;
    }
    int rc = -1;
    struct card_file *file = card_file_open(stream, &problem);
    if (file == NULL)
        snprintf(loading->error, loading->error_size, "%s:%lu:%u: %s", loading->path, problem.line,
                 problem.column, problem.reason);
    else
        rc = read_rows(loading, file);
    if (rc == 0 && loading->population->count == 0) {
        snprintf(loading->error, loading->error_size, "%s: no usable card", loading->path);
        rc = -1;
    }
    card_file_close(&file);
    fclose(stream);
    return rc;
}

static struct sim_card *find_by_iccid(struct loading *loading, const uint8_t *iccid)
{
    struct population *population = loading->population;
    uint32_t number = card_index_find(&loading->by_iccid, population->cards, iccid);
    return number == NO_CARD ? NULL : &population->cards[number];
}

static void restore_counter(void *user, const uint8_t iccid[static ICCID_SIZE], uint32_t owner,
                            uint64_t value)
{
    struct loading *loading = user;
    struct sim_card *card = find_by_iccid(loading, iccid);
    struct card_counter counter = {.at = NULL};
    if (card != NULL)
        counter = card_counter_find(card, owner);
    if (counter.at == NULL)
        loading->ignored_rows++;
    else
        card_counter_set(counter, value);
}

static void restore_file(void *user, const uint8_t iccid[static ICCID_SIZE], const char *path,
                         bool invalidated, const uint8_t *content, size_t length)
{
    struct loading *loading = user;
    const struct card_profile *profile = loading->population->profile;
    struct sim_card *card = find_by_iccid(loading, iccid);
    uint16_t file = card_profile_find_path(profile, path);
    if (card == NULL || file == NO_FILE || profile->files[file].kind != FILE_EF ||
        profile->files[file].size != length) {
        loading->ignored_rows++;
        return;
    }
    struct file_delta *delta = card_file_delta(card, file);
    if (delta == NULL) {
        snprintf(loading->error, loading->error_size, "out of memory");
        return;
    }
    memcpy(delta->content, content, length);
    delta->invalidated = invalidated;
}

static void restore_chv(void *user, const uint8_t iccid[static ICCID_SIZE], const struct chv_state *chv)
{
    struct loading *loading = user;
    struct sim_card *card = find_by_iccid(loading, iccid);
    struct chv_state *kept = card == NULL ? NULL : card_chv_to_change(card);
    if (kept == NULL) {
        loading->ignored_rows++;
        return;
    }
    *kept = *chv;
    card->changes = 0;
}

static int restore_cards(struct loading *loading, const char *directory)
{
    struct population *population = loading->population;
    const struct card_state_reader reader = {
        .user = loading, .counter = restore_counter, .file = restore_file, .chv = restore_chv};
    population->state = card_state_open(directory, loading->error, loading->error_size);
    if (population->state == NULL)
        return -1;
    loading->error[0] = '\0';
    if (card_state_load(population->state, &reader) != 0)
        snprintf(loading->error, loading->error_size, "%s: the cards' state cannot be read", directory);
    if (loading->ignored_rows > 0)
        fprintf(stderr, "%s: %lu saved items fit no card or file of today and are left aside\n", directory,
                loading->ignored_rows);
    return loading->error[0] == '\0' ? 0 : -1;
}

static int open_script_log(struct population *population, const char *directory, char *error,
                           size_t error_size)
{
    int64_t length = 0;
    if (population->state != NULL && card_state_load_log_length(population->state, &length) != 0) {
        snprintf(error, error_size, "%s: the length of the log cannot be read", directory);
        return -1;
    }
    population->scripts = script_log_open(directory, length, error, error_size);
    return population->scripts != NULL ? 0 : -1;
}

/* The tables as large as they must be. */
static void shrink(struct population *population)
{
    struct sim_card *cards = realloc(population->cards, population->count * sizeof *cards);
    if (cards != NULL) {
        population->cards = cards;
        population->capacity = population->count;
    }
}

static int fill_population(struct population *population, const struct population_options *options,
                           char *error, size_t error_size)
{
    struct loading loading = {
        .population = population, .path = options->cards_path, .error = error, .error_size = error_size};
    population->profile = profile_xml_read(options->profile_path, error, error_size);
    if (population->profile == NULL)
        return -1;
    population->crypto = packet_crypto_new();
    if (population->crypto == NULL) {
        snprintf(error, error_size, "OpenSSL lacks 3DES, AES or CMAC");
        return -1;
    }
    population->environment = (struct card_environment){.profile = population->profile,
                                                        .crypto = population->crypto,
                                                        .user = population,
                                                        .executed = note_script,
                                                        .refuse = on_refuse};
    card_index_init(&population->by_msisdn, offsetof(struct sim_card, msisdn),
                    sizeof((struct sim_card *)0)->msisdn);
    card_index_init(&loading.by_iccid, offsetof(struct sim_card, iccid), ICCID_SIZE);
    int rc = read_cards(&loading);
    if (rc == 0)
        shrink(population);
    if (rc == 0 && options->state_directory != NULL)
        rc = restore_cards(&loading, options->state_directory);
    if (rc == 0)
        rc = open_script_log(population, options->state_directory, error, error_size);
    population->environment.changed = note_changed; /* what was restored is no change */
    card_index_free(&loading.by_iccid);
    return rc;
}

struct population *population_open(const struct population_options *options, char *error, size_t error_size)
{
    struct population *population = calloc(1, sizeof *population);
    if (population == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    if (fill_population(population, options, error, error_size) != 0)
        population_close(&population);
    return population;
}

void population_close(struct population **closed)
{
    struct population *population = *closed;
    if (population == NULL)
        return;
    for (size_t i = 0; i < population->count; i++)
        card_release(&population->cards[i]);
    card_state_close(&population->state);
    script_log_close(&population->scripts);
    card_index_free(&population->by_msisdn);
    free_keys(population);
    free(population->cards);
    free(population->changed);
    packet_crypto_free(&population->crypto);
    card_profile_free(&population->profile);
    free(population);
    *closed = NULL;
}

bool population_is_uicc(const struct population *population)
{
    return population->profile->is_uicc;
}

size_t population_size(const struct population *population)
{
    return population->count;
}

struct sim_card *population_card(struct population *population, size_t number)
{
    return number < population->count ? &population->cards[number] : NULL;
}

struct sim_card *population_find(struct population *population, const char *msisdn)
{
    char key[MSISDN_DIGITS_MAX + 1] = "";
    if (*msisdn == '+')
        msisdn++;
    size_t length = strlen(msisdn);
    if (length > MSISDN_DIGITS_MAX)
        return NULL;
    memcpy(key, msisdn, length);
    uint32_t number = card_index_find(&population->by_msisdn, population->cards, key);
    return number == NO_CARD ? NULL : &population->cards[number];
}

const char *sim_card_msisdn(const struct sim_card *card)
{
    return card->msisdn;
}

struct card_link population_link(struct population *population, struct sim_card *card)
{
    (void)population;
    return card_link_to(card);
}

struct handset *population_handset(struct population *population, struct sim_card *card)
{
    (void)population;
    return &card->handset;
}

void population_log_scripts(struct population *population, FILE *stream)
{
    script_log_copy_to(population->scripts, stream);
}

void population_refuse_by(struct population *population, uint8_t (*refuse)(void *user, const char *msisdn),
                          void *user)
{
    population->refuse = refuse;
    population->refuse_user = user;
}

void population_set_time(struct population *population, int64_t monotonic_ms)
{
    population->environment.now = (uint64_t)monotonic_ms;
}

void population_rest(struct population *population, struct sim_card *card)
{
    (void)population;
    if (!card_session_is_needed(card))
        card_session_close(card);
}

static void forget_changes(struct sim_card *card)
{
    for (struct file_delta *delta = card->deltas; delta != NULL; delta = delta->next)
        delta->changed = false;
    card->changes = 0;
}

/* Calls `each` for every card that changed, until one call is not 0. */
static int for_changed(struct population *population, int (*each)(struct card_state *, struct sim_card *))
{
    int rc = 0;
    size_t count = population->changed_unknown ? population->count : population->changed_count;
    for (size_t i = 0; i < count && rc == 0; i++) {
        struct sim_card *card = &population->cards[population->changed_unknown ? i : population->changed[i]];
        if (card->changes != 0)
            rc = each(population->state, card);
    }
    return rc;
}

static int save_one(struct card_state *state, struct sim_card *card)
{
    return card_state_save(state, card);
}

static int forget_one(struct card_state *state, struct sim_card *card)
{
    (void)state;
    forget_changes(card);
    return 0;
}

/* The transaction of this turn; the first change begins it. */
static int begin(struct population *population)
{
    if (!population->in_transaction && card_state_begin(population->state) != 0)
        return -1;
    population->in_transaction = true;
    return 0;
}

bool population_keeps_rows(const struct population *population)
{
    return population->state != NULL;
}

int population_save_row(struct population *population, const struct smsc_row *row)
{
    return begin(population) == 0 ? card_state_save_row(population->state, row) : -1;
}

int population_forget_row(struct population *population, enum smsc_row_kind kind, uint64_t id)
{
    return begin(population) == 0 ? card_state_forget_row(population->state, kind, id) : -1;
}

int population_load_rows(struct population *population, void *user,
                         bool (*take)(void *user, const struct smsc_row *row))
{
    return card_state_load_rows(population->state, user, take);
}

/* The lines first: see script_log.h. */
static int save_scripts(struct population *population)
{
    if (!script_log_is_changed(population->scripts))
        return 0;
    int64_t length = script_log_write(population->scripts);
    return length < 0 ? -1 : card_state_save_log_length(population->state, length);
}

static int save_changed(struct population *population)
{
    if (begin(population) != 0)
        return -1;
    int rc = -1;
    if (for_changed(population, save_one) == 0 && save_scripts(population) == 0)
        rc = card_state_commit(population->state);
    if (rc != 0) {
        card_state_rollback(population->state);
        script_log_failed(population->scripts);
    }
    population->in_transaction = false;
    return rc;
}

int population_commit(struct population *population)
{
    bool changed = population->changed_count > 0 || population->changed_unknown ||
                   population->in_transaction || script_log_is_changed(population->scripts);
    if (!changed)
        return 0;
    if (population->state != NULL && save_changed(population) != 0)
        return -1; /* what changed stays noted, for the next try */
    script_log_committed(population->scripts);
    for_changed(population, forget_one);
    population->changed_count = 0;
    population->changed_unknown = false;
    return 0;
}
