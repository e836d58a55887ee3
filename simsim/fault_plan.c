#include "simsim/fault_plan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/config_file.h"
#include "protocol/hex.h"

#define MSISDN_SIZE 21
#define SKIP_MAX 1e9
#define SEED_MAX 4294967295.0
#define DELAY_MAX 1e6 /* seconds */
#define RATE_MAX 1e6
#define NO_LIMIT UINT64_MAX
#define ACTIONS_MAX 8
#define EXPECTED_SIZE 200 /* all words of a table below, and more */
#define FIRST_PLACES 64

/* What a rule saw, and how often it struck. */
struct tally {
    uint64_t seen, struck;
};

struct rule {
    struct rule *next;
    unsigned number;          /* in the file, from 0 */
    char msisdn[MSISDN_SIZE]; /* digits, or * */
    enum fault_target target;
    struct fault fault;
    double probability;
    uint64_t skip, count;
    bool per_card;
    struct tally tally; /* of all cards */
    uint64_t rate;      /* what is above it in a second counts; 0: all */
    int64_t second;
    uint64_t in_second;
};

/* A rule's tally for one card. */
struct card_tally {
    char msisdn[MSISDN_SIZE]; /* empty: a free place */
    unsigned rule;
    struct tally tally;
};

struct fault_plan {
    struct rule *rules;
    uint64_t seed;
    struct card_tally *places; /* open addressing */
    size_t place_count, used;
};

/* What the reader knows of the group at hand, for its errors. */
struct source {
    const char *path;
    enum fault_front front;
    const struct config_group *group;
    char *error;
    size_t error_size;
};

static const char *const known_words[] = {
    "fault",      "fault.msisdn", "fault.what",        "fault.action",    "fault.count",
    "fault.skip", "fault.per",    "fault.probability", "fault.delay",     "fault.por-status",
    "fault.rate", "fault.sw",     "fault-plan",        "fault-plan.seed", NULL};

struct word {
    const char *text;
    enum fault_action action;
    unsigned fronts; /* where it can happen */
};

/* What can happen to what, and where: in readers only what a card does. */
#define AT_BOTH (FAULT_AT_SMSC | FAULT_AT_READERS)
/* clang-format off */
#define AIR_ACTIONS \
    {"lose", FAULT_LOSE, FAULT_AT_SMSC}, {"delay", FAULT_DELAY, FAULT_AT_SMSC}, \
    {"duplicate", FAULT_DUPLICATE, FAULT_AT_SMSC}, {"reorder", FAULT_REORDER, FAULT_AT_SMSC}
/* clang-format on */
static const struct target_words {
    const char *text;
    struct word actions[ACTIONS_MAX]; /* behind the last: no text */
} targets[] = {
    [FAULT_IN_MESSAGE] = {"message", {AIR_ACTIONS}},
    [FAULT_IN_POR] = {"por", {AIR_ACTIONS}},
    [FAULT_IN_RECEIPT] = {"receipt", {AIR_ACTIONS}},
    [FAULT_IN_CARD] = {"card",
                       {{"mute", FAULT_MUTE, AT_BOTH},
                        {"toolkit-busy", FAULT_TOOLKIT_BUSY, AT_BOTH},
                        {"memory-full", FAULT_MEMORY_FULL, AT_BOTH},
                        {"lie", FAULT_LIE, AT_BOTH},
                        {"garble", FAULT_GARBLE, AT_BOTH},
                        {"pull", FAULT_PULL, AT_BOTH},
                        {"delay", FAULT_DELAY, FAULT_AT_READERS}}},
    [FAULT_IN_PACKET] = {"packet", {{"error", FAULT_ERROR, AT_BOTH}}},
    [FAULT_IN_SUBMIT] = {"submit",
                         {{"throttle", FAULT_THROTTLE, FAULT_AT_SMSC},
                          {"queue-full", FAULT_QUEUE_FULL, FAULT_AT_SMSC},
                          {"disconnect", FAULT_DISCONNECT, FAULT_AT_SMSC},
                          {"disconnect-taken", FAULT_DISCONNECT_TAKEN, FAULT_AT_SMSC}}},
};
#define TARGET_COUNT (sizeof targets / sizeof *targets)

/* Keys that only some actions know. */
#define BIT(action) (1u << (action))
static const struct {
    const char *key;
    unsigned actions;
    const char *expected;
} special_keys[] = {
    {"delay", BIT(FAULT_DELAY) | BIT(FAULT_REORDER), "it only with action = delay or reorder"},
    {"por-status", BIT(FAULT_ERROR), "it only with action = error"},
    {"rate", BIT(FAULT_THROTTLE) | BIT(FAULT_QUEUE_FULL), "it only with action = throttle or queue-full"},
    {"sw", BIT(FAULT_LIE), "it only with action = lie"},
};

static int refuse(const struct source *source, const char *key, const char *expected)
{
    const char *value = config_get(source->group, key);
    snprintf(source->error, source->error_size, "%s:%u: %s %s%s%s, expected %s", source->path,
             config_key_line(source->group, key), key, value ? "'" : "is missing", value ? value : "",
             value ? "'" : "", expected);
    return -1;
}

/* A number from 0 to `most`; `*number` stays when the key is not there. */
static int read_number(const struct source *source, const char *key, double most, const char *expected,
                       double *number)
{
    const char *value = config_get(source->group, key);
    if (value == NULL)
        return 0;
    char *end;
    errno = 0;
    double parsed = strtod(value, &end);
    if (strspn(value, "0123456789.") != strlen(value) || end == value || *end != '\0' || errno != 0 ||
        parsed > most)
        return refuse(source, key, expected);
    *number = parsed;
    return 0;
}

static int read_whole(const struct source *source, const char *key, double most, double *number)
{
    char expected[48];
    snprintf(expected, sizeof expected, "a whole number up to %.0f", most);
    if (read_number(source, key, most, expected, number) < 0)
        return -1;
    return *number == (double)(uint64_t)*number ? 0 : refuse(source, key, expected);
}

static int read_msisdn(const struct source *source, char msisdn[static MSISDN_SIZE])
{
    const char *value = config_get(source->group, "msisdn");
    if (value == NULL)
        return refuse(source, "msisdn", "digits or *");
    value += value[0] == '+';
    size_t length = strlen(value);
    if (strcmp(value, "*") != 0 &&
        (length == 0 || length >= MSISDN_SIZE || strspn(value, "0123456789") != length))
        return refuse(source, "msisdn", "digits or *");
    memcpy(msisdn, value, length + 1);
    return 0;
}

static bool can_happen(const struct word *word, enum fault_front front)
{
    return word->text != NULL && (word->fronts & front) != 0;
}

/* The words of what can happen to that, and how many. */
static size_t list_actions(const struct target_words *target, enum fault_front front,
                           const char *words[static ACTIONS_MAX])
{
    size_t count = 0;
    for (const struct word *word = target->actions; word->text != NULL; word++)
        if (can_happen(word, front))
            words[count++] = word->text;
    return count;
}

static size_t list_targets(enum fault_front front, const char *words[static TARGET_COUNT])
{
    const char *actions[ACTIONS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < TARGET_COUNT; i++)
        if (list_actions(&targets[i], front, actions) > 0)
            words[count++] = targets[i].text;
    return count;
}

/* "a, b or c" and what is behind it. */
static int refuse_for(const struct source *source, const char *key, const char *const *words, size_t count,
                      const char *behind)
{
    char expected[EXPECTED_SIZE] = "";
    for (size_t i = 0, length = 0; i < count; i++, length = strlen(expected))
        snprintf(expected + length, sizeof expected - length, "%s%s",
                 i == 0          ? ""
                 : i + 1 < count ? ", "
                                 : " or ",
                 words[i]);
    strcat(expected, behind);
    return refuse(source, key, expected);
}

static int refuse_target(const struct source *source)
{
    const char *words[TARGET_COUNT];
    size_t count = list_targets(source->front, words);
    return refuse_for(
        source, "what", words, count,
        source->front == FAULT_AT_READERS ? " with --ifd and --vpcd: the SMSC is not simulated there" : "");
}

static int refuse_action(const struct source *source, const struct target_words *target)
{
    const char *words[ACTIONS_MAX];
    size_t count = list_actions(target, source->front, words);
    return refuse_for(source, "action", words, count, "");
}

static int read_target(const struct source *source, struct rule *rule)
{
    const char *value = config_get(source->group, "what"), *actions[ACTIONS_MAX];
    for (size_t i = 0; value != NULL && i < TARGET_COUNT; i++)
        if (strcmp(targets[i].text, value) == 0 && list_actions(&targets[i], source->front, actions) > 0) {
            rule->target = (enum fault_target)i;
            return 0;
        }
    return refuse_target(source);
}

static int read_action(const struct source *source, struct rule *rule)
{
    const struct target_words *target = &targets[rule->target];
    const char *value = config_get(source->group, "action");
    for (const struct word *word = target->actions; value != NULL && word->text != NULL; word++)
        if (strcmp(word->text, value) == 0 && can_happen(word, source->front)) {
            rule->fault.action = word->action;
            return 0;
        }
    return refuse_action(source, target);
}

static int check_special_keys(const struct source *source, const struct rule *rule)
{
    for (size_t i = 0; i < sizeof special_keys / sizeof *special_keys; i++)
        if (config_get(source->group, special_keys[i].key) != NULL &&
            (special_keys[i].actions & BIT(rule->fault.action)) == 0)
            return refuse(source, special_keys[i].key, special_keys[i].expected);
    return 0;
}

/* So many bytes in hex; a key that is not there has none. */
static bool read_hex(const struct source *source, const char *key, uint8_t *bytes, size_t count)
{
    const char *value = config_get(source->group, key);
    size_t length = 0;
    return value != NULL && hex_decode(value, strlen(value), bytes, count, &length) == 0 && length == count;
}

static int read_por_status(const struct source *source, struct rule *rule)
{
    uint8_t status;
    if (rule->fault.action != FAULT_ERROR)
        return 0;
    if (!read_hex(source, "por-status", &status, 1) || status < 0x01 || status > 0x0A)
        return refuse(source, "por-status", "01 to 0A");
    rule->fault.por_status = status;
    return 0;
}

/* ISO 7816-4 5.1.3: SW1 is 6x or 9x, and 60 is no status word. */
static int read_sw(const struct source *source, struct rule *rule)
{
    uint8_t sw[2];
    if (rule->fault.action != FAULT_LIE)
        return 0;
    if (!read_hex(source, "sw", sw, sizeof sw) || sw[0] == 0x60 ||
        ((sw[0] & 0xF0) != 0x60 && (sw[0] & 0xF0) != 0x90))
        return refuse(source, "sw", "6100 to 6FFF or 9000 to 9FFF");
    rule->fault.sw = (uint16_t)(sw[0] << 8 | sw[1]);
    return 0;
}

static int read_per(const struct source *source, struct rule *rule)
{
    const char *value = config_get(source->group, "per");
    if (value == NULL)
        return 0;
    rule->per_card = strcmp(value, "card") == 0;
    return rule->per_card || strcmp(value, "all") == 0 ? 0 : refuse(source, "per", "card or all");
}

/* How often: without a word about it one card is struck once, every card or a share for ever. */
static uint64_t default_count(const struct source *source, const struct rule *rule)
{
    bool endless = config_get(source->group, "probability") != NULL || rule->msisdn[0] == '*' ||
                   rule->fault.action == FAULT_MUTE || rule->rate != 0;
    return endless ? NO_LIMIT : 1;
}

static int read_limits(const struct source *source, struct rule *rule)
{
    double skip = 0, count = 1, delay = 1, rate = 0;
    rule->probability = 1;
    if (read_whole(source, "skip", SKIP_MAX, &skip) < 0 ||
        read_whole(source, "count", SKIP_MAX, &count) < 0 ||
        read_number(source, "probability", 1, "a number from 0 to 1", &rule->probability) < 0 ||
        read_number(source, "delay", DELAY_MAX, "seconds", &delay) < 0 ||
        read_number(source, "rate", RATE_MAX, "a whole number a second", &rate) < 0)
        return -1;
    if (rate != (double)(uint64_t)rate || (rate == 0 && config_get(source->group, "rate") != NULL))
        return refuse(source, "rate", "a whole number a second");
    bool waits = rule->fault.action == FAULT_DELAY || rule->fault.action == FAULT_REORDER;
    rule->fault.delay_ms = waits ? (int64_t)(delay * 1000 + 0.5) : 0;
    rule->rate = (uint64_t)rate;
    rule->skip = (uint64_t)skip;
    rule->count = config_get(source->group, "count") ? (uint64_t)count : default_count(source, rule);
    return 0;
}

static int read_rule(const struct source *source, struct rule *rule)
{
    if (read_target(source, rule) < 0 || read_action(source, rule) < 0 ||
        read_msisdn(source, rule->msisdn) < 0 || check_special_keys(source, rule) < 0 ||
        read_por_status(source, rule) < 0 || read_sw(source, rule) < 0 || read_per(source, rule) < 0)
        return -1;
    return read_limits(source, rule);
}

static int read_rules(const struct config_file *file, struct source *source, struct fault_plan *plan)
{
    struct rule **end = &plan->rules;
    unsigned number = 0;
    while ((source->group = config_group_next(file, "fault", source->group)) != NULL) {
        struct rule *rule = calloc(1, sizeof *rule);
        if (rule == NULL) {
            snprintf(source->error, source->error_size, "%s: out of memory", source->path);
            return -1;
        }
        rule->number = number++;
        *end = rule;
        end = &rule->next;
        if (read_rule(source, rule) < 0)
            return -1;
    }
    return 0;
}

static int read_seed(const struct config_file *file, struct source *source, struct fault_plan *plan)
{
    double seed = 1;
    source->group = config_group_next(file, "fault-plan", NULL);
    if (source->group != NULL && read_whole(source, "seed", SEED_MAX, &seed) < 0)
        return -1;
    plan->seed = (uint64_t)seed;
    return 0;
}

struct fault_plan *fault_plan_read(const char *path, enum fault_front front, char *error, size_t error_size)
{
    struct config_file *file = config_file_read(path, error, error_size);
    if (file == NULL)
        return NULL;
    struct source source = {.path = path, .front = front, .error = error, .error_size = error_size};
    struct fault_plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL)
        snprintf(error, error_size, "%s: out of memory", path);
    else if (config_check(file, known_words, error, error_size) < 0 || read_rules(file, &source, plan) < 0 ||
             read_seed(file, &source, plan) < 0)
        fault_plan_free(&plan);
    config_file_free(&file);
    return plan;
}

void fault_plan_free(struct fault_plan **plan)
{
    if (*plan == NULL)
        return;
    for (struct rule *rule = (*plan)->rules, *next; rule != NULL; rule = next) {
        next = rule->next;
        free(rule);
    }
    free((*plan)->places);
    free(*plan);
    *plan = NULL;
}

static uint64_t mix(uint64_t mixed) /* splitmix64 */
{
    mixed += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ mixed >> 31;
}

static uint64_t hash_of(const char *digits)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *digits != '\0'; digits++)
        hash = (hash ^ (unsigned char)*digits) * UINT64_C(1099511628211);
    return hash;
}

/* From 0 to below 1. */
static double chance(uint64_t seed, unsigned rule, const char *digits, uint64_t number)
{
    uint64_t mixed = mix(mix(mix(mix(seed) ^ rule) ^ hash_of(digits)) ^ number);
    return (double)(mixed >> 11) / (double)(UINT64_C(1) << 53);
}

/* Where the tally of that rule and card is, or would be. */
static struct card_tally *find_place(struct card_tally *places, size_t count, unsigned rule,
                                     const char *digits)
{
    size_t at = mix(hash_of(digits) ^ rule) & (count - 1);
    while (places[at].msisdn[0] != '\0' &&
           (places[at].rule != rule || strcmp(places[at].msisdn, digits) != 0))
        at = (at + 1) & (count - 1);
    return &places[at];
}

/* At least a quarter of the places stay free. */
static bool grow(struct fault_plan *plan)
{
    if (plan->used < plan->place_count / 4 * 3)
        return true;
    size_t count = plan->place_count ? 2 * plan->place_count : FIRST_PLACES;
    struct card_tally *places = calloc(count, sizeof *places);
    if (places == NULL)
        return false;
    for (size_t i = 0; i < plan->place_count; i++)
        if (plan->places[i].msisdn[0] != '\0')
            *find_place(places, count, plan->places[i].rule, plan->places[i].msisdn) = plan->places[i];
    free(plan->places);
    plan->places = places;
    plan->place_count = count;
    return true;
}

/* A rule's tally of this card; of all cards where no difference is made, or no memory left. */
static struct tally *tally_of(struct fault_plan *plan, struct rule *rule, const char *digits)
{
    bool one = rule->msisdn[0] != '*' || (rule->probability >= 1 && !rule->per_card);
    if (one || digits[0] == '\0' || strlen(digits) >= MSISDN_SIZE || !grow(plan))
        return &rule->tally;
    struct card_tally *place = find_place(plan->places, plan->place_count, rule->number, digits);
    if (place->msisdn[0] == '\0') {
        strcpy(place->msisdn, digits);
        place->rule = rule->number;
        plan->used++;
    }
    return &place->tally;
}

static bool matches(const struct rule *rule, enum fault_target target, const char *digits)
{
    return rule->target == target && (rule->msisdn[0] == '*' || strcmp(rule->msisdn, digits) == 0);
}

static bool is_above_rate(struct rule *rule, int64_t now_ms)
{
    if (rule->rate == 0)
        return true;
    if (rule->second != now_ms / 1000) {
        rule->second = now_ms / 1000;
        rule->in_second = 0;
    }
    return ++rule->in_second > rule->rate;
}

static bool strikes(struct fault_plan *plan, struct rule *rule, const char *digits)
{
    struct tally *card = tally_of(plan, rule, digits);
    struct tally *limit = rule->per_card ? card : &rule->tally;
    uint64_t number = rule->fault.action == FAULT_MUTE ? 0 : card->seen;
    card->seen++;
    if (limit != card)
        limit->seen++;
    if (limit->seen <= rule->skip || limit->struck >= rule->count ||
        chance(plan->seed, rule->number, digits, number) >= rule->probability)
        return false;
    limit->struck++;
    return true;
}

struct fault fault_plan_next(struct fault_plan *plan, enum fault_target target, const char *msisdn,
                             int64_t now_ms)
{
    const char *digits = msisdn + (msisdn[0] == '+');
    for (struct rule *rule = plan ? plan->rules : NULL; rule != NULL; rule = rule->next)
        if (matches(rule, target, digits) && is_above_rate(rule, now_ms) && strikes(plan, rule, digits))
            return rule->fault;
    return (struct fault){0};
}

const char *fault_action_text(enum fault_action action)
{
    static const char *const texts[FAULT_ACTION_COUNT] = {
        [FAULT_NONE] = "none",
        [FAULT_LOSE] = "lost",
        [FAULT_DELAY] = "delayed",
        [FAULT_DUPLICATE] = "duplicated",
        [FAULT_REORDER] = "reordered",
        [FAULT_MUTE] = "mute",
        [FAULT_TOOLKIT_BUSY] = "toolkit busy",
        [FAULT_MEMORY_FULL] = "memory full",
        [FAULT_ERROR] = "error",
        [FAULT_THROTTLE] = "throttled",
        [FAULT_QUEUE_FULL] = "queue full",
        [FAULT_DISCONNECT] = "disconnected",
        [FAULT_DISCONNECT_TAKEN] = "taken, disconnected",
        [FAULT_LIE] = "lies",
        [FAULT_GARBLE] = "garbles",
        [FAULT_PULL] = "pulled",
    };
    return texts[action];
}
