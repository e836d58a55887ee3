#include "config.h"

#include "simsim/reader_front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "simsim/faulty_link.h"
#include "simsim/faulty_packets.h"
#include "simsim/reader_command.h"
#include "simsim/reader_slot.h"
#include "smsc/log_line.h"

#define VPCD_SLOTS 2 /* compiled into Debian's vpcd */
#define LINE_SIZE 128
#define PROBLEM_SIZE 200

/* A card in a slot, and what its frames pass on their way to it. */
struct place {
    struct reader_front *front;
    struct reader_slot slot;
    struct sim_card *card; /* NULL: empty */
    struct faulty_link faulty;
    struct recorded_link recorded;
};

struct reader_front {
    struct population *population;
    struct reader_front_options options;
    struct reader_port port;
    struct place places[READER_SLOTS];
    struct faulty_packets faulty_packets;
    int control;
    char line[LINE_SIZE];
    size_t line_length; /* LINE_SIZE: too long, the rest is passed over */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void log_fault(const struct place *place, struct fault fault)
{
    char line[100];
    snprintf(line, sizeof line, "%s: fault: card %s", sim_card_msisdn(place->card),
             fault_action_text(fault.action));
    log_line(place->front->options.log, line);
}

/* Of an ENVELOPE. */
static struct fault next_fault(void *user)
{
    struct place *place = user;
    struct fault fault = fault_plan_next(place->front->options.faults, FAULT_IN_CARD,
                                         sim_card_msisdn(place->card), 0); /* it has no rate */
    if (fault.action == FAULT_DELAY)
        reader_slot_delay(&place->slot, fault.delay_ms);
    else if (fault.action == FAULT_PULL)
        reader_slot_pull(&place->slot);
    if (fault.action != FAULT_NONE)
        log_fault(place, fault);
    return fault;
}

static struct card_link link_of(struct place *place)
{
    const struct reader_front *front = place->front;
    place->faulty = (struct faulty_link){
        .inner = population_link(front->population, place->card), .user = place, .next = next_fault};
    place->recorded = (struct recorded_link){.recorder = front->options.recorder,
                                             .inner = faulty_link_to(&place->faulty),
                                             .name = sim_card_msisdn(place->card)};
    return front->options.recorder != NULL ? recorded_link_to(&place->recorded) : place->recorded.inner;
}

static void log_slot(struct reader_front *front, unsigned slot, const char *what)
{
    char line[100];
    snprintf(line, sizeof line, "%s: %s slot %u", sim_card_msisdn(front->places[slot].card), what, slot);
    log_line(front->options.log, line);
}

/* May this card go into that slot? Otherwise one line in `problem`. */
static bool is_free(struct reader_front *front, unsigned slot, const struct sim_card *card, char *problem)
{
    for (unsigned i = 0; i < READER_SLOTS; i++)
        if (front->places[i].card != NULL && (i == slot || front->places[i].card == card)) {
            snprintf(problem, PROBLEM_SIZE, "slot %u: the card %s is in it already", i,
                     sim_card_msisdn(front->places[i].card));
            return false;
        }
    return true;
}

static bool insert_card(struct reader_front *front, unsigned slot, struct sim_card *card, char *problem)
{
    if (!is_free(front, slot, card, problem))
        return false;
    front->places[slot].card = card;
    struct card_link link = link_of(&front->places[slot]);
    if (reader_slot_insert(&front->places[slot].slot, &link, problem, PROBLEM_SIZE)) {
        log_slot(front, slot, "inserted into");
        return true;
    }
    front->places[slot].card = NULL;
    return false;
}

static bool insert(struct reader_front *front, unsigned slot, const char *msisdn, char *problem)
{
    struct sim_card *card = population_find(front->population, msisdn);
    if (card != NULL)
        return insert_card(front, slot, card, problem);
    snprintf(problem, PROBLEM_SIZE, "slot %u: MSISDN '%.20s' has no card", slot, msisdn);
    return false;
}

static bool pull(struct reader_front *front, unsigned slot, char *problem)
{
    if (front->places[slot].card == NULL) {
        snprintf(problem, PROBLEM_SIZE, "slot %u: no card is in it", slot);
        return false;
    }
    reader_slot_remove(&front->places[slot].slot);
    log_slot(front, slot, "removed from");
    population_rest(front->population, front->places[slot].card);
    front->places[slot].card = NULL;
    return true;
}

static bool insert_first(struct reader_front *front, size_t count, char *problem)
{
    for (unsigned slot = 0; slot < count; slot++) {
        struct sim_card *card = population_card(front->population, slot);
        if (card == NULL)
            return true;
        if (!insert_card(front, slot, card, problem))
            return false;
    }
    return true;
}

static bool insert_list(struct reader_front *front, const char *list, char *problem)
{
    struct reader_command command;
    char line[LINE_SIZE];
    for (unsigned slot = 0; slot < READER_SLOTS; slot++) {
        size_t length = strcspn(list, ",");
        snprintf(line, sizeof line, "insert %u %.*s", slot, (int)(length < 40 ? length : 40), list);
        if (length > 0 && (!reader_command_parse(line, &command, problem, PROBLEM_SIZE) ||
                           !insert(front, slot, command.msisdn, problem)))
            return false;
        list += length;
        if (*list == '\0')
            return true;
        list++;
    }
    snprintf(problem, PROBLEM_SIZE, "--insert: more than %d cards, expected one a slot at most", READER_SLOTS);
    return false;
}

static bool insert_initial(struct reader_front *front, char *problem)
{
    const char *what = front->options.insert;
    if (what == NULL)
        return insert_first(front, front->options.ifd != NULL ? READER_SLOTS : VPCD_SLOTS, problem);
    if (what[0] >= '0' && what[0] <= '0' + READER_SLOTS && what[1] == '\0')
        return insert_first(front, (size_t)(what[0] - '0'), problem);
    return insert_list(front, what, problem);
}

struct reader_front *reader_front_open(struct population *population, const struct reader_front_options *options,
                                       char *error, size_t error_size)
{
    char problem[PROBLEM_SIZE] = "out of memory";
    struct reader_front *front = calloc(1, sizeof *front);
    if (front != NULL) {
        front->population = population;
        front->options = *options;
        front->control = options->control;
        front->faulty_packets = (struct faulty_packets){.plan = options->faults, .log = options->log};
        population_refuse_by(population, faulty_packets_refuse, &front->faulty_packets);
        for (unsigned slot = 0; slot < READER_SLOTS; slot++) {
            front->places[slot].front = front;
            reader_slot_init(&front->places[slot].slot, &front->port, slot);
        }
        if (!reader_port_init(&front->port, options->ifd, options->vpcd, problem, sizeof problem) ||
            !insert_initial(front, problem))
            reader_front_close(&front);
    }
    if (front == NULL)
        snprintf(error, error_size, "%s", problem);
    return front;
}

size_t reader_front_inserted(const struct reader_front *front)
{
    size_t count = 0;
    for (unsigned slot = 0; slot < READER_SLOTS; slot++)
        count += front->places[slot].card != NULL;
    return count;
}

/* --- the control */

static void answer_slot(struct reader_front *front, unsigned slot, const char *text)
{
    if (front->options.answers == NULL)
        return;
    fprintf(front->options.answers, "slot %u: %s\n", slot, text);
    fflush(front->options.answers);
}

static void complain(struct reader_front *front, const char *problem)
{
    if (front->options.answers == NULL)
        return;
    fprintf(front->options.answers, "refused: %s\n", problem);
    fflush(front->options.answers);
}

static void list_slots(struct reader_front *front)
{
    for (unsigned slot = 0; slot < READER_SLOTS; slot++)
        if (front->places[slot].card != NULL)
            answer_slot(front, slot, sim_card_msisdn(front->places[slot].card));
}

static void obey(struct reader_front *front, const char *line)
{
    struct reader_command command;
    char problem[PROBLEM_SIZE];
    bool done = reader_command_parse(line, &command, problem, sizeof problem);
    if (done && command.verb == READER_INSERT)
        done = insert(front, command.slot, command.msisdn, problem);
    else if (done && command.verb == READER_REMOVE)
        done = pull(front, command.slot, problem);
    if (!done)
        complain(front, problem);
    else if (command.verb == READER_LIST)
        list_slots(front);
    else
        answer_slot(front, command.slot, command.verb == READER_INSERT ? command.msisdn : "empty");
}

static void take_character(struct reader_front *front, char c)
{
    if (c != '\n') {
        if (front->line_length < LINE_SIZE)
            front->line[front->line_length++] = c;
        return;
    }
    if (front->line_length == LINE_SIZE)
        complain(front, "a line is too long");
    front->line[front->line_length < LINE_SIZE ? front->line_length : 0] = '\0';
    front->line_length = 0;
    if (front->line[strspn(front->line, " \t\r")] != '\0')
        obey(front, front->line);
}

/* Its end, or a terminal that belongs to others now (EIO), ends the control and nothing else. */
static void read_control(struct reader_front *front)
{
    char bytes[LINE_SIZE];
    ssize_t count = read(front->control, bytes, sizeof bytes);
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (count <= 0)
        front->control = -1;
    for (ssize_t i = 0; i < count; i++)
        take_character(front, bytes[i]);
}

/* --- the turn */

static int64_t shorter(int64_t a, int64_t b)
{
    return b < 0 || (a >= 0 && a < b) ? a : b;
}

static int wait_for_work(struct reader_front *front, struct pollfd polls[static READER_SLOTS + 1], int64_t wait_ms)
{
    int64_t now = now_ms();
    sigset_t none;
    sigemptyset(&none);
    for (unsigned slot = 0; slot < READER_SLOTS; slot++) {
        polls[slot] = reader_slot_poll(&front->places[slot].slot);
        wait_ms = shorter(wait_ms, reader_slot_wait(&front->places[slot].slot, now));
    }
    polls[READER_SLOTS] = (struct pollfd){.fd = front->control, .events = POLLIN};
    struct timespec timeout = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};
    return ppoll(polls, READER_SLOTS + 1, wait_ms < 0 ? NULL : &timeout, &none);
}

int reader_front_turn(struct reader_front *front, int64_t wait_ms)
{
    struct pollfd polls[READER_SLOTS + 1];
    int ready = wait_for_work(front, polls, wait_ms);
    if (ready < 0)
        return errno == EINTR ? 0 : -1;
    int64_t now = now_ms();
    population_set_time(front->population, now);
    for (unsigned slot = 0; slot < READER_SLOTS; slot++)
        reader_slot_read(&front->places[slot].slot, polls[slot].revents, now);
    if (polls[READER_SLOTS].revents != 0)
        read_control(front);
    errno = 0;
    if (population_commit(front->population) < 0)
        return -1;
    for (unsigned slot = 0; slot < READER_SLOTS; slot++)
        reader_slot_write(&front->places[slot].slot, now);
    return 0;
}

int reader_front_run(struct reader_front *front, const volatile sig_atomic_t *stop, char *error, size_t error_size)
{
    while (!*stop)
        if (reader_front_turn(front, -1) < 0) {
            snprintf(error, error_size, "readers: stopped: %s",
                     errno ? strerror(errno) : "what changed could not be made durable");
            return -1;
        }
    return 0;
}

void reader_front_close(struct reader_front **front)
{
    char problem[PROBLEM_SIZE];
    if (*front == NULL)
        return;
    for (unsigned slot = 0; slot < READER_SLOTS; slot++)
        pull(*front, slot, problem);
    population_refuse_by((*front)->population, NULL, NULL);
    free(*front);
    *front = NULL;
}
