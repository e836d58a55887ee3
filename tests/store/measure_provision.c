/* How many cards a second a store takes in one transaction: measure_provision [COUNT].
 * Not part of the suite; `make tests/store/measure_provision` builds it. */
#include "tests/measuring.h"
#include "tests/store/fixture.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned int wanted = 400000;

static void provision(void **state)
{
    struct store *store = store_open_in(*state, false);
    int64_t profile = add_profile(store, "p"), group = add_group(store, profile, "g");
    double start = seconds();
    assert_int_equal(store_begin(store), STORE_OK);
    for (unsigned int i = 0; i < wanted; i++)
        add_card(store, profile, group, i);
    assert_int_equal(store_commit(store), STORE_OK);
    double took = seconds() - start;
    print_message("%u cards with keys, in a group, in %.2f s: %.0f cards/s\n", wanted, took, wanted / took);
    store_close(&store);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(provision, scratch_make, scratch_remove)};
    if (argc > 1)
        wanted = (unsigned int)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
