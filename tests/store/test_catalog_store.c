/* Profiles, cards with their keys and counters, card groups. */
#include "tests/store/fixture.h"

#include "gateway-plugin/store/campaign_work.h"
#include "gateway-plugin/store/counter_work.h"
#include "gateway-plugin/store/message_work.h"
#include "gateway-plugin/store/reply_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hex.h"

static struct store *store;
static struct refusal refusal;

static int setup(void **state)
{
    if (scratch_make(state) != 0)
        return -1;
    store = store_open_in(*state, false);
    return 0;
}

static int teardown(void **state)
{
    store_close(&store);
    return scratch_remove(state);
}

static void assert_card_refused(int64_t profile, int64_t group, const struct card_record *record,
                                enum refusal_kind kind, const char *text)
{
    struct card card;
    assert_int_equal(card_insert(store, profile, group, record, NOW, &card, &refusal), -1);
    assert_refused(&refusal, kind, text);
}

static size_t count_cards(int64_t profile, int64_t group)
{
    struct card rows[16];
    size_t count = 16;
    assert_int_equal(card_list(store, profile, group, (struct page){0, 100}, rows, &count), STORE_OK);
    return count;
}

/* --- profiles --- */

static void a_profile_comes_back(void **state)
{
    (void)state;
    struct profile profile = {.name = "poc_3cards", .counter_per = COUNTER_PER_TAR}, read;
    memset(&read, 0, sizeof read);
    assert_int_equal(profile_insert(store, &profile, NOW, &refusal), 0);
    assert_int_equal(profile.id, 1);
    assert_true(profile.created == NOW && profile.updated == NOW);
    assert_string_equal(profile.account, "Default Account A");
    assert_int_equal(profile_get(store, 1, &read), STORE_OK);
    assert_string_equal(read.name, "poc_3cards");
    assert_int_equal(read.counter_per, COUNTER_PER_TAR);
    assert_string_equal(read.account, "Default Account A");
    assert_int_equal(profile_get(store, 2, &read), STORE_NOT_FOUND);
}

static void a_taken_profile_name_is_refused(void **state)
{
    (void)state;
    struct profile profile = {.name = "b"};
    add_profile(store, "a");
    add_profile(store, "b");
    assert_int_equal(profile_insert(store, &profile, NOW, &refusal), -1);
    assert_refused(&refusal, REFUSAL_CONFLICT, "profile name 'b' is taken by profile 2");
    strcpy(profile.name, "a b");
    assert_int_equal(profile_insert(store, &profile, NOW, &refusal), -1);
    assert_int_equal(refusal.kind, REFUSAL_INVALID);
}

static void profiles_are_listed_by_pages(void **state)
{
    (void)state;
    struct profile rows[3];
    size_t count = 3;
    add_profile(store, "a");
    add_profile(store, "b");
    add_profile(store, "c");
    assert_int_equal(profile_list(store, (struct page){0, 2}, rows, &count), STORE_OK);
    assert_int_equal(count, 2);
    assert_string_equal(rows[1].name, "b");
    count = 3;
    assert_int_equal(profile_list(store, (struct page){rows[1].id, 2}, rows, &count), STORE_OK);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].name, "c");
    count = 1;
    assert_int_equal(profile_list(store, (struct page){0, 100}, rows, &count), STORE_OK);
    assert_int_equal(count, 1);
    count = 3;
    assert_int_equal(profile_list(store, (struct page){3, 100}, rows, &count), STORE_OK);
    assert_int_equal(count, 0);
}

/* --- cards --- */

static void a_card_comes_back(void **state)
{
    (void)state;
    int64_t profile = add_profile(store, "p");
    struct card card = add_card(store, profile, 0, 7), read;
    assert_int_equal(card.id, 1);
    assert_int_equal(card_get(store, 1, &read), STORE_OK);
    assert_string_equal(read.iccid, "8991234567000000007");
    assert_string_equal(read.imsi, "421230000000007");
    assert_string_equal(read.msisdn, "961000000007");
    assert_int_equal(read.profile_id, profile);
    assert_int_equal(read.key_sets, 1 << 1);
    assert_int_equal(card.key_sets, 1 << 1);
    assert_string_equal(card.msisdn, read.msisdn);
    assert_true(read.created == NOW && card.created == NOW);
    assert_int_equal(card_get(store, 2, &read), STORE_NOT_FOUND);
}

static void cards_are_found_by_their_numbers(void **state)
{
    (void)state;
    struct card read;
    add_card(store, add_profile(store, "p"), 0, 7);
    assert_int_equal(card_find_by_msisdn(store, "961000000007", &read), STORE_OK);
    assert_int_equal(card_find_by_msisdn(store, "+961000000007", &read), STORE_OK);
    assert_int_equal(read.id, 1);
    assert_int_equal(card_find_by_msisdn(store, "96100000000", &read), STORE_NOT_FOUND);
    assert_int_equal(card_find_by_msisdn(store, "", &read), STORE_NOT_FOUND);
    assert_int_equal(card_find_by_iccid(store, "8991234567000000007", &read), STORE_OK);
    assert_int_equal(card_find_by_iccid(store, "8991234567000000007F", &read), STORE_OK);
    assert_int_equal(card_find_by_iccid(store, "8991234567000000007f", &read), STORE_OK);
    assert_int_equal(card_find_by_iccid(store, "899123456700000000712345678901234567890", &read),
                     STORE_NOT_FOUND);
    assert_int_equal(card_find_by_iccid(store, "", &read), STORE_NOT_FOUND);
}

static void a_duplicate_names_field_value_and_holder(void **state)
{
    (void)state;
    int64_t profile = add_profile(store, "p");
    struct card_record record = record_number(9), other = record_number(2);
    add_card(store, profile, 0, 1);
    add_card(store, profile, 0, 2);
    strcpy(record.msisdn, other.msisdn);
    assert_card_refused(profile, 0, &record, REFUSAL_CONFLICT,
                        "MSISDN 961000000002 is already provisioned (card 2, profile 1)");
    strcpy(record.imsi, other.imsi);
    assert_card_refused(add_profile(store, "q"), 0, &record, REFUSAL_CONFLICT,
                        "IMSI 421230000000002 is already provisioned (card 2, profile 1)");
    strcpy(record.iccid, other.iccid);
    assert_card_refused(profile, 0, &record, REFUSAL_CONFLICT,
                        "ICCID 8991234567000000002 is already provisioned (card 2, profile 1)");
    assert_int_equal(count_cards(0, 0), 2);
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    struct card_record record = record_number(1);
    int64_t first = add_profile(store, "p"), second = add_profile(store, "q");
    int64_t group = add_group(store, second, "g");
    assert_card_refused(99, 0, &record, REFUSAL_NOT_FOUND, "there is no profile 99");
    assert_card_refused(first, 77, &record, REFUSAL_NOT_FOUND, "profile 1 has no card group 77");
    assert_card_refused(first, group, &record, REFUSAL_NOT_FOUND, "profile 1 has no card group 1");
    assert_int_equal(count_cards(0, 0), 0);
}

static void a_refused_card_leaves_the_transaction_as_it_was(void **state)
{
    (void)state;
    struct card_record record = record_number(2);
    int64_t profile = add_profile(store, "p");
    assert_int_equal(store_begin(store), STORE_OK);
    add_card(store, profile, 0, 1);
    assert_card_refused(profile, 77, &record, REFUSAL_NOT_FOUND, "profile 1 has no card group 77");
    add_card(store, profile, 0, 3);
    assert_int_equal(store_commit(store), STORE_OK);
    struct db_statement *keys = db_prepare(store_db(store), "SELECT COUNT(*) FROM card_key");
    assert_int_equal(db_step(keys), DB_ROW);
    assert_int_equal(db_column_int(keys, 0), 4);
    db_reset(keys);
    assert_int_equal(count_cards(profile, 0), 2);
}

static void bad_records_are_refused_without_their_keys(void **state)
{
    (void)state;
    int64_t profile = add_profile(store, "p");
    struct card_record record = record_number(1);
    strcpy(record.iccid, "899123456700000000F");
    assert_card_refused(profile, 0, &record, REFUSAL_INVALID,
                        "ICCID '899123456700000000F' is wrong, expected 18 to 20 digits");
    record = record_number(1);
    strcpy(record.imsi, "");
    assert_card_refused(profile, 0, &record, REFUSAL_INVALID, "IMSI '' is wrong, expected 6 to 15 digits");
    record = record_number(1);
    strcpy(record.msisdn, "+96123");
    assert_card_refused(profile, 0, &record, REFUSAL_INVALID,
                        "MSISDN '+96123' is wrong, expected 3 to 15 digits");
    record = record_number(1);
    record.key_set_count = 0;
    assert_card_refused(profile, 0, &record, REFUSAL_INVALID, "card has 0 key sets, expected 1 to 15");
    record.key_set_count = 2;
    record.key_sets[1] = record.key_sets[0];
    assert_card_refused(profile, 0, &record, REFUSAL_INVALID, "key index 1 is given twice");
    record.key_sets[1].index = 16;
    assert_card_refused(profile, 0, &record, REFUSAL_INVALID, "key index 16 is none, expected 1 to 15");
    record.key_sets[1].index = 2;
    record.key_sets[1].kid_size = 8;
    assert_card_refused(profile, 0, &record, REFUSAL_INVALID,
                        "keys of index 2 have 16 (KIC), 8 (KID) and 0 (KIK) bytes, expected 16, 24 or 32");
    assert_int_equal(count_cards(0, 0), 0);
}

static void cards_are_listed_by_profile_group_and_page(void **state)
{
    (void)state;
    struct card rows[8];
    size_t count = 8;
    int64_t p = add_profile(store, "p"), q = add_profile(store, "q");
    int64_t group = add_group(store, p, "g");
    for (unsigned int i = 1; i <= 6; i++)
        add_card(store, i % 2 == 1 ? p : q, i == 1 || i == 5 ? group : 0, i);
    assert_int_equal(count_cards(0, 0), 6);
    assert_int_equal(count_cards(p, 0), 3);
    assert_int_equal(count_cards(0, group), 2);
    assert_int_equal(count_cards(p, group), 2);
    assert_int_equal(count_cards(q, group), 0);
    assert_int_equal(card_list(store, q, 0, (struct page){2, 1}, rows, &count), STORE_OK);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].id, 4);
    count = 8;
    assert_int_equal(card_list(store, 0, group, (struct page){1, 10}, rows, &count), STORE_OK);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].id, 5);
    assert_int_equal(rows[0].key_sets, 2);
}

/* --- keys and counters --- */

static void keys_come_back(void **state)
{
    (void)state;
    struct card_record record = record_number(1);
    struct card card;
    struct security_keys keys;
    record.key_set_count = 2;
    record.key_sets[1] = (struct card_key_set){.index = 15, .kic_size = 24, .kid_size = 32, .kik_size = 16};
    memset(record.key_sets[1].kic, 0xA1, 24);
    memset(record.key_sets[1].kid, 0xA2, 32);
    memset(record.key_sets[1].kik, 0xA3, 16);
    assert_int_equal(card_insert(store, add_profile(store, "p"), 0, &record, NOW, &card, &refusal), 0);
    assert_int_equal(card.key_sets, 1 << 1 | 1 << 15);
    assert_int_equal(card_keys(store, card.id, 1, &keys), STORE_OK);
    assert_int_equal(keys.kic_size, 16);
    assert_int_equal(keys.kid_size, 16);
    assert_int_equal(keys.cc_size, 0);
    assert_memory_equal(keys.kic, record.key_sets[0].kic, 16);
    assert_memory_equal(keys.kid, record.key_sets[0].kid, 16);
    assert_int_equal(card_keys(store, card.id, 15, &keys), STORE_OK);
    assert_int_equal(keys.kic_size, 24);
    assert_int_equal(keys.kid_size, 32);
    assert_memory_equal(keys.kic, record.key_sets[1].kic, 24);
    assert_memory_equal(keys.kid, record.key_sets[1].kid, 32);
    assert_int_equal(card_keys(store, card.id, 2, &keys), STORE_NOT_FOUND);
    assert_int_equal(card_keys(store, 99, 1, &keys), STORE_NOT_FOUND);
}

static void assert_keys_stay_closed(void)
{
    static const struct security_keys none;
    struct security_keys keys;
    memset(&keys, 0xAA, sizeof keys);
    assert_int_equal(card_keys(store, 1, 1, &keys), STORE_FAILED);
    assert_memory_equal(keys.kic, none.kic, sizeof keys.kic);
    assert_memory_equal(keys.kid, none.kid, sizeof keys.kid);
}

static void sealed_keys_cannot_be_moved_or_changed(void **state)
{
    (void)state;
    struct security_keys keys;
    int64_t profile = add_profile(store, "p");
    add_card(store, profile, 0, 1);
    add_card(store, profile, 0, 2);
    assert_int_equal(db_execute(store_db(store),
                                "UPDATE card_key SET sealed = (SELECT sealed FROM card_key k WHERE "
                                "k.card_id = 2 AND k.kind = 1) WHERE card_id = 1 AND kind = 1"),
                     0);
    assert_keys_stay_closed();
    assert_int_equal(card_keys(store, 2, 1, &keys), STORE_OK);
    assert_int_equal(db_execute(store_db(store),
                                "UPDATE card_key SET sealed = (SELECT sealed FROM card_key k WHERE "
                                "k.card_id = 1 AND k.kind = 2) WHERE card_id = 1 AND kind = 1"),
                     0);
    assert_keys_stay_closed();
    assert_int_equal(db_execute(store_db(store), "UPDATE card_key SET sealed = x'00' WHERE card_id = 1"), 0);
    assert_keys_stay_closed();
    assert_int_equal(db_execute(store_db(store), "DELETE FROM card_key WHERE card_id = 1 AND kind = 1"), 0);
    assert_keys_stay_closed();
}

static bool holds(const unsigned char *bytes, size_t length, const void *wanted, size_t wanted_length)
{
    for (size_t i = 0; i + wanted_length <= length; i++)
        if (memcmp(bytes + i, wanted, wanted_length) == 0)
            return true;
    return false;
}

/* Neither as bytes nor as digits, neither in the file nor in its -wal. */
static void keys_are_not_in_the_database_file(void **state)
{
    struct card_record record = record_number(1);
    char digits[2 * KEY_SIZE_MAX + 1];
    size_t length;
    add_card(store, add_profile(store, "p"), 0, 1);
    unsigned char *bytes = read_database_bytes(*state, &length);
    assert_true(holds(bytes, length, record.msisdn, strlen(record.msisdn)));
    for (int which = 0; which < 2; which++) {
        const uint8_t *key = which == 0 ? record.key_sets[0].kic : record.key_sets[0].kid;
        assert_false(holds(bytes, length, key, 8));
        hex_encode(key, 16, digits);
        assert_false(holds(bytes, length, digits, 16));
    }
    free(bytes);
}

static const struct counter_owner KEY_SET_1 = {.key_index = 1, .tar = -1};

static struct counter_scope counter_of(int64_t card_id, struct counter_owner owner)
{
    struct counter_scope scope;
    assert_int_equal(work_counter_get(store, card_id, owner, &scope), STORE_OK);
    return scope;
}

static int set_counter(int64_t card_id, struct counter_owner owner, int64_t message_id, uint64_t counter)
{
    const struct counter_choice choice = {
        .counter = counter, .jumps = 2, .held = {.low = 1, .guess = 2, .high = 3, .refusals = 4}};
    return work_counter_set(store, card_id, owner, message_id, &choice);
}

static void counters_only_rise(void **state)
{
    (void)state;
    struct card card = add_card(store, add_profile(store, "p"), 0, 1);
    assert_int_equal(counter_of(card.id, KEY_SET_1).value, 0);
    assert_int_equal(set_counter(card.id, KEY_SET_1, 7, 5), STORE_OK);
    assert_int_equal(set_counter(card.id, KEY_SET_1, 8, 3), STORE_OK);
    assert_int_equal(counter_of(card.id, KEY_SET_1).value, 5);
    assert_int_equal(counter_of(card.id, KEY_SET_1).jumps, 2);
    assert_false(counter_of(card.id, KEY_SET_1).last.known); /* there is no message 8 */
    assert_int_equal(set_counter(card.id, KEY_SET_1, 0, COUNTER_MAX), STORE_OK); /* by no message */
    assert_true(counter_of(card.id, KEY_SET_1).value == COUNTER_MAX);
    assert_int_equal(set_counter(card.id, KEY_SET_1, 9, COUNTER_MAX + 1), STORE_FAILED);
    assert_int_equal(set_counter(99, KEY_SET_1, 9, 1), STORE_NOT_FOUND);
}

static void counters_are_kept_apart(void **state)
{
    static const struct counter_owner owners[] = {
        {.key_index = 1, .tar = -1}, {.key_index = 2, .tar = -1}, {.tar = 0}, {.tar = 0xB00010}};
    (void)state;
    struct card cards[2];
    int64_t profile = add_profile(store, "p");
    for (int i = 0; i < 2; i++)
        cards[i] = add_card(store, profile, 0, i + 1);
    for (size_t i = 0; i < 8; i++) {
        struct counter_scope before = counter_of(cards[i % 2].id, owners[i / 2]);
        assert_int_equal(before.value, 0);
        assert_int_equal(set_counter(cards[i % 2].id, owners[i / 2], 0, 100 + i), STORE_OK);
    }
    for (size_t i = 0; i < 8; i++) {
        struct counter_scope scope = counter_of(cards[i % 2].id, owners[i / 2]);
        assert_int_equal(scope.value, 100 + i);
        assert_int_equal(scope.held.low, 1);
        assert_int_equal(scope.held.guess, 2);
        assert_int_equal(scope.held.high, 3);
        assert_int_equal(scope.held.refusals, 4);
    }
}

/* --- groups --- */

static void a_group_comes_back_with_its_count(void **state)
{
    (void)state;
    struct card_group read;
    int64_t profile = add_profile(store, "workz_virgin"), group = add_group(store, profile, "poc_3cards");
    add_card(store, profile, group, 1);
    add_card(store, profile, 0, 2);
    assert_int_equal(group_get(store, group, &read), STORE_OK);
    assert_string_equal(read.name, "poc_3cards");
    assert_string_equal(read.profile_name, "workz_virgin");
    assert_int_equal(read.profile_id, profile);
    assert_int_equal(read.card_count, 1);
    assert_true(read.created == NOW);
    assert_int_equal(group_add_card(store, group, 2), STORE_OK);
    assert_int_equal(group_add_card(store, group, 2), STORE_OK);
    assert_int_equal(group_get(store, group, &read), STORE_OK);
    assert_int_equal(read.card_count, 2);
    assert_int_equal(group_get(store, 99, &read), STORE_NOT_FOUND);
}

static void group_names_are_unique_in_their_profile(void **state)
{
    (void)state;
    struct card_group group = {.name = "g"};
    group.profile_id = add_profile(store, "p");
    add_group(store, group.profile_id, "g");
    add_group(store, add_profile(store, "q"), "g");
    assert_int_equal(group_insert(store, &group, NOW, &refusal), -1);
    assert_refused(&refusal, REFUSAL_CONFLICT, "card group name 'g' is taken by card group 1 of profile 1");
    group.profile_id = 99;
    assert_int_equal(group_insert(store, &group, NOW, &refusal), -1);
    assert_refused(&refusal, REFUSAL_NOT_FOUND, "there is no profile 99");
    strcpy(group.name, "");
    assert_int_equal(group_insert(store, &group, NOW, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID, "card group name is empty, expected 1 to 64 characters");
}

static void a_group_takes_only_cards_of_its_profile(void **state)
{
    (void)state;
    struct card_group read;
    int64_t p = add_profile(store, "p"), q = add_profile(store, "q"), group = add_group(store, p, "g");
    for (unsigned int i = 1; i <= 5; i++)
        add_card(store, i <= 3 ? p : q, 0, i);
    assert_int_equal(group_add_card(store, group, 4), STORE_NOT_FOUND);
    assert_int_equal(group_add_card(store, group, 99), STORE_NOT_FOUND);
    assert_int_equal(group_add_card(store, 99, 1), STORE_NOT_FOUND);
    assert_int_equal(group_add_card(store, group, 1), STORE_OK);
    assert_int_equal(group_add_profile_cards(store, group), STORE_OK);
    assert_int_equal(group_get(store, group, &read), STORE_OK);
    assert_int_equal(read.card_count, 3);
}

static void groups_are_listed_by_profile_and_page(void **state)
{
    (void)state;
    struct card_group rows[4];
    size_t count = 4;
    int64_t p = add_profile(store, "p"), q = add_profile(store, "q");
    add_group(store, p, "a");
    add_group(store, q, "b");
    add_group(store, p, "c");
    assert_int_equal(group_list(store, 0, (struct page){0, 10}, rows, &count), STORE_OK);
    assert_int_equal(count, 3);
    count = 4;
    assert_int_equal(group_list(store, p, (struct page){0, 10}, rows, &count), STORE_OK);
    assert_int_equal(count, 2);
    assert_string_equal(rows[1].name, "c");
    count = 4;
    assert_int_equal(group_list(store, p, (struct page){1, 10}, rows, &count), STORE_OK);
    assert_int_equal(count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_profile_comes_back),
        TEST(a_taken_profile_name_is_refused),
        TEST(profiles_are_listed_by_pages),
        TEST(a_card_comes_back),
        TEST(cards_are_found_by_their_numbers),
        TEST(a_duplicate_names_field_value_and_holder),
        TEST(what_is_missing_is_named),
        TEST(a_refused_card_leaves_the_transaction_as_it_was),
        TEST(bad_records_are_refused_without_their_keys),
        TEST(cards_are_listed_by_profile_group_and_page),
        TEST(keys_come_back),
        TEST(sealed_keys_cannot_be_moved_or_changed),
        TEST(keys_are_not_in_the_database_file),
        TEST(counters_only_rise),
        TEST(counters_are_kept_apart),
        TEST(a_group_comes_back_with_its_count),
        TEST(group_names_are_unique_in_their_profile),
        TEST(a_group_takes_only_cards_of_its_profile),
        TEST(groups_are_listed_by_profile_and_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
