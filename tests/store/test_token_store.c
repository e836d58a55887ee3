/* The database knows a token only by its digest. */
#include "tests/store/fixture.h"

#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/store/token_store.h"

static void a_token_is_valid_and_nothing_near_it(void **state)
{
    struct refusal refusal;
    char text[TOKEN_TEXT_SIZE], other[TOKEN_TEXT_SIZE + 1];
    struct store *store = store_open_in(*state, false);
    assert_int_equal(token_count(store), 0);
    assert_int_equal(token_create(store, "first", NOW, text, &refusal), 0);
    assert_int_equal(strlen(text), 64);
    assert_int_equal(token_count(store), 1);
    assert_true(token_is_valid(store, text));
    for (size_t i = 0; i < 64; i++) {
        strcpy(other, text);
        other[i] = other[i] == '0' ? '1' : '0';
        assert_false(token_is_valid(store, other));
    }
    strcpy(other, text);
    strcat(other, "0");
    assert_false(token_is_valid(store, other));
    other[63] = '\0';
    assert_false(token_is_valid(store, other));
    assert_false(token_is_valid(store, ""));
    store_close(&store);
}

static void tokens_differ_and_names_are_unique(void **state)
{
    struct refusal refusal;
    char first[TOKEN_TEXT_SIZE], second[TOKEN_TEXT_SIZE];
    struct store *store = store_open_in(*state, false);
    assert_int_equal(token_create(store, "first", NOW, first, &refusal), 0);
    assert_int_equal(token_create(store, "second", NOW, second, &refusal), 0);
    assert_string_not_equal(first, second);
    assert_int_equal(token_create(store, "first", NOW, second, &refusal), -1);
    assert_refused(&refusal, REFUSAL_CONFLICT, "token name 'first' is taken");
    assert_int_equal(token_create(store, "a b", NOW, second, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID, "token name 'a b' has a space at position 2, names have none");
    assert_int_equal(token_count(store), 2);
    store_close(&store);
}

static void the_database_file_opens_no_door(void **state)
{
    struct refusal refusal;
    char text[TOKEN_TEXT_SIZE];
    size_t length;
    struct store *store = store_open_in(*state, false);
    assert_int_equal(token_create(store, "first", NOW, text, &refusal), 0);
    unsigned char *bytes = read_database_bytes(*state, &length);
    for (size_t i = 0; i + 16 <= length; i++)
        assert_memory_not_equal(bytes + i, text, 16);
    free(bytes);
    store_close(&store);
    struct store *reader = store_open_in(*state, true);
    assert_true(token_is_valid(reader, text));
    store_close(&reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_token_is_valid_and_nothing_near_it),
        TEST(tokens_differ_and_names_are_unique),
        TEST(the_database_file_opens_no_door),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
