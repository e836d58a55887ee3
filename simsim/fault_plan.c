#include "simsim/fault_plan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/config_file.h"

#define MSISDN_SIZE 21
#define SKIP_MAX 1e9
#define DELAY_MAX 1e6 /* seconds */
#define NO_LIMIT UINT64_MAX

struct rule {
    struct rule *next;
    char msisdn[MSISDN_SIZE]; /* digits, or * */
    enum fault_target target;
    struct fault fault;
    double probability;
    uint64_t skip, count; /* what is left of them */
};

struct fault_plan {
    struct rule *rules;
    uint64_t random;
};

/* What the reader knows of the group at hand, for its errors. */
struct source {
    const char *path;
    const struct config_group *group;
    char *error;
    size_t error_size;
};

static const char *const known_words[] = {
    "fault",      "fault.msisdn",      "fault.what",  "fault.action", "fault.count",
    "fault.skip", "fault.probability", "fault.delay", "fault-plan",   "fault-plan.seed",
    NULL};

struct word {
    const char *text;
    int value;
};
static const struct word targets[] = {
    {"message", FAULT_IN_MESSAGE}, {"por", FAULT_IN_POR}, {"receipt", FAULT_IN_RECEIPT}, {NULL, 0}};
static const struct word actions[] = {
    {"lose", FAULT_LOSE}, {"delay", FAULT_DELAY}, {"duplicate", FAULT_DUPLICATE}, {NULL, 0}};

static int refuse(const struct source *source, const char *key, const char *expected)
{
    const char *value = config_get(source->group, key);
    snprintf(source->error, source->error_size, "%s:%u: %s %s%s%s, expected %s", source->path,
             config_line(source->group), key, value ? "'" : "is missing", value ? value : "",
             value ? "'" : "", expected);
    return -1;
}

static int read_word(const struct source *source, const char *key, const struct word *words,
                     const char *expected)
{
    const char *value = config_get(source->group, key);
    for (; value != NULL && words->text != NULL; words++)
        if (strcmp(words->text, value) == 0)
            return words->value;
    return refuse(source, key, expected);
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

static int read_whole(const struct source *source, const char *key, double *number)
{
    if (read_number(source, key, SKIP_MAX, "a whole number", number) < 0)
        return -1;
    return *number == (double)(uint64_t)*number ? 0 : refuse(source, key, "a whole number");
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

static int read_limits(const struct source *source, struct rule *rule)
{
    double skip = 0, count = 1, delay = 1;
    rule->probability = 1;
    if (read_whole(source, "skip", &skip) < 0 || read_whole(source, "count", &count) < 0 ||
        read_number(source, "probability", 1, "a number from 0 to 1", &rule->probability) < 0 ||
        read_number(source, "delay", DELAY_MAX, "seconds", &delay) < 0)
        return -1;
    if (config_get(source->group, "delay") != NULL && rule->fault.action != FAULT_DELAY)
        return refuse(source, "delay", "it only with action = delay");
    bool endless = config_get(source->group, "probability") != NULL || rule->msisdn[0] == '*';
    rule->skip = (uint64_t)skip;
    rule->count = endless && config_get(source->group, "count") == NULL ? NO_LIMIT : (uint64_t)count;
    rule->fault.delay_ms = rule->fault.action == FAULT_DELAY ? (int64_t)(delay * 1000 + 0.5) : 0;
    return 0;
}

static int read_rule(const struct source *source, struct rule *rule)
{
    int target = read_word(source, "what", targets, "message, por or receipt");
    int action = target < 0 ? -1 : read_word(source, "action", actions, "lose, delay or duplicate");
    if (target < 0 || action < 0)
        return -1;
    rule->target = (enum fault_target)target;
    rule->fault.action = (enum fault_action)action;
    if (read_msisdn(source, rule->msisdn) < 0)
        return -1;
    return read_limits(source, rule);
}

static int read_rules(const struct config_file *file, struct source *source, struct fault_plan *plan)
{
    struct rule **end = &plan->rules;
    while ((source->group = config_group_next(file, "fault", source->group)) != NULL) {
        struct rule *rule = calloc(1, sizeof *rule);
        if (rule == NULL) {
            snprintf(source->error, source->error_size, "%s: out of memory", source->path);
            return -1;
        }
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
    if (source->group != NULL && read_whole(source, "seed", &seed) < 0)
        return -1;
    plan->random = (uint64_t)seed;
    return 0;
}

struct fault_plan *fault_plan_read(const char *path, char *error, size_t error_size)
{
    struct config_file *file = config_file_read(path, error, error_size);
    if (file == NULL)
        return NULL;
    struct source source = {.path = path, .error = error, .error_size = error_size};
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
    free(*plan);
    *plan = NULL;
}

/* splitmix64: from 0 to below 1. */
static double chance(struct fault_plan *plan)
{
    uint64_t mixed = plan->random += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    mixed ^= mixed >> 31;
    return (double)(mixed >> 11) / (double)(UINT64_C(1) << 53);
}

static bool matches(const struct rule *rule, enum fault_target target, const char *digits)
{
    return rule->target == target && (rule->msisdn[0] == '*' || strcmp(rule->msisdn, digits) == 0);
}

static bool strikes(struct fault_plan *plan, struct rule *rule)
{
    if (rule->skip > 0) {
        rule->skip--;
        return false;
    }
    if (rule->count == 0 || chance(plan) >= rule->probability)
        return false;
    if (rule->count != NO_LIMIT)
        rule->count--;
    return true;
}

struct fault fault_plan_next(struct fault_plan *plan, enum fault_target target, const char *msisdn)
{
    const char *digits = msisdn + (msisdn[0] == '+');
    for (struct rule *rule = plan ? plan->rules : NULL; rule != NULL; rule = rule->next)
        if (matches(rule, target, digits) && strikes(plan, rule))
            return rule->fault;
    return (struct fault){0};
}

const char *fault_action_text(enum fault_action action)
{
    static const char *const texts[] = {"none", "lost", "delayed", "duplicated"};
    return texts[action];
}
