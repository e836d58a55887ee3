#include "config.h"

#include "pcsc-bridge/bridge_front.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "handset/phone_texts.h"
#include "pcsc-bridge/card_worker.h"
#include "pcsc-bridge/delivery_marks.h"
#include "pcsc-bridge/reader_watch.h"
#include "protocol/errors.h"
#include "smsc/log_line.h"
#include "smsc/message_store.h"
#include "smsc/smpp_server.h"
#include "smsc/sms_mapping.h"

/* What comes of messages is made durable so often: fast cards would keep the disk busy. A kill in between
 * leaves a message as one that its card may have had. */
#define SAVE_LAG_MS 20

struct bridge_front {
    struct bridge_options options;
    struct card_worker_hooks hooks;
    struct reader_claims claims;
    struct card_worker *workers[BRIDGE_CARDS_MAX]; /* as the cards of the settings */
    struct reader_watch *watch;
    struct smsc *smsc;
    struct smpp_server *server;
    struct message_store *store; /* NULL, as the marks: nothing outlives the process */
    struct delivery_marks *marks;
    struct phone_texts *texts;
    /* Of each card, the last message of an earlier run that it may have had; 0: none. */
    uint64_t spent[BRIDGE_CARDS_MAX];
    int news_fd; /* a worker has something */
};

/* A card and its worker. */
struct lane {
    struct bridge_front *front;
    size_t index;
    const struct card_settings *card;
    struct card_worker *worker;
};

static struct lane lane_at(struct bridge_front *front, size_t index)
{
    return (struct lane){.front = front,
                         .index = index,
                         .card = &front->options.settings->cards[index],
                         .worker = front->workers[index]};
}

static bool find_lane(struct bridge_front *front, const char *msisdn, struct lane *lane)
{
    const struct card_settings *card = bridge_settings_find(front->options.settings, msisdn);
    if (card != NULL)
        *lane = lane_at(front, (size_t)(card - front->options.settings->cards));
    return card != NULL;
}

static void note(struct bridge_front *front, const char *msisdn, const char *what)
{
    char line[500];
    snprintf(line, sizeof line, "%s: %s", msisdn, what);
    log_line(front->options.log, line);
}

/* --- from the card to the ESME */

static void originate(const struct lane *lane, const struct smpp_message *message)
{
    if (!smsc_originate(lane->front->smsc, message, (struct smsc_copies){.count = 1}))
        note(lane->front, lane->card->msisdn, "an SMS of the card is lost: the queue to the ESME is full");
}

/* What the card has sent, in its order; how many. */
static unsigned forward_sms(const struct lane *lane)
{
    struct sms_submit sms;
    unsigned count = 0;
    for (; card_worker_next_sms(lane->worker, &sms); count++) {
        struct smpp_message message = sms_mapping_submit(&sms, lane->card->msisdn);
        originate(lane, &message);
    }
    return count;
}

static void forward_report(const struct lane *lane, const struct smsc_message *message,
                           const struct delivery *delivery)
{
    struct smpp_message report =
        sms_mapping_report(message, delivery->report, delivery->report_length, lane->card->msisdn);
    if (delivery->report_length == 0)
        return;
    switch (lane->front->options.settings->por_route) {
    case POR_ROUTE_MO: originate(lane, &report); break;
    case POR_ROUTE_DLR: smsc_report(lane->front->smsc, delivery->report, delivery->report_length); break;
    case POR_ROUTE_DROP: break;
    }
}

/* --- from the ESME to the card */

static const struct {
    enum smsc_outcome outcome;
    const char *text;
} outcomes[] = {
    [DELIVERY_ACCEPTED] = {SMSC_DELIVERED, "delivered"},
    [DELIVERY_REFUSED] = {SMSC_REFUSED, "refused"},
    [DELIVERY_BUSY] = {SMSC_LATER, "card busy"},
    [DELIVERY_NO_CARD] = {SMSC_LATER, "no card"},
    [DELIVERY_UNKNOWN] = {SMSC_UNKNOWN, "no answer, and the card may have it: not sent again"},
};

static void log_result(const struct lane *lane, const struct smsc_message *message,
                       const struct delivery *delivery, unsigned sent)
{
    char line[200];
    int length =
        snprintf(line, sizeof line, "%zu bytes, %s", message->length, outcomes[delivery->outcome].text);
    if (delivery->sw != 0)
        length += snprintf(line + length, sizeof line - (size_t)length, ", SW %04X", delivery->sw);
    if (delivery->outcome != DELIVERY_NO_CARD)
        snprintf(line + length, sizeof line - (size_t)length, ", PoR %s",
                 sent > 0 || delivery->report_length > 0 ? "yes" : "no");
    note(lane->front, lane->card->msisdn, line);
}

static struct smsc_result finish(const struct lane *lane, const struct smsc_message *message)
{
    struct delivery delivery;
    card_worker_take(lane->worker, &delivery);
    forward_report(lane, message, &delivery);
    unsigned sent = forward_sms(lane);
    /* No card is no news while the message waits for one. */
    if (delivery.outcome != DELIVERY_NO_CARD || message->attempts <= 1)
        log_result(lane, message, &delivery, sent);
    return (struct smsc_result){.outcome = outcomes[delivery.outcome].outcome, .cause = delivery.cause};
}

enum gift { GIVEN, HAS_ENOUGH, NO_SMS };

static enum gift give(const struct lane *lane, const struct smsc_message *message)
{
    uint8_t tpdu[SMS_TPDU_MAX];
    struct byte_writer writer = byte_writer_on(tpdu, sizeof tpdu);
    if (card_worker_has(lane->worker, message->id))
        return GIVEN;
    int error = sms_mapping_deliver(message, time(NULL), &writer);
    if (error != OTA_OK) {
        note(lane->front, lane->card->msisdn, ota_error_text(error));
        return NO_SMS;
    }
    return card_worker_give(lane->worker, message->id, tpdu, writer.length) ? GIVEN : HAS_ENOUGH;
}

/* The messages behind the first: the worker is not to wait for us. One that is not for the card is waited
 * for. */
static void give_ahead(const struct lane *lane)
{
    const struct smsc_message *message;
    for (size_t i = 1; i < CARD_JOBS_MAX; i++) {
        message = smsc_look_ahead(lane->front->smsc, lane->card->msisdn, i);
        if (message == NULL || !handset_passes_to_card(message->protocol_id, message->data_coding) ||
            give(lane, message) != GIVEN)
            return;
    }
}

/* The result of a message whose validity ended meanwhile: it had its receipt; what the card sent is still
 * sent. */
static void clear_late_result(const struct lane *lane)
{
    struct delivery delivery;
    card_worker_take(lane->worker, &delivery);
    forward_sms(lane);
    note(lane->front, lane->card->msisdn, "the card answered after the message had expired");
}

/* The worker's oldest message; what has expired is cleared away. */
static enum card_job job_of(const struct lane *lane, uint64_t id)
{
    uint64_t oldest;
    enum card_job job = card_worker_job(lane->worker, &oldest);
    for (; job == CARD_DONE && oldest != id; job = card_worker_job(lane->worker, &oldest))
        clear_late_result(lane);
    return job;
}

/* A text of all its SMS, in a line of its own length. */
static void show_text(const struct lane *lane, const struct smsc_message *message)
{
    const struct phone_sms sms = {.msisdn = lane->card->msisdn,
                                  .dcs = message->data_coding,
                                  .has_header = (message->esm_class & SMPP_ESM_UDHI) != 0,
                                  .data = message->data,
                                  .length = message->length};
    char *text = phone_texts_take(lane->front->texts, &sms), *line = NULL;
    if (text != NULL && asprintf(&line, "%s: %s", sms.msisdn, text) >= 0)
        log_line(lane->front->options.log, line);
    free(line);
    free(text);
}

static struct smsc_result on_deliver(void *user, const struct smsc_message *message)
{
    struct lane lane;
    if (!find_lane(user, message->destination.digits, &lane))
        return (struct smsc_result){.outcome = SMSC_REFUSED, .cause = FCS_UNSPECIFIED};
    if (!handset_passes_to_card(message->protocol_id, message->data_coding)) {
        note(lane.front, lane.card->msisdn, "a text, shown by the phone");
        show_text(&lane, message);
        return (struct smsc_result){.outcome = SMSC_DELIVERED};
    }
    if (message->id <= lane.front->spent[lane.index]) {
        note(lane.front, lane.card->msisdn, "the card may have it from before the restart: not sent again");
        return (struct smsc_result){.outcome = SMSC_UNKNOWN, .cause = FCS_UNSPECIFIED};
    }
    if (job_of(&lane, message->id) == CARD_DONE)
        return finish(&lane, message);
    enum gift gift = give(&lane, message);
    if (gift == NO_SMS)
        return (struct smsc_result){.outcome = SMSC_REFUSED, .cause = FCS_UNSPECIFIED};
    if (gift == GIVEN)
        give_ahead(&lane);
    return (struct smsc_result){.outcome = SMSC_PENDING};
}

static bool on_knows(void *user, const char *msisdn)
{
    struct lane lane;
    return find_lane(user, msisdn, &lane);
}

static struct smsc_copies on_receipt(void *user, const struct smsc_message *message)
{
    (void)user;
    (void)message;
    return (struct smsc_copies){.count = 1};
}

static void on_log(void *user, const char *line)
{
    struct bridge_front *front = user;
    log_line(front->options.log, line);
}

/* --- what workers and the watch say, in their threads */

static void on_news(void *user)
{
    struct bridge_front *front = user;
    uint64_t one = 1;
    if (write(front->news_fd, &one, sizeof one) < 0)
        return; /* the counter is full: it is awake */
}

static void on_worker_log(void *user, const char *msisdn, const char *line)
{
    note(user, msisdn, line);
}

static struct card_link on_wrap(void *user, const char *msisdn, const struct card_link *inner)
{
    struct bridge_front *front = user;
    return front->options.wrap(front->options.wrap_user, msisdn, inner);
}

static uint64_t on_handed(void *user, const char *msisdn, uint64_t id)
{
    struct lane lane;
    if (!find_lane(user, msisdn, &lane))
        return 0;
    uint64_t before = delivery_mark(lane.front->marks, lane.index);
    delivery_marks_set(lane.front->marks, lane.index, id);
    return before;
}

static void on_readers_changed(void *user)
{
    struct bridge_front *front = user;
    for (size_t i = 0; i < front->options.settings->card_count; i++)
        card_worker_kick(front->workers[i]);
}

static void hear_worker(const struct lane *lane)
{
    uint64_t id;
    enum card_job job = card_worker_job(lane->worker, &id);
    bool is_new = card_worker_is_new(lane->worker);
    if (job == CARD_NO_JOB)
        forward_sms(lane);
    if ((job == CARD_DONE || is_new) && !smsc_wake(lane->front->smsc, lane->card->msisdn) && job == CARD_DONE)
        clear_late_result(lane);
}

static void on_woken(void *user)
{
    struct bridge_front *front = user;
    uint64_t count;
    if (read(front->news_fd, &count, sizeof count) < 0)
        return;
    for (size_t i = 0; i < front->options.settings->card_count; i++) {
        struct lane lane = lane_at(front, i);
        hear_worker(&lane);
    }
}

/* --- what outlives the process */

static int on_save(void *user, const struct smsc_row *row)
{
    struct bridge_front *front = user;
    return message_store_save(front->store, row);
}

static int on_forget(void *user, enum smsc_row_kind kind, uint64_t id)
{
    struct bridge_front *front = user;
    return message_store_forget(front->store, kind, id);
}

static int on_commit(void *user)
{
    struct bridge_front *front = user;
    int saved = smsc_save(front->smsc);
    int committed = front->store != NULL ? message_store_commit(front->store) : 0;
    return saved == 0 ? committed : -1;
}

/* Has the card had it? Rows come in the order of their ids. */
static void note_spent(struct bridge_front *front, const struct smsc_row *row)
{
    struct lane lane;
    struct smpp_message content;
    if (row->kind == SMSC_ROW_MESSAGE && smpp_message_decode(row->body, row->length, &content) == OTA_OK &&
        find_lane(front, content.destination.digits, &lane) &&
        row->id <= delivery_mark(front->marks, lane.index))
        front->spent[lane.index] = row->id;
}

static bool on_row(void *user, const struct smsc_row *row)
{
    struct bridge_front *front = user;
    note_spent(front, row);
    return smsc_restore(front->smsc, row);
}

static bool restore(struct bridge_front *front, char *error, size_t error_size)
{
    char line[100];
    if (front->store == NULL)
        return true;
    snprintf(error, error_size, "message-file %.200s cannot be read", front->options.settings->message_file);
    if (message_store_load(front->store, front, on_row) != 0)
        return false;
    size_t messages = smsc_pending_messages(front->smsc), deliveries = smsc_pending_deliveries(front->smsc);
    snprintf(line, sizeof line, "of an earlier run: %zu messages to cards, %zu to ESMEs", messages,
             deliveries);
    if (messages + deliveries > 0)
        log_line(front->options.log, line);
    return true;
}

static bool open_files(struct bridge_front *front, char *error, size_t error_size)
{
    const struct bridge_settings *settings = front->options.settings;
    char marks[PATH_MAX + sizeof "-marks"], reason[300];
    if (settings->message_file[0] == '\0')
        return true;
    snprintf(marks, sizeof marks, "%s-marks", settings->message_file);
    front->store = message_store_open(settings->message_file, reason, sizeof reason);
    if (front->store != NULL)
        front->marks = delivery_marks_open(marks, settings, reason, sizeof reason);
    if (front->marks == NULL)
        snprintf(error, error_size, "message-file: %s", reason);
    return front->marks != NULL;
}

/* --- open, run, close */

static bool start_workers(struct bridge_front *front)
{
    front->hooks = (struct card_worker_hooks){.user = front,
                                              .claims = &front->claims,
                                              .news = on_news,
                                              .log = on_worker_log,
                                              .handed = front->marks != NULL ? on_handed : NULL,
                                              .wrap = front->options.wrap ? on_wrap : NULL};
    for (size_t i = 0; i < front->options.settings->card_count; i++) {
        front->workers[i] = card_worker_start(&front->options.settings->cards[i], &front->hooks);
        if (front->workers[i] == NULL)
            return false;
    }
    front->watch = reader_watch_start(on_readers_changed, front);
    return front->watch != NULL;
}

static bool open_smsc(struct bridge_front *front)
{
    const struct bridge_settings *settings = front->options.settings;
    struct smsc_settings account = {
        .system_id = settings->system_id, .password = settings->password, .save_lag_ms = SAVE_LAG_MS};
    struct smsc_network network = {.user = front,
                                   .knows = on_knows,
                                   .deliver = on_deliver,
                                   .receipt = on_receipt,
                                   .save = front->store != NULL ? on_save : NULL,
                                   .forget = on_forget,
                                   .log = on_log};
    front->smsc = smsc_new(&account, &network);
    front->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    front->texts = phone_texts_new();
    return front->smsc != NULL && front->news_fd >= 0 && front->texts != NULL;
}

struct bridge_front *bridge_front_open(const struct bridge_options *options, char *error, size_t error_size)
{
    struct bridge_front *front = calloc(1, sizeof *front);
    if (front == NULL)
        goto no_memory;
    front->options = *options;
    front->news_fd = -1;
    reader_claims_init(&front->claims);
    if (!open_files(front, error, error_size))
        goto failed;
    if (!open_smsc(front))
        goto no_memory;
    front->server = smpp_server_open(front->smsc, options->settings->smpp, error, error_size);
    if (front->server == NULL || !restore(front, error, error_size))
        goto failed;
    if (start_workers(front))
        return front;
no_memory:
    snprintf(error, error_size, "out of memory, or of threads");
failed:
    if (front != NULL)
        bridge_front_close(&front);
    return NULL;
}

const char *bridge_front_address(const struct bridge_front *front)
{
    return smpp_server_address(front->server);
}

static bool has_results(struct bridge_front *front)
{
    uint64_t id;
    bool has = false;
    for (size_t i = 0; i < front->options.settings->card_count && !has; i++)
        has = card_worker_job(front->workers[i], &id) == CARD_DONE;
    return has;
}

/* The workers finish what they are at, and its results are kept; what hangs is judged by its mark. */
static int settle(struct bridge_front *front)
{
    for (size_t i = 0; i < front->options.settings->card_count; i++)
        card_worker_end(front->workers[i]);
    for (unsigned turn = 0; turn <= CARD_JOBS_MAX && has_results(front); turn++) {
        for (size_t i = 0; i < front->options.settings->card_count; i++) {
            struct lane lane = lane_at(front, i);
            hear_worker(&lane);
        }
        smsc_run(front->smsc);
    }
    smsc_settle(front->smsc);
    return on_commit(front);
}

int bridge_front_run(struct bridge_front *front, const volatile sig_atomic_t *stop, char *error,
                     size_t error_size)
{
    struct smpp_server_hooks hooks = {
        .user = front, .commit = on_commit, .woken = on_woken, .wake_fd = front->news_fd};
    int rc = smpp_server_run(front->server, &hooks, stop, error, error_size);
    if (rc == 0 && settle(front) != 0) {
        snprintf(error, error_size, "what the cards did last could not be made durable");
        rc = -1;
    }
    return rc;
}

/* The watch first: it kicks the workers. */
static bool stop_threads(struct bridge_front *front)
{
    bool ended = reader_watch_stop(&front->watch);
    for (size_t i = 0; i < front->options.settings->card_count; i++)
        ended = card_worker_stop(&front->workers[i]) && ended;
    return ended;
}

bool bridge_front_close(struct bridge_front **front)
{
    if (*front == NULL)
        return true;
    bool ended = stop_threads(*front);
    smpp_server_close(&(*front)->server);
    smsc_free(&(*front)->smsc);
    phone_texts_free(&(*front)->texts);
    message_store_close(&(*front)->store);
    if (ended && (*front)->news_fd >= 0)
        close((*front)->news_fd);
    if (ended) {
        delivery_marks_close(&(*front)->marks);
        reader_claims_free(&(*front)->claims);
        free(*front);
    }
    *front = NULL;
    return ended;
}
