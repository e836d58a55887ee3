#include "config.h"

#include "simsim/smpp_front.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "handset/phone_texts.h"
#include "protocol/errors.h"
#include "protocol/sms_tpdu.h"
#include "simsim/faulty_link.h"
#include "simsim/faulty_packets.h"
#include "smsc/log_line.h"
#include "smsc/smpp_server.h"
#include "smsc/sms_mapping.h"

struct smpp_front {
    struct population *population;
    struct smpp_front_options options;
    struct faulty_packets faulty_packets;
    struct smsc *smsc;
    struct smpp_server *server;
    struct phone_texts *texts;
};

/* One message at its subscriber. */
struct errand {
    struct smpp_front *front;
    struct sim_card *card;
    const struct smsc_message *message;
    struct delivery delivery;
    struct fault message_fault, card_fault, por_fault; /* por_fault: the last one that struck */
    bool por_sent;
};

static void note(struct smpp_front *front, const char *line)
{
    log_line(front->options.log, line);
}

static struct fault next_fault(struct smpp_front *front, enum fault_target target, const char *msisdn)
{
    return fault_plan_next(front->options.faults, target, msisdn, smsc_now(front->smsc));
}

/* A line about a subscriber. */
static void log_about(struct smpp_front *front, const char *msisdn, const char *what)
{
    char line[100];
    snprintf(line, sizeof line, "%s: %s", msisdn, what);
    note(front, line);
}

/* A text of all its SMS, in a line of its own length. */
static void log_text(struct errand *errand)
{
    const struct smsc_message *message = errand->message;
    const struct phone_sms sms = {.msisdn = sim_card_msisdn(errand->card),
                                  .dcs = message->data_coding,
                                  .has_header = (message->esm_class & SMPP_ESM_UDHI) != 0,
                                  .data = message->data,
                                  .length = message->length};
    char *text = phone_texts_take(errand->front->texts, &sms), *line = NULL;
    if (text != NULL && asprintf(&line, "%s: %s", sms.msisdn, text) >= 0)
        note(errand->front, line);
    free(line);
    free(text);
}

static struct smsc_copies copies_after(struct fault fault)
{
    struct smsc_copies copies = {
        .count = 1, .delay_ms = fault.delay_ms, .reorder = fault.action == FAULT_REORDER};
    if (fault.action == FAULT_LOSE)
        copies.count = 0;
    else if (fault.action == FAULT_DUPLICATE)
        copies.count = 2;
    return copies;
}

/* Something the card sends, on its way to the ESME. */
static bool originate(struct errand *errand, const struct smpp_message *message)
{
    struct smpp_front *front = errand->front;
    struct fault fault = next_fault(front, FAULT_IN_POR, sim_card_msisdn(errand->card));
    if (fault.action != FAULT_NONE)
        errand->por_fault = fault;
    errand->por_sent = true;
    return smsc_originate(front->smsc, message, copies_after(fault));
}

/* An SMS-SUBMIT of the card: to whom TP-DA says. */
static bool on_submit(void *user, const struct sms_submit *sms)
{
    struct errand *errand = user;
    struct smpp_message message = sms_mapping_submit(sms, sim_card_msisdn(errand->card));
    return originate(errand, &message);
}

/* In the receipt it can only be lost: what else happens, happens to the receipt. */
static void report_in_receipt(struct errand *errand)
{
    struct fault fault = next_fault(errand->front, FAULT_IN_POR, sim_card_msisdn(errand->card));
    errand->por_sent = true;
    if (fault.action == FAULT_LOSE)
        errand->por_fault = fault;
    else
        smsc_report(errand->front->smsc, errand->delivery.report, errand->delivery.report_length);
}

static void report_as_message(struct errand *errand)
{
    const struct delivery *delivery = &errand->delivery;
    struct smpp_message message = sms_mapping_report(errand->message, delivery->report,
                                                     delivery->report_length, sim_card_msisdn(errand->card));
    originate(errand, &message);
}

static void forward_report(struct errand *errand)
{
    if (errand->delivery.report_length == 0)
        return;
    switch (errand->front->options.por_route) {
    case POR_ROUTE_MO: report_as_message(errand); break;
    case POR_ROUTE_DLR: report_in_receipt(errand); break;
    case POR_ROUTE_DROP: break;
    }
}

static struct fault card_fault_of(void *user)
{
    const struct errand *errand = user;
    return errand->card_fault;
}

static void hand_over(struct errand *errand, const uint8_t *tpdu, size_t length)
{
    struct smpp_front *front = errand->front;
    struct faulty_link faulty = {
        .inner = population_link(front->population, errand->card), .user = errand, .next = card_fault_of};
    struct recorded_link recorded = {.recorder = front->options.recorder,
                                     .inner = faulty_link_to(&faulty),
                                     .name = sim_card_msisdn(errand->card)};
    const struct card_link recording = recorded_link_to(&recorded);
    struct handset_network network = {
        .user = errand, .submit = on_submit, .prefers_uicc = population_is_uicc(front->population)};
    population_set_time(front->population, smsc_now(front->smsc));
    handset_deliver(population_handset(front->population, errand->card),
                    front->options.recorder != NULL ? &recording : &recorded.inner, tpdu, length, &network,
                    &errand->delivery);
    forward_report(errand);
    population_rest(front->population, errand->card);
}

static void log_errand(const struct errand *errand, const char *state)
{
    char line[200];
    int length = snprintf(line, sizeof line, "%s: %zu bytes, %s", sim_card_msisdn(errand->card),
                          errand->message->length, state);
    if (errand->delivery.sw != 0)
        length += snprintf(line + length, sizeof line - (size_t)length, ", SW %04X", errand->delivery.sw);
    length +=
        snprintf(line + length, sizeof line - (size_t)length, ", PoR %s", errand->por_sent ? "yes" : "no");
    if (errand->message_fault.action != FAULT_NONE)
        length += snprintf(line + length, sizeof line - (size_t)length, ", fault: message %s",
                           fault_action_text(errand->message_fault.action));
    if (errand->card_fault.action != FAULT_NONE)
        length += snprintf(line + length, sizeof line - (size_t)length, ", fault: card %s",
                           fault_action_text(errand->card_fault.action));
    if (errand->por_fault.action != FAULT_NONE)
        snprintf(line + length, sizeof line - (size_t)length, ", fault: PoR %s",
                 fault_action_text(errand->por_fault.action));
    note(errand->front, line);
}

static const struct {
    enum smsc_outcome outcome;
    const char *text;
} outcomes[] = {
    [DELIVERY_ACCEPTED] = {SMSC_DELIVERED, "delivered"}, [DELIVERY_REFUSED] = {SMSC_REFUSED, "refused"},
    [DELIVERY_BUSY] = {SMSC_LATER, "card busy"},         [DELIVERY_NO_CARD] = {SMSC_LATER, "no card"},
    [DELIVERY_UNKNOWN] = {SMSC_UNKNOWN, "no answer"},
};

static struct smsc_result deliver_to_card(struct errand *errand)
{
    uint8_t tpdu[SMS_TPDU_MAX];
    struct byte_writer writer = byte_writer_on(tpdu, sizeof tpdu);
    int error = sms_mapping_deliver(errand->message, time(NULL), &writer);
    if (error != OTA_OK) {
        log_errand(errand, ota_error_text(error));
        return (struct smsc_result){.outcome = SMSC_REFUSED, .cause = FCS_UNSPECIFIED};
    }
    hand_over(errand, tpdu, writer.length);
    struct delivery first = errand->delivery;
    if (errand->message_fault.action == FAULT_DUPLICATE && errand->card_fault.action == FAULT_NONE)
        hand_over(errand, tpdu, writer.length);
    errand->delivery = first;
    log_errand(errand, outcomes[first.outcome].text);
    return (struct smsc_result){.outcome = outcomes[first.outcome].outcome, .cause = first.cause};
}

/* A text is shown, whatever its alphabet: it needs no TPDU here, as no card sees it. */
static struct smsc_result deliver_to_phone(struct errand *errand)
{
    errand->card_fault = next_fault(errand->front, FAULT_IN_CARD, sim_card_msisdn(errand->card));
    if (errand->card_fault.action == FAULT_MUTE) {
        log_errand(errand, "the phone is off");
        return (struct smsc_result){.outcome = SMSC_LATER};
    }
    if (handset_passes_to_card(errand->message->protocol_id, errand->message->data_coding))
        return deliver_to_card(errand);
    log_errand(errand, "shown by the phone");
    log_text(errand);
    return (struct smsc_result){.outcome = SMSC_DELIVERED};
}

static struct smsc_result on_deliver(void *user, const struct smsc_message *message)
{
    struct smpp_front *front = user;
    struct errand errand = {.front = front, .message = message};
    errand.card = population_find(front->population, message->destination.digits);
    if (errand.card == NULL)
        return (struct smsc_result){.outcome = SMSC_REFUSED, .cause = FCS_UNSPECIFIED};
    if (message->attempts == 0) /* later ones are the same message still */
        errand.message_fault = next_fault(front, FAULT_IN_MESSAGE, sim_card_msisdn(errand.card));
    switch (errand.message_fault.action) {
    case FAULT_LOSE: log_errand(&errand, "not delivered"); return (struct smsc_result){.outcome = SMSC_LOST};
    case FAULT_DELAY:
        log_errand(&errand, "waits");
        return (struct smsc_result){.outcome = SMSC_LATER, .delay_ms = errand.message_fault.delay_ms};
    case FAULT_REORDER:
        log_errand(&errand, "lets the next one pass");
        return (struct smsc_result){.outcome = SMSC_BEHIND, .delay_ms = errand.message_fault.delay_ms};
    default: return deliver_to_phone(&errand);
    }
}

static struct smsc_copies on_receipt(void *user, const struct smsc_message *message)
{
    struct smpp_front *front = user;
    struct fault fault = next_fault(front, FAULT_IN_RECEIPT, message->destination.digits);
    char what[40];
    snprintf(what, sizeof what, "receipt %s", fault_action_text(fault.action));
    if (fault.action != FAULT_NONE)
        log_about(front, message->destination.digits, what);
    return copies_after(fault);
}

static enum smsc_admission on_admit(void *user, const char *msisdn)
{
    struct smpp_front *front = user;
    struct fault fault = next_fault(front, FAULT_IN_SUBMIT, msisdn);
    char what[60];
    snprintf(what, sizeof what, "fault: submit_sm %s", fault_action_text(fault.action));
    if (fault.action != FAULT_NONE)
        log_about(front, msisdn, what);
    switch (fault.action) {
    case FAULT_THROTTLE: return SMSC_THROTTLE;
    case FAULT_QUEUE_FULL: return SMSC_QUEUE_FULL;
    case FAULT_DISCONNECT: return SMSC_HANG_UP;
    case FAULT_DISCONNECT_TAKEN: return SMSC_TAKE_AND_HANG_UP;
    default: return SMSC_ADMIT;
    }
}

static int on_save(void *user, const struct smsc_row *row)
{
    struct smpp_front *front = user;
    return population_save_row(front->population, row);
}

static int on_forget(void *user, enum smsc_row_kind kind, uint64_t id)
{
    struct smpp_front *front = user;
    return population_forget_row(front->population, kind, id);
}

static bool on_row(void *user, const struct smsc_row *row)
{
    struct smpp_front *front = user;
    return smsc_restore(front->smsc, row);
}

/* What an earlier run had accepted and not brought to its end. */
static int restore_rows(struct smpp_front *front, char *error, size_t error_size)
{
    char line[100];
    if (!population_keeps_rows(front->population))
        return 0;
    if (population_load_rows(front->population, front, on_row) != 0) {
        snprintf(error, error_size, "the messages of an earlier run cannot be restored");
        return -1;
    }
    size_t messages = smsc_pending_messages(front->smsc), deliveries = smsc_pending_deliveries(front->smsc);
    snprintf(line, sizeof line, "of an earlier run: %zu messages to cards, %zu to ESMEs", messages,
             deliveries);
    if (messages + deliveries > 0)
        note(front, line);
    return 0;
}

static bool on_knows(void *user, const char *msisdn)
{
    struct smpp_front *front = user;
    return population_find(front->population, msisdn) != NULL;
}

static void on_log(void *user, const char *line)
{
    note(user, line);
}

static int on_commit(void *user)
{
    struct smpp_front *front = user;
    return smsc_save(front->smsc) == 0 ? population_commit(front->population) : -1;
}

struct smpp_front *smpp_front_open(struct population *population, const struct smpp_front_options *options,
                                   char *error, size_t error_size)
{
    struct smpp_front *front = calloc(1, sizeof *front);
    if (front == NULL)
        goto no_memory;
    front->population = population;
    front->options = *options;
    front->faulty_packets = (struct faulty_packets){.plan = options->faults, .log = options->log};
    struct smsc_settings settings = {.system_id = options->system_id, .password = options->password};
    struct smsc_network network = {
        .user = front,
        .knows = on_knows,
        .deliver = on_deliver,
        .receipt = on_receipt,
        .admit = on_admit,
        .save = population_keeps_rows(population) ? on_save : NULL,
        .forget = on_forget,
        .log = on_log,
    };
    front->smsc = smsc_new(&settings, &network);
    front->texts = phone_texts_new();
    if (front->smsc == NULL || front->texts == NULL)
        goto no_memory;
    front->server = smpp_server_open(front->smsc, options->address, error, error_size);
    if (front->server == NULL || restore_rows(front, error, error_size) != 0)
        smpp_front_close(&front);
    else
        population_refuse_by(population, faulty_packets_refuse, &front->faulty_packets);
    return front;
no_memory:
    snprintf(error, error_size, "out of memory");
    smpp_front_close(&front);
    return NULL;
}

const char *smpp_front_address(const struct smpp_front *front)
{
    return smpp_server_address(front->server);
}

int smpp_front_run(struct smpp_front *front, const volatile sig_atomic_t *stop, char *error,
                   size_t error_size)
{
    struct smpp_server_hooks hooks = {.user = front, .commit = on_commit};
    return smpp_server_run(front->server, &hooks, stop, error, error_size);
}

void smpp_front_close(struct smpp_front **front)
{
    if (*front == NULL)
        return;
    population_refuse_by((*front)->population, NULL, NULL);
    smpp_server_close(&(*front)->server);
    smsc_free(&(*front)->smsc);
    phone_texts_free(&(*front)->texts);
    free(*front);
    *front = NULL;
}

struct smsc *smpp_front_smsc(struct smpp_front *front)
{
    return front->smsc;
}
