#include "tests/campaign/lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway-plugin/store/campaign_store.h"
#include "gateway-plugin/store/catalog_store.h"
#include "protocol/apdu.h"
#include "protocol/errors.h"

const char *const SOP_COMMANDS[6] = {
    "A0A40000027F20",
    "A0A40000026F46",
    "A0D60000110056697267696E204D6F62696C65FFFFFF",
    "A0A40000026FC5",
    "A0DC010422430D85D6B4FC9C76839A6F719A5D06FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
    "D009810301010482028182",
};

/* --- store and engine --- */

const char *lab_msisdn(int card)
{
    static char buffers[8][16];
    char *buffer = buffers[card % 8];
    snprintf(buffer, 16, "9610000%05d", card % 100000);
    return buffer;
}

struct security_keys lab_keys(int card)
{
    struct security_keys keys = {.kic_size = 16, .kid_size = 16};
    for (size_t i = 0; i < 16; i++) {
        keys.kic[i] = (uint8_t)(0x10 + i * 7 + (size_t)card);
        keys.kid[i] = (uint8_t)(0x80 + i * 5 + (size_t)card * 3);
    }
    return keys;
}

static void add_card(struct lab *lab, int number)
{
    struct refusal refusal = {0};
    struct card card;
    struct card_record record = {.line = (unsigned long)number, .key_set_count = 1};
    struct security_keys keys = lab_keys(number);
    struct card_key_set *set = &record.key_sets[0];
    set->index = 1;
    memcpy(set->kic, keys.kic, 16);
    memcpy(set->kid, keys.kid, 16);
    set->kic_size = set->kid_size = 16;
    snprintf(record.iccid, sizeof record.iccid, "8991000000000%06d", number % 100000);
    snprintf(record.imsi, sizeof record.imsi, "424010000%06d", number % 100000);
    snprintf(record.msisdn, sizeof record.msisdn, "%s", lab_msisdn(number));
    if (card_insert(lab->store, lab->profile_id, lab->group_id, &record, LAB_START, &card, &refusal) != 0)
        fail_msg("%s", refusal.text);
}

static void fill_store(struct lab *lab, int cards)
{
    struct refusal refusal = {0};
    struct profile profile = {.name = "poc"};
    struct card_group group = {.name = "all"};
    assert_int_equal(store_begin(lab->store), STORE_OK);
    assert_int_equal(profile_insert(lab->store, &profile, LAB_START, &refusal), 0);
    group.profile_id = lab->profile_id = profile.id;
    assert_int_equal(group_insert(lab->store, &group, LAB_START, &refusal), 0);
    lab->group_id = group.id;
    for (int i = 1; i <= cards; i++)
        add_card(lab, i);
    assert_int_equal(store_commit(lab->store), STORE_OK);
    lab->cards = cards;
}

static void log_line(int level, const char *line)
{
    if (getenv("LAB_LOG") != NULL)
        print_message("%d %s\n", level, line);
}

void lab_open_store(struct lab *lab)
{
    struct refusal refusal = {0};
    const struct store_options options = {.database = lab->database, .master_key_file = lab->key_file};
    if (lab->store == NULL)
        lab->store = store_open(&options, &refusal);
    if (lab->store == NULL)
        fail_msg("%s", refusal.text);
}

void lab_start_engine(struct lab *lab)
{
    struct refusal refusal = {0};
    lab_open_store(lab);
    lab->options.store = lab->store;
    lab->engine = engine_start(&lab->options, &refusal);
    if (lab->engine == NULL)
        fail_msg("%s", refusal.text);
}

void lab_stop_engine(struct lab *lab)
{
    engine_stop(&lab->engine);
    store_close(&lab->store);
}

void lab_open(struct lab *lab, int cards)
{
    struct refusal refusal = {0};
    memset(lab, 0, sizeof *lab);
    strcpy(lab->directory, "/tmp/otabox-campaign-XXXXXX");
    assert_non_null(mkdtemp(lab->directory));
    snprintf(lab->database, sizeof lab->database, "%s/db", lab->directory);
    snprintf(lab->key_file, sizeof lab->key_file, "%s/key", lab->directory);
    const struct store_options options = {.database = lab->database, .master_key_file = lab->key_file};
    lab->store = store_open(&options, &refusal);
    if (lab->store == NULL)
        fail_msg("%s", refusal.text);
    fill_store(lab, cards);
    fake_bearer_init(&lab->bearer);
    fake_clock_init(&lab->clock, LAB_START);
    lab->crypto = packet_crypto_new();
    lab->options = (struct engine_options){.bearer = fake_bearer_port(&lab->bearer),
                                           .clock = fake_clock_port(&lab->clock),
                                           .por_timeout_seconds = 600,
                                           .validity_seconds = 3600,
                                           .window = 200,
                                           .log = log_line};
    lab_start_engine(lab);
    lab_link(lab, true);
}

void lab_sql(struct lab *lab, const char *sql)
{
    char error[200] = "";
    struct db *db = db_open(lab->database, false, error, sizeof error);
    assert_non_null(db);
    assert_int_equal(db_execute(db, sql), 0);
    db_close(&db);
}

void lab_set_window(struct lab *lab, int window)
{
    lab_stop_engine(lab);
    lab->options.window = window;
    lab_start_engine(lab);
    lab_link(lab, true);
}

void lab_set_counter_per(struct lab *lab, enum counter_per per)
{
    char sql[80];
    lab_stop_engine(lab);
    snprintf(sql, sizeof sql, "UPDATE profile SET counter_per = %d", (int)per);
    lab_sql(lab, sql);
    lab_start_engine(lab);
    lab_link(lab, true);
}

void lab_close(struct lab *lab)
{
    static const char *const names[] = {"db", "db-wal", "db-shm", "key"};
    char path[160];
    lab_stop_engine(lab);
    fake_bearer_done(&lab->bearer);
    packet_crypto_free(&lab->crypto);
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", lab->directory, names[i]);
        unlink(path);
    }
    rmdir(lab->directory);
}

/* --- campaigns --- */

struct campaign lab_campaign(const char *name)
{
    struct campaign campaign;
    memset(&campaign, 0, sizeof campaign);
    campaign_defaults(&campaign);
    snprintf(campaign.name, sizeof campaign.name, "%s", name);
    campaign.type = CAMPAIGN_RFM;
    campaign.security = (struct security_parameters){
        .spi1 = 0x16, .spi2 = 0x21, .kic = 0x15, .kid = 0x15, .tar = {0xB0, 0x00, 0x10}};
    return campaign;
}

struct creation {
    struct campaign campaign;
    const char *const *commands;
    size_t count;
};

static int create(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct creation *creation = argument;
    return campaign_insert(store, &creation->campaign, creation->commands, creation->count, now, refusal);
}

int64_t lab_create_with(struct lab *lab, struct campaign campaign, const char *const *commands, size_t count)
{
    struct refusal refusal = {0};
    struct creation creation = {.campaign = campaign, .commands = commands, .count = count};
    creation.campaign.profile_id = lab->profile_id;
    if (engine_call(lab->engine, create, &creation, &refusal) != 0)
        fail_msg("%s", refusal.text);
    return creation.campaign.id;
}

int64_t lab_create(struct lab *lab, struct campaign campaign)
{
    return lab_create_with(lab, campaign, SOP_COMMANDS, 6);
}

struct starting {
    int64_t id;
    struct campaign_target target;
    struct campaign campaign;
};

static int check_start(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct starting *starting = argument;
    (void)now;
    return campaign_check_start(store, starting->id, &starting->target, refusal);
}

static int check_retry(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct starting *starting = argument;
    (void)now;
    return campaign_check_retry(store, starting->id, refusal);
}

static int start(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct starting *starting = argument;
    return campaign_start(store, starting->id, &starting->target, now, &starting->campaign, refusal);
}

static int retry(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct starting *starting = argument;
    return campaign_retry_failed(store, starting->id, now, &starting->campaign, refusal);
}

int lab_start_on(struct lab *lab, int64_t campaign_id, struct campaign_target target, struct refusal *refusal)
{
    struct starting starting = {.id = campaign_id, .target = target};
    int rc = engine_call(lab->engine, check_start, &starting, refusal);
    return rc == 0 ? engine_call(lab->engine, start, &starting, refusal) : rc;
}

void lab_start(struct lab *lab, int64_t campaign_id)
{
    struct refusal refusal = {0};
    if (lab_start_on(lab, campaign_id, (struct campaign_target){.group_id = lab->group_id}, &refusal) != 0)
        fail_msg("%s", refusal.text);
}

int lab_retry(struct lab *lab, int64_t campaign_id, struct refusal *refusal)
{
    struct starting starting = {.id = campaign_id};
    int rc = engine_call(lab->engine, check_retry, &starting, refusal);
    return rc == 0 ? engine_call(lab->engine, retry, &starting, refusal) : rc;
}

struct control {
    int64_t id;
    enum campaign_event event;
};

static int control(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    const struct control *control = argument;
    struct campaign campaign;
    return campaign_control(store, control->id, control->event, now, &campaign, refusal);
}

int lab_control(struct lab *lab, int64_t campaign_id, enum campaign_event event, struct refusal *refusal)
{
    struct control argument = {campaign_id, event};
    return engine_call(lab->engine, control, &argument, refusal);
}

struct reading {
    int64_t campaign_id, iteration;
    const char *msisdn;
    struct campaign campaign;
    struct message_counts counts;
    struct message_view view;
    bool found;
};

static int read_campaign(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct reading *reading = argument;
    (void)now;
    (void)refusal;
    assert_int_equal(message_count(store, reading->campaign_id, &reading->counts), STORE_OK);
    return campaign_get(store, reading->campaign_id, &reading->campaign);
}

struct campaign lab_get(struct lab *lab, int64_t campaign_id)
{
    struct reading reading = {.campaign_id = campaign_id};
    assert_int_equal(engine_call(lab->engine, read_campaign, &reading, NULL), 0);
    return reading.campaign;
}

struct message_counts lab_count(struct lab *lab, int64_t campaign_id)
{
    struct reading reading = {.campaign_id = campaign_id};
    assert_int_equal(engine_call(lab->engine, read_campaign, &reading, NULL), 0);
    return reading.counts;
}

static int keep_view(void *user, const struct message_view *view)
{
    struct reading *reading = user;
    if (strcmp(view->msisdn, reading->msisdn) != 0)
        return 0;
    reading->view = *view;
    reading->found = true;
    return 1;
}

static int read_message(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct reading *reading = argument;
    (void)now;
    (void)refusal;
    struct message_filter filter = MESSAGE_FILTER_NONE;
    filter.iteration = reading->iteration;
    return message_list(store, reading->campaign_id, &filter, (struct page){.limit = 1000000}, keep_view,
                        reading);
}

struct message_view lab_message(struct lab *lab, int64_t campaign_id, int64_t iteration, int card)
{
    struct reading reading = {.campaign_id = campaign_id, .iteration = iteration, .msisdn = lab_msisdn(card)};
    assert_int_equal(engine_call(lab->engine, read_message, &reading, NULL), 0);
    assert_true(reading.found);
    return reading.view;
}

static int nothing(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)store;
    (void)now;
    (void)argument;
    (void)refusal;
    return 0;
}

/* Two passes for what the first one made due, and some for a queue longer than a batch. */
void lab_tick(struct lab *lab)
{
    for (int i = 0; i < 6; i++)
        assert_int_equal(engine_call(lab->engine, nothing, NULL, NULL), 0);
}

/* --- the air --- */

bool lab_take(struct lab *lab, struct fake_sms *sms)
{
    if (fake_bearer_waiting(&lab->bearer) == 0)
        lab_tick(lab);
    return fake_bearer_take(&lab->bearer, sms);
}

struct fake_sms lab_expect_sms(struct lab *lab, int card)
{
    struct fake_sms sms;
    assert_true(lab_take(lab, &sms));
    assert_string_equal(sms.to, lab_msisdn(card));
    return sms;
}

void lab_expect_silence(struct lab *lab)
{
    lab_tick(lab);
    assert_int_equal(fake_bearer_waiting(&lab->bearer), 0);
}

void lab_ack(struct lab *lab, const struct fake_sms *sms, enum bearer_ack ack)
{
    const struct bearer_event event = {.kind = BEARER_ACKNOWLEDGED, .reference = sms->reference, .ack = ack};
    engine_post(lab->engine, &event);
}

static void next_uuid(struct lab *lab, char *uuid)
{
    snprintf(uuid, BEARER_UUID_SIZE, "00000000-0000-0000-0000-%012u", ++lab->uuids);
}

void lab_report(struct lab *lab, const struct fake_sms *sms, enum bearer_report report, const char *words)
{
    struct bearer_event event = {.kind = BEARER_REPORT, .reference = sms->reference, .report = report};
    snprintf(event.detail, sizeof event.detail, "%s", words == NULL ? "" : words);
    next_uuid(lab, event.uuid);
    engine_post(lab->engine, &event);
}

void lab_report_with(struct lab *lab, const struct fake_sms *sms, enum bearer_report report,
                     const uint8_t *text, size_t length)
{
    struct bearer_event event = {
        .kind = BEARER_REPORT, .reference = sms->reference, .report = report, .user_data_length = length};
    snprintf(event.from, sizeof event.from, "%s", sms->to);
    memcpy(event.user_data, text, length);
    next_uuid(lab, event.uuid);
    engine_post(lab->engine, &event);
    engine_post(lab->engine, &event); /* bearerbox brings it again */
}

void lab_deliver(struct lab *lab, const struct fake_sms *sms)
{
    lab_ack(lab, sms, ACK_QUEUED);
    lab_report(lab, sms, REPORT_SMSC_ACCEPTED, "ACK/");
    lab_report(lab, sms, REPORT_DELIVERED, "stat:DELIVRD");
}

void lab_link(struct lab *lab, bool up)
{
    const struct bearer_event event = {.kind = up ? BEARER_CONNECTED : BEARER_DISCONNECTED};
    fake_bearer_set_down(&lab->bearer, !up);
    engine_post(lab->engine, &event);
}

void lab_receive(struct lab *lab, const struct fake_sms *parts, size_t count, struct lab_command *command)
{
    uint8_t concatenation_reference = 0;
    memset(command, 0, sizeof *command);
    command->card = atoi(parts[0].to + 7);
    struct byte_writer packet = byte_writer_on(command->packet, sizeof command->packet);
    for (size_t i = 0; i < count; i++) {
        struct user_data part;
        assert_int_equal(user_data_parse(parts[i].user_data, parts[i].length, &part), OTA_OK);
        assert_int_equal(part.concatenation.total, count);
        assert_int_equal(part.concatenation.number, i + 1);
        assert_int_equal(part.marker, i == 0 ? PACKET_MARKER_COMMAND : PACKET_MARKER_NONE);
        if (i > 0)
            assert_int_equal(part.concatenation.reference, concatenation_reference);
        concatenation_reference = (uint8_t)part.concatenation.reference;
        write_bytes(&packet, part.payload, part.length);
    }
    command->parts = (unsigned int)count;
    command->length = packet.length;
    struct security_keys keys = lab_keys(command->card);
    assert_int_equal(
        command_packet_decode(lab->crypto, command->packet, command->length, &keys, &command->decoded),
        OTA_OK);
}

size_t lab_por(struct lab *lab, const struct lab_command *command, struct lab_answer answer, uint8_t *por,
               size_t size)
{
    uint8_t data[8192];
    struct byte_writer result = byte_writer_on(data, sizeof data), writer = byte_writer_on(por, size);
    struct security_parameters asked = command->decoded.security;
    struct security_keys keys = lab_keys(command->card);
    struct response_packet response = {.status = answer.status,
                                       .counter = answer.counter < 0 ? command->decoded.counter
                                                                     : (uint64_t)answer.counter};
    const struct compact_response executed = {
        .executed = answer.executed, .sw = answer.sw, .data = answer.data, .length = answer.length};
    memcpy(response.tar, asked.tar, TAR_SIZE);
    if (answer.bare_error) {
        response_packet_encode_error(asked.tar, response.counter, answer.status, &writer);
        return writer.length;
    }
    if (answer.status == POR_STATUS_OK)
        compact_response_encode(&executed, &result);
    response.data = data;
    response.length = result.length;
    if (answer.spi2 >= 0)
        asked.spi2 = (uint8_t)answer.spi2;
    assert_int_equal(response_packet_encode(lab->crypto, &response, &asked, &keys, &writer), OTA_OK);
    return writer.length;
}

static void post_with_uuid(struct lab *lab, const char *from, const uint8_t *user_data, size_t length)
{
    struct bearer_event event = {
        .kind = BEARER_MESSAGE, .user_data_length = length, .has_user_data_header = true};
    snprintf(event.from, sizeof event.from, "+%s", from);
    snprintf(event.to, sizeof event.to, "12345");
    snprintf(event.uuid, sizeof event.uuid, "00000000-0000-0000-0000-%012u", lab->uuids);
    memcpy(event.user_data, user_data, length);
    engine_post(lab->engine, &event);
}

void lab_post(struct lab *lab, const char *from, const uint8_t *user_data, size_t length)
{
    lab->uuids++;
    post_with_uuid(lab, from, user_data, length);
}

void lab_post_again(struct lab *lab, const char *from, const uint8_t *user_data, size_t length)
{
    post_with_uuid(lab, from, user_data, length);
}

void lab_answer(struct lab *lab, const struct lab_command *command, struct lab_answer answer)
{
    uint8_t por[8192];
    size_t length = lab_por(lab, command, answer, por, sizeof por);
    for (size_t i = 1; i <= sms_part_count(length); i++) {
        uint8_t user_data[SMS_USER_DATA_MAX];
        struct sms_part part;
        assert_int_equal(sms_part_build(por, length, PACKET_MARKER_RESPONSE, 0x42, i, &part), OTA_OK);
        memcpy(user_data, part.header, part.header_length);
        memcpy(user_data + part.header_length, part.payload, part.length);
        lab_post(lab, lab_msisdn(command->card), user_data, part.header_length + part.length);
    }
}

void lab_expect_state(struct lab *lab, int64_t campaign_id, int card, enum message_state expected)
{
    lab_tick(lab);
    assert_string_equal(message_state_name(lab_message(lab, campaign_id, 0, card).state),
                        message_state_name(expected));
}

void lab_expect_campaign(struct lab *lab, int64_t campaign_id, enum campaign_state expected)
{
    lab_tick(lab);
    assert_string_equal(campaign_state_name(lab_get(lab, campaign_id).state), campaign_state_name(expected));
}

/* --- a card's counter --- */

static enum por_status judge(const struct lab_card *card, enum counter_mode mode, uint64_t counter)
{
    enum por_status on_equal = card->on_equal != POR_STATUS_OK ? card->on_equal : POR_STATUS_CNTR_LOW;
    if (mode < COUNTER_HIGHER)
        return POR_STATUS_OK;
    if (counter <= card->stored)
        return counter == card->stored ? on_equal : POR_STATUS_CNTR_LOW;
    return mode == COUNTER_NEXT && counter != card->stored + 1 ? POR_STATUS_CNTR_HIGH : POR_STATUS_OK;
}

struct lab_answer lab_card_take(struct lab_card *card, const struct lab_command *command, uint8_t executed)
{
    const struct command_packet *packet = &command->decoded;
    enum counter_mode mode = spi1_counter_mode(packet->security.spi1);
    enum por_status status = judge(card, mode, packet->counter);
    bool copied = status == POR_STATUS_CNTR_LOW || status == POR_STATUS_CNTR_HIGH;
    if (status != POR_STATUS_OK) {
        struct lab_answer error = LAB_ANSWER(.status = (uint8_t)status, .bare_error = true);
        error.counter = copied ? (int64_t)packet->counter : 0;
        return error;
    }
    if ((mode >= COUNTER_HIGHER || card->keeps_unchecked) && packet->counter > card->stored)
        card->stored = packet->counter;
    card->executions++;
    return LAB_ANSWER(.executed = executed, .sw = 0x9000);
}

void lab_all_well(struct lab *lab, uint8_t executed)
{
    struct fake_sms sms;
    struct lab_command *command = malloc(sizeof *command);
    while (lab_take(lab, &sms)) {
        lab_deliver(lab, &sms);
        lab_receive(lab, &sms, 1, command);
        lab_answer(lab, command, LAB_ANSWER(.executed = executed, .sw = 0x9000));
    }
    free(command);
}
