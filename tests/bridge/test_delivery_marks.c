/* Marks that outlive the process that set them, also when the configuration changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pcsc-bridge/delivery_marks.h"

static char path[] = "/tmp/delivery-marks-XXXXXX";
static char error[300];

/* Cards 1000 + numbers. */
static struct bridge_settings *cards(size_t count, const unsigned *numbers)
{
    struct bridge_settings *settings = calloc(1, sizeof *settings);
    assert_non_null(settings);
    settings->card_count = count;
    for (size_t i = 0; i < count; i++)
        snprintf(settings->cards[i].msisdn, sizeof settings->cards[i].msisdn, "%u", 1000 + numbers[i]);
    return settings;
}

static void a_killed_process_has_set_its_marks(void **state)
{
    (void)state;
    int status;
    struct bridge_settings *settings = cards(2, (const unsigned[]){1, 2});
    pid_t child = fork();
    if (child == 0) {
        struct delivery_marks *marks = delivery_marks_open(path, settings, error, sizeof error);
        if (marks == NULL || delivery_mark(marks, 0) != 0)
            _exit(1);
        delivery_marks_set(marks, 0, 5);
        delivery_marks_set(marks, 1, UINT64_C(1795000000000001));
        delivery_marks_set(marks, 0, 6);
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    struct delivery_marks *marks = delivery_marks_open(path, settings, error, sizeof error);
    assert_non_null(marks);
    assert_int_equal(delivery_mark(marks, 0), 6);
    assert_int_equal(delivery_mark(marks, 1), UINT64_C(1795000000000001));
    delivery_marks_close(&marks);
    free(settings);
}

static void a_card_keeps_its_mark_wherever_it_stands(void **state)
{
    (void)state;
    unsigned numbers[BRIDGE_CARDS_MAX];
    for (unsigned i = 0; i < BRIDGE_CARDS_MAX; i++)
        numbers[i] = 20 - i;
    numbers[9] = 2; /* of the test above, at another place; card 1 is gone */
    struct bridge_settings *settings = cards(BRIDGE_CARDS_MAX, numbers);
    struct delivery_marks *marks = delivery_marks_open(path, settings, error, sizeof error);
    assert_non_null(marks);
    for (unsigned i = 0; i < BRIDGE_CARDS_MAX; i++)
        assert_int_equal(delivery_mark(marks, i), i == 9 ? UINT64_C(1795000000000001) : 0);
    for (unsigned i = 0; i < BRIDGE_CARDS_MAX; i++)
        delivery_marks_set(marks, i, i + 100);
    for (unsigned i = 0; i < BRIDGE_CARDS_MAX; i++)
        assert_int_equal(delivery_mark(marks, i), i + 100);
    delivery_marks_close(&marks);
    free(settings);
}

static void another_file_is_refused(void **state)
{
    (void)state;
    struct bridge_settings *settings = cards(1, (const unsigned[]){1});
    FILE *file = fopen(path, "w");
    fputs("something else", file);
    fclose(file);
    assert_null(delivery_marks_open(path, settings, error, sizeof error));
    assert_non_null(strstr(error, ": has 14 bytes, expected 512"));
    assert_null(delivery_marks_open("/nowhere/marks", settings, error, sizeof error));
    assert_string_equal(error, "/nowhere/marks: No such file or directory");
    free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_process_has_set_its_marks),
        cmocka_unit_test(a_card_keeps_its_mark_wherever_it_stands),
        cmocka_unit_test(another_file_is_refused),
    };
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    int failures = cmocka_run_group_tests_name("delivery marks", tests, NULL, NULL);
    unlink(path);
    return failures;
}
