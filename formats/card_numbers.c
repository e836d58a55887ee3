#include "formats/card_numbers.h"

#include <stdlib.h>
#include <string.h>

#define FIELDS 3
#define FIRST_SIZE 4096 /* slots; a power of two */
#define LOW_DIGITS 18   /* what 64 bits hold for certain */

/* A number of at most 20 digits, exactly: 1 in front keeps its leading zeros. */
struct slot {
    uint64_t low;
    uint32_t high;
    uint32_t line; /* 0: free */
};

struct card_numbers {
    struct slot *slots;
    size_t size, used;
};

static const char *const field_names[FIELDS] = {"ICCID", "IMSI", "MSISDN"};

static const char *field_value(const struct card_record *record, size_t field)
{
    const char *const values[FIELDS] = {record->iccid, record->imsi, record->msisdn};
    return values[field];
}

static struct slot make_slot(size_t field, const char *digits, unsigned long line)
{
    size_t length = strlen(digits), split = length > LOW_DIGITS ? length - LOW_DIGITS : 0;
    uint64_t high = 1, low = 1;
    for (size_t i = 0; i < split; i++)
        high = high * 10 + (uint64_t)(digits[i] - '0');
    for (size_t i = split; i < length; i++)
        low = low * 10 + (uint64_t)(digits[i] - '0');
    return (struct slot){low, (uint32_t)(high * FIELDS + field), (uint32_t)line};
}

static size_t hash(const struct slot *slot)
{
    uint64_t mixed = (slot->low ^ (uint64_t)slot->high << 40) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mixed ^ mixed >> 32);
}

/* The slot that holds this number, or the free one where it belongs. */
static struct slot *find_slot(const struct card_numbers *numbers, const struct slot *wanted)
{
    size_t at = hash(wanted) & (numbers->size - 1);
    for (;; at = (at + 1) & (numbers->size - 1)) {
        struct slot *slot = &numbers->slots[at];
        if (slot->line == 0 || (slot->low == wanted->low && slot->high == wanted->high))
            return slot;
    }
}

static int grow(struct card_numbers *numbers)
{
    struct card_numbers larger = {calloc(2 * numbers->size, sizeof(struct slot)), 2 * numbers->size,
                                  numbers->used};
    if (larger.slots == NULL)
        return -1;
    for (size_t i = 0; i < numbers->size; i++)
        if (numbers->slots[i].line != 0)
            *find_slot(&larger, &numbers->slots[i]) = numbers->slots[i];
    free(numbers->slots);
    *numbers = larger;
    return 0;
}

struct card_numbers *card_numbers_new(void)
{
    struct card_numbers *numbers = calloc(1, sizeof *numbers);
    if (numbers == NULL)
        return NULL;
    numbers->size = FIRST_SIZE;
    numbers->slots = calloc(numbers->size, sizeof *numbers->slots);
    if (numbers->slots == NULL)
        card_numbers_free(&numbers);
    return numbers;
}

void card_numbers_free(struct card_numbers **numbers)
{
    if (*numbers == NULL)
        return;
    free((*numbers)->slots);
    free(*numbers);
    *numbers = NULL;
}

bool card_numbers_find(const struct card_numbers *numbers, const struct card_record *record,
                       struct card_repeat *repeat)
{
    for (size_t field = 0; field < FIELDS; field++) {
        const char *value = field_value(record, field);
        const struct slot wanted = make_slot(field, value, 0), *slot = find_slot(numbers, &wanted);
        if (slot->line == 0)
            continue;
        *repeat = (struct card_repeat){field_names[field], value, slot->line};
        return true;
    }
    return false;
}

int card_numbers_add(struct card_numbers *numbers, const struct card_record *record, unsigned long line)
{
    if (4 * (numbers->used + FIELDS) > 3 * numbers->size && grow(numbers) != 0)
        return -1;
    for (size_t field = 0; field < FIELDS; field++) {
        const struct slot slot = make_slot(field, field_value(record, field), line);
        *find_slot(numbers, &slot) = slot;
    }
    numbers->used += FIELDS;
    return 0;
}
