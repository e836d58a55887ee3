/*
 * What goes wrong in the air, on purpose: a file in Kannel's grammar.
 *
 *   group = fault
 *   msisdn = 961234567891    (or * for every card)
 *   what = por               (message, por or receipt)
 *   action = lose            (lose, delay or duplicate)
 *   skip = 0                 (the first ones that are left alone)
 *   count = 1                (at most so many; default 1 for one card without a
 *                             probability, else without end)
 *   probability = 0.25       (default 1)
 *   delay = 2.5              (seconds; delay only, default 1)
 *
 *   group = fault-plan
 *   seed = 7                 (of the chances; default 1: a plan gives the same twice)
 *
 * `skip` and `count` count what the rule sees, over all cards for *. Of several
 * rules the first in the file that strikes does so; those behind it do not see it.
 */
#ifndef OTA_SIMSIM_FAULT_PLAN_H
#define OTA_SIMSIM_FAULT_PLAN_H

#include <stddef.h>
#include <stdint.h>

enum fault_target { FAULT_IN_MESSAGE, FAULT_IN_POR, FAULT_IN_RECEIPT };
enum fault_action { FAULT_NONE, FAULT_LOSE, FAULT_DELAY, FAULT_DUPLICATE };

struct fault {
    enum fault_action action;
    int64_t delay_ms; /* FAULT_DELAY only */
};

struct fault_plan;

/* NULL with one line in `error`: "faults.conf:3: …". */
struct fault_plan *fault_plan_read(const char *path, char *error, size_t error_size);
void fault_plan_free(struct fault_plan **plan);

/* What happens to this one; counts it. NULL is the plan without faults. */
struct fault fault_plan_next(struct fault_plan *plan, enum fault_target target, const char *msisdn);

/* "lost", "delayed", "duplicated"; "none". */
const char *fault_action_text(enum fault_action action);

#endif
