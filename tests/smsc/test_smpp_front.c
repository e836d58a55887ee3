/*
 * The front with cards of the test's own: from submit_sm to the bytes that the
 * card sees, from the card's SMS-SUBMIT to deliver_sm, and what faults do. Last,
 * once over a real socket.
 */
#include "tests/smsc/smpp_client.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/hex.h"
#include "simsim/smpp_front.h"

#define MSISDN "961234567891"

/* What the card of this test does with an ENVELOPE. */
enum behaviour { SENDS_POR, REPORTS_POR, IS_BUSY };

struct sim_card {
    struct handset handset;
    enum behaviour behaviour;
    unsigned envelopes, rests;
    uint8_t refused_with;
    char envelope[2 * APDU_COMMAND_MAX + 1];
};

#define ROWS_MAX 8
struct kept_row {
    bool here;
    struct smsc_row row;
    uint8_t body[SMSC_ROW_BODY_MAX];
};

struct population {
    struct sim_card card;
    unsigned commits, saves;
    bool disk_full, keeps;
    struct kept_row rows[3][ROWS_MAX];
    int64_t now;
    uint8_t (*refuse)(void *user, const char *msisdn);
    void *refuse_user;
};

static struct population world;

bool population_is_uicc(const struct population *population)
{
    (void)population;
    return false;
}

size_t population_size(const struct population *population)
{
    (void)population;
    return 1;
}

struct sim_card *population_find(struct population *population, const char *msisdn)
{
    return strcmp(msisdn + (msisdn[0] == '+'), MSISDN) == 0 ? &population->card : NULL;
}

const char *sim_card_msisdn(const struct sim_card *card)
{
    (void)card;
    return MSISDN;
}

static int reset(void *card, uint8_t atr[static ATR_SIZE_MAX], size_t *atr_length)
{
    (void)card;
    atr[0] = 0x3B;
    *atr_length = 1;
    return 0;
}

static int say(const char *hex, uint8_t response[static APDU_RESPONSE_MAX], size_t *length)
{
    assert_int_equal(hex_decode(hex, strlen(hex), response, APDU_RESPONSE_MAX, length), 0);
    return 0;
}

static const char *answer_envelope(struct sim_card *card)
{
    static const char *const answers[] = {[SENDS_POR] = "911B", [REPORTS_POR] = "9F05", [IS_BUSY] = "9300"};
    card->envelopes++;
    if (world.refuse != NULL)
        card->refused_with = world.refuse(world.refuse_user, MSISDN);
    return answers[card->behaviour];
}

static int transmit(void *user, const uint8_t *command, size_t length,
                    uint8_t response[static APDU_RESPONSE_MAX], size_t *response_length)
{
    struct sim_card *card = user;
    switch (command[1]) {
    case 0xC2:
        hex_encode(command, length, card->envelope);
        return say(answer_envelope(card), response, response_length);
    case 0xC0: return say("02710000CD9000", response, response_length);
    case 0x12:
        return say("D0198103011300820281838B0E4100038121F37FF60502710000AB9000", response, response_length);
    case 0xB0: return say("039000", response, response_length);
    default: return say("9000", response, response_length);
    }
}

struct card_link population_link(struct population *population, struct sim_card *card)
{
    (void)population;
    return (struct card_link){.card = card, .reset = reset, .transmit = transmit};
}

struct handset *population_handset(struct population *population, struct sim_card *card)
{
    (void)population;
    return &card->handset;
}

void population_set_time(struct population *population, int64_t monotonic_ms)
{
    population->now = monotonic_ms;
}

void population_rest(struct population *population, struct sim_card *card)
{
    (void)population;
    card->rests++;
}

void population_refuse_by(struct population *population, uint8_t (*refuse)(void *user, const char *msisdn),
                          void *user)
{
    population->refuse = refuse;
    population->refuse_user = user;
}

bool population_keeps_rows(const struct population *population)
{
    return population->keeps;
}

/* The rows by kind and id; `saves` counts what the storage had to do. */
int population_save_row(struct population *population, const struct smsc_row *row)
{
    struct kept_row *kept = &population->rows[row->kind][row->id % ROWS_MAX];
    population->saves++;
    kept->row = *row;
    kept->here = true;
    memcpy(kept->body, row->body, row->length);
    kept->row.body = kept->body;
    return 0;
}

int population_forget_row(struct population *population, enum smsc_row_kind kind, uint64_t id)
{
    struct kept_row *kept = &population->rows[kind][id % ROWS_MAX];
    assert_true(kept->here && kept->row.id == id);
    kept->here = false;
    return 0;
}

int population_load_rows(struct population *population, void *user,
                         bool (*take)(void *user, const struct smsc_row *row))
{
    for (size_t kind = SMSC_ROW_MESSAGE; kind <= SMSC_ROW_DELIVERY; kind++)
        for (size_t i = 0; i < ROWS_MAX; i++)
            if (population->rows[kind][i].here && !take(user, &population->rows[kind][i].row))
                return -1;
    return 0;
}

int population_commit(struct population *population)
{
    population->commits++;
    return population->disk_full && population->card.envelopes > 0 ? -1 : 0;
}

static char error[300];

struct scene {
    struct smpp_front *front;
    struct smsc *smsc;
    struct smsc_session *session;
    struct fault_plan *plan;
    int64_t now_ms;
    FILE *log;
};

/* Where the stream of the front's log writes: it keeps their addresses. */
static char *log_text;
static size_t log_size;

static struct fault_plan *plan_of(const char *text)
{
    char path[] = "/tmp/faults-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    struct fault_plan *plan = fault_plan_read(path, FAULT_AT_SMSC, error, sizeof error);
    unlink(path);
    assert_non_null(plan);
    return plan;
}

static void pass(struct scene *scene, int64_t milliseconds)
{
    scene->now_ms += milliseconds;
    smsc_set_time(scene->smsc, scene->now_ms, 1795348800 + scene->now_ms / 1000);
    smsc_run(scene->smsc);
}

static struct scene open_scene(enum behaviour behaviour, const char *faults, enum por_route route)
{
    struct scene scene = {.plan = faults ? plan_of(faults) : NULL};
    scene.log = open_memstream(&log_text, &log_size);
    assert_non_null(scene.log);
    struct smpp_front_options options = {.address = "127.0.0.1:0",
                                         .system_id = "kannel",
                                         .password = "kannel",
                                         .faults = scene.plan,
                                         .por_route = route,
                                         .log = scene.log};
    world = (struct population){.card.behaviour = behaviour};
    scene.front = smpp_front_open(&world, &options, error, sizeof error);
    assert_non_null(scene.front);
    scene.smsc = smpp_front_smsc(scene.front);
    pass(&scene, 0);
    scene.session = smsc_session_open(scene.smsc, "test");
    client_bind(scene.session, SMPP_BIND_TRANSCEIVER, "kannel", "kannel");
    client_expect(scene.session, SMPP_BIND_TRANSCEIVER | SMPP_RESPONSE, ESME_ROK);
    return scene;
}

static void close_scene(struct scene *scene)
{
    smsc_session_close(&scene->session);
    smpp_front_close(&scene->front);
    fault_plan_free(&scene->plan);
    fclose(scene->log);
    free(log_text);
}

static void submit(struct scene *scene)
{
    struct smpp_message message = client_message("+" MSISDN);
    strcpy(message.validity, "000000000030000R");
    client_submit(scene->session, &message, 1);
    pass(scene, 0);
    client_expect(scene->session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
}

static struct client_pdu expect_receipt(struct scene *scene, const char *state)
{
    struct client_pdu pdu = client_expect(scene->session, SMPP_DELIVER_SM, 0);
    assert_int_equal(pdu.message.esm_class, 0x04);
    assert_non_null(strstr(pdu.text, state));
    return pdu;
}

static void expect_envelope(const char *last_bytes)
{
    const char *end = world.card.envelope + strlen(world.card.envelope) - strlen(last_bytes);
    assert_string_equal(end, last_bytes);
}

/* A message whose last byte is `mark`; its answer has the status. */
static void submit_marked(struct scene *scene, uint8_t mark, uint32_t status)
{
    const uint8_t data[] = {0x02, 0x70, 0x00, 0xAA, mark};
    struct smpp_message message = client_message("+" MSISDN);
    strcpy(message.validity, "000000000030000R");
    message.data = data;
    client_submit(scene->session, &message, mark);
    client_expect(scene->session, SMPP_SUBMIT_SM | SMPP_RESPONSE, status);
}

static void expect_por(struct scene *scene, const char *destination, char last)
{
    struct client_pdu pdu = client_expect(scene->session, SMPP_DELIVER_SM, 0);
    assert_int_equal(pdu.message.esm_class, 0x40);
    assert_int_equal(pdu.message.protocol_id, 0x7F);
    assert_int_equal(pdu.message.data_coding, 0xF6);
    assert_int_equal(pdu.message.source.ton, 1);
    assert_string_equal(pdu.message.source.digits, MSISDN);
    assert_string_equal(pdu.message.destination.digits, destination);
    assert_int_equal(pdu.message.length, 5);
    assert_int_equal(pdu.text[4], last);
}

static void a_text_is_for_the_phone(void **state)
{
    (void)state;
    struct scene scene = open_scene(SENDS_POR, NULL, POR_ROUTE_MO);
    struct smpp_message message = client_message("+" MSISDN);
    message.data = (const uint8_t *)"hello";
    message.length = 5;
    message.esm_class = 0;
    message.protocol_id = 0;
    message.data_coding = 0; /* 7 bit */
    client_submit(scene.session, &message, 1);
    pass(&scene, 0);
    client_expect(scene.session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    expect_receipt(&scene, "DELIVRD");
    client_expect_silence(scene.session);
    assert_string_equal(world.card.envelope, "");
    fflush(scene.log);
    assert_non_null(strstr(log_text, MSISDN ": 5 bytes, shown by the phone, PoR no\n"));
    assert_non_null(strstr(log_text, MSISDN ": text of 1 SMS, GSM7: hello\n"));
    close_scene(&scene);
}

/* Its parts in the wrong order, of class 0, one of them as long as septets allow. */
static void a_long_text_is_joined(void **state)
{
    static char parts[2][160] = {"\5\0\3\7\2\1", "\5\0\3\7\2\2"};
    char expected[240] = MSISDN ": text of 2 SMS, GSM7, class 0: ";
    (void)state;
    struct scene scene = open_scene(SENDS_POR, NULL, POR_ROUTE_MO);
    memset(parts[0] + 6, 'a', 153);
    parts[1][6] = 'b';
    for (int i = 1; i >= 0; i--) {
        struct smpp_message message = client_message("+" MSISDN);
        message.data = (const uint8_t *)parts[i];
        message.length = i == 0 ? 159 : 7;
        message.esm_class = SMPP_ESM_UDHI;
        message.protocol_id = 0;
        message.data_coding = 0xF0;
        client_submit(scene.session, &message, (uint32_t)(2 - i));
        pass(&scene, 0);
        client_expect(scene.session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
        expect_receipt(&scene, "DELIVRD");
    }
    memset(expected + strlen(expected), 'a', 153);
    strcat(expected, "b\n");
    fflush(scene.log);
    assert_non_null(strstr(log_text, expected));
    close_scene(&scene);
}

static void a_por_by_submit_comes_behind_the_receipt(void **state)
{
    (void)state;
    struct scene scene = open_scene(SENDS_POR, NULL, POR_ROUTE_MO);
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)0xAB); /* to whom the card's TP-DA says */
    client_expect_silence(scene.session);
    /* 44: UDHI, no more messages; 05 81 21 43 F5: 12345 of the submit; PID, DCS; then time and user data */
    assert_non_null(strstr(world.card.envelope, "8B15440581"
                                                "2143F57FF6"));
    assert_string_equal(world.card.envelope + strlen(world.card.envelope) - 12, "05027000AABB");
    assert_int_equal(world.card.rests, 1);
    assert_int_equal(world.now, scene.now_ms);
    fflush(scene.log);
    assert_non_null(strstr(log_text, MSISDN ": 5 bytes, delivered, SW 911B, PoR yes\n"));
    close_scene(&scene);
}

static void a_por_in_the_report_is_a_message_or_dropped(void **state)
{
    (void)state;
    struct scene scene = open_scene(REPORTS_POR, NULL, POR_ROUTE_MO);
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "12345", (char)0xCD); /* to the sender */
    close_scene(&scene);
    scene = open_scene(REPORTS_POR, NULL, POR_ROUTE_DROP);
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    client_expect_silence(scene.session);
    close_scene(&scene);
}

static void a_busy_card_is_asked_again(void **state)
{
    (void)state;
    struct scene scene = open_scene(IS_BUSY, NULL, POR_ROUTE_MO);
    submit(&scene);
    client_expect_silence(scene.session);
    world.card.behaviour = SENDS_POR;
    pass(&scene, 1000);
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)0xAB);
    assert_int_equal(world.card.envelopes, 2);
    close_scene(&scene);
}

static void a_lost_message_expires(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        SENDS_POR, "group = fault\nmsisdn = " MSISDN "\nwhat = message\naction = lose\n", POR_ROUTE_MO);
    submit(&scene);
    client_expect_silence(scene.session);
    assert_int_equal(world.card.envelopes, 0);
    submit(&scene); /* the next one is not held up */
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)0xAB);
    pass(&scene, 30000);
    expect_receipt(&scene, "EXPIRED");
    assert_int_equal(world.card.envelopes, 1);
    close_scene(&scene);
}

static void a_lost_por_leaves_the_card_changed(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        SENDS_POR, "group = fault\nmsisdn = *\nwhat = por\naction = lose\ncount = 1\n", POR_ROUTE_MO);
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    client_expect_silence(scene.session);
    assert_int_equal(world.card.envelopes, 1);
    fflush(scene.log);
    assert_non_null(strstr(log_text, "PoR yes, fault: PoR lost\n"));
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)0xAB);
    close_scene(&scene);
}

static void delays_and_duplicates_happen(void **state)
{
    (void)state;
    struct scene scene =
        open_scene(SENDS_POR,
                   "group = fault\nmsisdn = *\nwhat = message\naction = delay\ndelay = 2\ncount = 1\n\n"
                   "group = fault\nmsisdn = *\nwhat = message\naction = duplicate\ncount = 1\n\n"
                   "group = fault\nmsisdn = *\nwhat = por\naction = delay\ndelay = 3\ncount = 1\n\n"
                   "group = fault\nmsisdn = *\nwhat = receipt\naction = duplicate\ncount = 1\n",
                   POR_ROUTE_MO);
    submit(&scene);
    pass(&scene, 1999);
    client_expect_silence(scene.session);
    pass(&scene, 1);
    assert_int_equal(world.card.envelopes, 1);
    expect_receipt(&scene, "DELIVRD");
    expect_receipt(&scene, "DELIVRD");
    pass(&scene, 2999);
    client_expect_silence(scene.session);
    pass(&scene, 1);
    expect_por(&scene, "123", (char)0xAB);
    submit(&scene);
    assert_int_equal(world.card.envelopes, 3); /* this one reached the card twice */
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)0xAB);
    expect_por(&scene, "123", (char)0xAB);
    client_expect_silence(scene.session);
    close_scene(&scene);
}

static void the_report_may_travel_in_the_receipt(void **state)
{
    (void)state;
    struct scene scene = open_scene(REPORTS_POR, NULL, POR_ROUTE_DLR);
    submit(&scene);
    struct client_pdu pdu = expect_receipt(&scene, "stat:DELIVRD err:000 text:");
    const char *text = strstr(pdu.text, "text:") + 5;
    assert_int_equal(pdu.message.length, text + 5 - pdu.text);
    assert_memory_equal(text, "\x02\x71\x00\x00\xCD", 5);
    client_expect_silence(scene.session);
    fflush(scene.log);
    assert_non_null(strstr(log_text, "SW 9F05, PoR yes\n"));
    close_scene(&scene);
    /* an SMS of the card is one on each route */
    scene = open_scene(SENDS_POR, NULL, POR_ROUTE_DLR);
    submit(&scene);
    pdu = expect_receipt(&scene, "DELIVRD");
    assert_string_equal(strstr(pdu.text, "text:"), "text:");
    expect_por(&scene, "123", (char)0xAB);
    close_scene(&scene);
}

static void in_the_receipt_a_por_can_be_lost(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        REPORTS_POR, "group = fault\nmsisdn = *\nwhat = por\naction = lose\ncount = 1\n", POR_ROUTE_DLR);
    submit(&scene);
    struct client_pdu pdu = expect_receipt(&scene, "DELIVRD");
    assert_string_equal(strstr(pdu.text, "text:"), "text:");
    submit(&scene);
    pdu = expect_receipt(&scene, "DELIVRD");
    assert_memory_equal(strstr(pdu.text, "text:") + 5, "\x02\x71", 2);
    close_scene(&scene);
}

static void messages_change_their_order(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        SENDS_POR, "group = fault\nmsisdn = *\nwhat = message\naction = reorder\ndelay = 5\ncount = 2\n",
        POR_ROUTE_DROP);
    submit_marked(&scene, 0x01, ESME_ROK);
    pass(&scene, 0);
    assert_int_equal(world.card.envelopes, 0);
    world.card.behaviour = IS_BUSY; /* so that the card has seen one only */
    submit_marked(&scene, 0x02, ESME_ROK);
    pass(&scene, 0);
    assert_int_equal(world.card.envelopes, 1);
    expect_envelope("05027000AA01"); /* the second lets the first pass in its turn */
    close_scene(&scene);

    scene = open_scene(SENDS_POR,
                       "group = fault\nmsisdn = *\nwhat = message\naction = reorder\ndelay = 5\ncount = 1\n",
                       POR_ROUTE_DROP);
    submit_marked(&scene, 0x01, ESME_ROK);
    pass(&scene, 0);
    world.card.behaviour = IS_BUSY;
    submit_marked(&scene, 0x02, ESME_ROK);
    pass(&scene, 0);
    assert_int_equal(world.card.envelopes, 1);
    expect_envelope("05027000AA02");
    world.card.behaviour = SENDS_POR;
    pass(&scene, 1000);
    expect_envelope("05027000AA01");
    close_scene(&scene);

    scene = open_scene(SENDS_POR, "group = fault\nmsisdn = *\nwhat = message\naction = reorder\ndelay = 5\n",
                       POR_ROUTE_DROP);
    submit_marked(&scene, 0x01, ESME_ROK); /* nothing follows */
    pass(&scene, 0);
    pass(&scene, 4999);
    assert_int_equal(world.card.envelopes, 0);
    pass(&scene, 1);
    assert_int_equal(world.card.envelopes, 1);
    close_scene(&scene);
}

static void receipts_and_pors_change_their_order(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        SENDS_POR, "group = fault\nmsisdn = *\nwhat = receipt\naction = reorder\ncount = 1\n", POR_ROUTE_MO);
    submit(&scene);
    expect_por(&scene, "123", (char)0xAB);
    expect_receipt(&scene, "DELIVRD");
    client_expect_silence(scene.session);
    close_scene(&scene);

    scene = open_scene(SENDS_POR, "group = fault\nmsisdn = *\nwhat = por\naction = reorder\ncount = 1\n",
                       POR_ROUTE_MO);
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    client_expect_silence(scene.session); /* the PoR waits for something of the next message */
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)0xAB);
    expect_por(&scene, "123", (char)0xAB);
    close_scene(&scene);

    scene = open_scene(SENDS_POR, "group = fault\nmsisdn = *\nwhat = por\naction = reorder\ndelay = 2\n",
                       POR_ROUTE_MO);
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    pass(&scene, 1999);
    client_expect_silence(scene.session);
    pass(&scene, 1);
    expect_por(&scene, "123", (char)0xAB);
    close_scene(&scene);
}

static void a_mute_phone_lets_everything_expire(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        SENDS_POR, "group = fault\nmsisdn = " MSISDN "\nwhat = card\naction = mute\n", POR_ROUTE_MO);
    submit(&scene);
    for (unsigned second = 0; second < 29; second++)
        pass(&scene, 1000);
    client_expect_silence(scene.session);
    pass(&scene, 1000);
    expect_receipt(&scene, "EXPIRED");
    client_expect_silence(scene.session);
    assert_int_equal(world.card.envelopes, 0);
    close_scene(&scene);
}

static void a_toolkit_is_busy_as_often_as_planned(void **state)
{
    (void)state;
    struct scene scene =
        open_scene(SENDS_POR, "group = fault\nmsisdn = *\nwhat = card\naction = toolkit-busy\ncount = 2\n",
                   POR_ROUTE_MO);
    submit(&scene);
    client_expect_silence(scene.session);
    pass(&scene, 1000);
    client_expect_silence(scene.session);
    pass(&scene, 2000); /* back-off */
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)0xAB);
    assert_int_equal(world.card.envelopes, 1);
    fflush(scene.log);
    assert_non_null(strstr(log_text, "card busy, SW 9300, PoR no, fault: card toolkit busy\n"));
    close_scene(&scene);
}

static void a_lie_is_told_on(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        REPORTS_POR, "group = fault\nmsisdn = *\nwhat = card\naction = lie\nsw = 9000\ncount = 1\n",
        POR_ROUTE_MO);
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    client_expect_silence(scene.session); /* the card was not asked for its report */
    assert_int_equal(world.card.envelopes, 1);
    fflush(scene.log);
    assert_non_null(strstr(log_text, "delivered, SW 9000, PoR no, fault: card lies\n"));
    close_scene(&scene);
}

static void a_garbled_por_is_passed_on(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        SENDS_POR, "group = fault\nmsisdn = *\nwhat = card\naction = garble\ncount = 1\n", POR_ROUTE_MO);
    submit(&scene);
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)(0xAB ^ 0xFF));
    close_scene(&scene);
}

static void of_a_pulled_card_nobody_knows(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        SENDS_POR, "group = fault\nmsisdn = *\nwhat = card\naction = pull\ncount = 1\n", POR_ROUTE_MO);
    submit(&scene);
    expect_receipt(&scene, "stat:UNKNOWN err:255");
    client_expect_silence(scene.session);
    pass(&scene, 60000);
    client_expect_silence(scene.session);
    assert_int_equal(world.card.envelopes, 1);
    submit(&scene); /* it is back */
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)0xAB);
    close_scene(&scene);
}

static void a_full_memory_is_refused_for_good(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        SENDS_POR, "group = fault\nmsisdn = " MSISDN "\nwhat = card\naction = memory-full\n", POR_ROUTE_MO);
    submit(&scene);
    expect_receipt(&scene, "stat:UNDELIV err:255");
    client_expect_silence(scene.session);
    assert_int_equal(world.card.envelopes, 0);
    close_scene(&scene);
}

static void packets_are_refused_as_planned(void **state)
{
    (void)state;
    struct scene scene = open_scene(
        SENDS_POR, "group = fault\nmsisdn = " MSISDN "\nwhat = packet\naction = error\npor-status = 09\n",
        POR_ROUTE_DROP);
    submit(&scene);
    assert_int_equal(world.card.refused_with, 0x09);
    expect_receipt(&scene, "DELIVRD");
    expect_por(&scene, "123", (char)0xAB);
    submit(&scene);
    assert_int_equal(world.card.refused_with, 0x00);
    close_scene(&scene);
    assert_null(world.refuse); /* the front is gone, the cards are not */
}

static void submits_are_refused_as_planned(void **state)
{
    (void)state;
    struct scene scene =
        open_scene(SENDS_POR,
                   "group = fault\nmsisdn = *\nwhat = submit\naction = throttle\nskip = 1\ncount = 2\n\n"
                   "group = fault\nmsisdn = " MSISDN "\nwhat = submit\naction = queue-full\nskip = 1\n",
                   POR_ROUTE_MO);
    submit_marked(&scene, 1, ESME_ROK);
    submit_marked(&scene, 2, ESME_RTHROTTLED);
    submit_marked(&scene, 3, ESME_RTHROTTLED);
    submit_marked(&scene, 4, ESME_RMSGQFUL);
    submit_marked(&scene, 5, ESME_ROK);
    assert_int_equal(smsc_pending_messages(scene.smsc), 2);
    close_scene(&scene);
    scene = open_scene(SENDS_POR, "group = fault\nmsisdn = *\nwhat = submit\naction = throttle\nrate = 2\n",
                       POR_ROUTE_MO);
    submit_marked(&scene, 1, ESME_ROK);
    submit_marked(&scene, 2, ESME_ROK);
    submit_marked(&scene, 3, ESME_RTHROTTLED);
    pass(&scene, 1000);
    while (smsc_pending_deliveries(scene.smsc) > 0)
        client_header(scene.session, SMPP_DELIVER_SM | SMPP_RESPONSE, 0,
                      client_expect(scene.session, SMPP_DELIVER_SM, 0).header.sequence);
    submit_marked(&scene, 4, ESME_ROK);
    close_scene(&scene);
}

static void sessions_break_as_planned(void **state)
{
    (void)state;
    static const struct {
        const char *action;
        size_t taken;
    } cases[] = {{"disconnect", 0}, {"disconnect-taken", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char plan[200];
        snprintf(plan, sizeof plan,
                 "group = fault\nmsisdn = *\nwhat = submit\naction = %s\nskip = 1\ncount = 1\n",
                 cases[i].action);
        struct scene scene = open_scene(SENDS_POR, plan, POR_ROUTE_MO);
        submit_marked(&scene, 1, ESME_ROK);
        struct smpp_message message = client_message(MSISDN);
        client_submit(scene.session, &message, 2);
        client_expect_silence(scene.session);
        assert_true(smsc_session_is_over(scene.session));
        assert_int_equal(smsc_pending_messages(scene.smsc), 1 + cases[i].taken);
        close_scene(&scene);
    }
}

/* A second front on what the first one had saved: nothing accepted is forgotten, nothing answered comes
 * again. */
static void what_was_accepted_outlives_the_front(void **state)
{
    (void)state;
    struct scene scene = open_scene(IS_BUSY, NULL, POR_ROUTE_MO);
    struct scene first = scene;
    struct smpp_front_options options = {
        .address = "127.0.0.1:0", .system_id = "kannel", .password = "kannel", .log = scene.log};
    smsc_session_close(&first.session);
    smpp_front_close(&first.front);
    world.keeps = true;
    scene.front = smpp_front_open(&world, &options, error, sizeof error);
    scene.smsc = smpp_front_smsc(scene.front);
    pass(&scene, 0);
    scene.session = smsc_session_open(scene.smsc, "test");
    client_bind(scene.session, SMPP_BIND_TRANSCEIVER, "kannel", "kannel");
    client_expect(scene.session, SMPP_BIND_TRANSCEIVER | SMPP_RESPONSE, ESME_ROK);
    const uint8_t data[] = {0x02, 0x70, 0x00, 0xAA, 0x77};
    struct smpp_message message = client_message("+" MSISDN);
    message.data = data;
    strcpy(message.validity, "991231235959000+"); /* the next front looks at the real clock */
    client_submit(scene.session, &message, 2);
    client_expect(scene.session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    pass(&scene, 0);
    assert_int_equal(smsc_save(scene.smsc), 0);
    assert_int_equal(world.saves, 1);
    smsc_session_close(&scene.session);
    smpp_front_close(&scene.front);

    world.card = (struct sim_card){.behaviour = SENDS_POR};
    scene.front = smpp_front_open(&world, &options, error, sizeof error);
    scene.smsc = smpp_front_smsc(scene.front);
    assert_int_equal(smsc_pending_messages(scene.smsc), 1);
    smsc_run(scene.smsc);
    expect_envelope("05027000AA77");
    assert_int_equal(smsc_save(scene.smsc), 0); /* receipt and PoR; the message is forgotten */
    assert_int_equal(world.saves, 3);
    smpp_front_close(&scene.front);

    scene.front = smpp_front_open(&world, &options, error, sizeof error);
    scene.smsc = smpp_front_smsc(scene.front);
    assert_int_equal(smsc_pending_messages(scene.smsc), 0);
    scene.session = smsc_session_open(scene.smsc, "test");
    client_bind(scene.session, SMPP_BIND_TRANSCEIVER, "kannel", "kannel");
    client_expect(scene.session, SMPP_BIND_TRANSCEIVER | SMPP_RESPONSE, ESME_ROK);
    smsc_run(scene.smsc);
    struct client_pdu pdu = expect_receipt(&scene, "DELIVRD");
    client_header(scene.session, SMPP_DELIVER_SM | SMPP_RESPONSE, 0, pdu.header.sequence);
    expect_por(&scene, "123", (char)0xAB);
    smsc_session_close(&scene.session);
    smpp_front_close(&scene.front);

    scene.front = smpp_front_open(&world, &options, error, sizeof error);
    scene.smsc = smpp_front_smsc(scene.front);
    assert_int_equal(smsc_pending_deliveries(scene.smsc), 1); /* the PoR had no answer */
    scene.session = smsc_session_open(scene.smsc, "last");
    close_scene(&scene);
}

/* The fewest bytes of answers that hold `count` PDUs; -1: the peer closed. */
static ssize_t read_pdus(int fd, uint8_t *bytes, size_t size, unsigned count)
{
    size_t length = 0;
    for (;;) {
        size_t at = 0;
        struct smpp_header header;
        unsigned whole = 0;
        while (smpp_header_decode(bytes + at, length - at, &header) == 0 && header.length <= length - at) {
            at += header.length;
            whole++;
        }
        if (whole >= count)
            return (ssize_t)length;
        ssize_t got = recv(fd, bytes + length, size - length, 0);
        if (got <= 0)
            return -1;
        length += (size_t)got;
    }
}

static size_t bind_and_submit(uint8_t *bytes, size_t size)
{
    struct byte_writer writer = byte_writer_on(bytes, size);
    struct smpp_bind bind = {.system_id = "kannel", .password = "kannel", .interface_version = 0x34};
    size_t start = smpp_pdu_begin(&writer, SMPP_BIND_TRANSCEIVER, 0, 1);
    smpp_bind_encode(&writer, &bind);
    smpp_pdu_end(&writer, start);
    struct smpp_message message = client_message(MSISDN);
    start = smpp_pdu_begin(&writer, SMPP_SUBMIT_SM, 0, 2);
    smpp_message_encode(&writer, &message);
    smpp_pdu_end(&writer, start);
    assert_int_equal(byte_writer_status(&writer), 0);
    return writer.length;
}

/* A front in a process of its own, ended by SIGTERM as a user would. */
static volatile sig_atomic_t stop;
static void on_term(int number)
{
    (void)number;
    stop = 1;
}

static pid_t run_front(struct smpp_front *front)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child != 0)
        return child;
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, NULL);
    signal(SIGTERM, on_term);
    _exit(smpp_front_run(front, &stop, error, sizeof error) == 0 && world.commits > 0 ? 0 : 1);
}

static int connect_to(const char *address)
{
    struct sockaddr_in peer = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)atoi(strchr(address, ':') + 1))};
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&peer, sizeof peer), 0);
    struct timeval patience = {.tv_sec = 10};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static void it_works_over_a_socket_and_stops_at_sigterm(void **state)
{
    (void)state;
    struct scene scene = open_scene(SENDS_POR, NULL, POR_ROUTE_MO);
    smsc_session_close(&scene.session);
    pid_t child = run_front(scene.front);
    uint8_t bytes[2000];
    int fd = connect_to(smpp_front_address(scene.front));
    size_t length = bind_and_submit(bytes, sizeof bytes);
    assert_int_equal(send(fd, bytes, length, 0), length);
    assert_true(read_pdus(fd, bytes, sizeof bytes, 4) > 0); /* two answers, receipt, PoR */
    assert_int_equal(kill(child, SIGTERM), 0);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(recv(fd, bytes, sizeof bytes, 0), 0);
    close(fd);
    scene.session = smsc_session_open(scene.smsc, "last");
    close_scene(&scene);
}

static void no_answer_leaves_when_nothing_is_durable(void **state)
{
    (void)state;
    struct scene scene = open_scene(SENDS_POR, NULL, POR_ROUTE_MO);
    smsc_session_close(&scene.session);
    world.disk_full = true;
    pid_t child = run_front(scene.front);
    uint8_t bytes[2000];
    int fd = connect_to(smpp_front_address(scene.front));
    size_t length = bind_and_submit(bytes, sizeof bytes);
    send(fd, bytes, length, MSG_NOSIGNAL);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    assert_int_equal(read_pdus(fd, bytes, sizeof bytes, 1), -1);
    close(fd);
    scene.session = smsc_session_open(scene.smsc, "last");
    close_scene(&scene);
}

static void bad_addresses_are_refused(void **state)
{
    (void)state;
    static const char *const addresses[] = {"2775",       ":2775",          "127.0.0.1",
                                            "127.0.0.1:", "127.0.0.1:smpp", "127.0.0.1:70000"};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct smpp_front_options options = {.address = addresses[i], .system_id = "a", .password = "b"};
        assert_null(smpp_front_open(&world, &options, error, sizeof error));
        assert_non_null(strstr(error, "expected HOST:PORT"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_for_the_phone),
        cmocka_unit_test(a_long_text_is_joined),
        cmocka_unit_test(a_por_by_submit_comes_behind_the_receipt),
        cmocka_unit_test(a_por_in_the_report_is_a_message_or_dropped),
        cmocka_unit_test(a_busy_card_is_asked_again),
        cmocka_unit_test(a_lost_message_expires),
        cmocka_unit_test(a_lost_por_leaves_the_card_changed),
        cmocka_unit_test(delays_and_duplicates_happen),
        cmocka_unit_test(the_report_may_travel_in_the_receipt),
        cmocka_unit_test(in_the_receipt_a_por_can_be_lost),
        cmocka_unit_test(messages_change_their_order),
        cmocka_unit_test(receipts_and_pors_change_their_order),
        cmocka_unit_test(a_mute_phone_lets_everything_expire),
        cmocka_unit_test(a_toolkit_is_busy_as_often_as_planned),
        cmocka_unit_test(a_lie_is_told_on),
        cmocka_unit_test(a_garbled_por_is_passed_on),
        cmocka_unit_test(of_a_pulled_card_nobody_knows),
        cmocka_unit_test(a_full_memory_is_refused_for_good),
        cmocka_unit_test(packets_are_refused_as_planned),
        cmocka_unit_test(submits_are_refused_as_planned),
        cmocka_unit_test(sessions_break_as_planned),
        cmocka_unit_test(what_was_accepted_outlives_the_front),
        cmocka_unit_test(it_works_over_a_socket_and_stops_at_sigterm),
        cmocka_unit_test(no_answer_leaves_when_nothing_is_durable),
        cmocka_unit_test(bad_addresses_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
