/* Runs a fuzz target over its seeds, testdata/fuzz/<name>/, where the program is
 * fuzz_<name>; or over the files named as arguments. A broken property aborts. */
#include <dirent.h>
#include <string.h>

#include "tests/protocol/fuzz.h"

#define INPUT_MAX 65536

/* The input at its exact size, so that a sanitizer sees a read behind it. */
static int run_file(const char *path)
{
    static uint8_t content[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return -1;
    size_t length = fread(content, 1, sizeof content, file);
    fclose(file);
    uint8_t *input = malloc(length);
    if (input == NULL && length > 0)
        return -1;
    if (length > 0)
        memcpy(input, content, length);
    LLVMFuzzerTestOneInput(input, length);
    free(input);
    return 0;
}

static int report(const char *path, int number)
{
    int failed = run_file(path) != 0;
    printf("%s %d - %s\n", failed ? "not ok" : "ok", number, path);
    fflush(stdout);
    return failed;
}

static int is_seed(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int run_directory(const char *directory)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_seed, alphasort), failures = 0;
    if (count <= 0) {
        printf("1..1\nnot ok 1 - no seeds in %s\n", directory);
        return 1;
    }
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
        failures += report(path, i + 1);
        free(entries[i]);
    }
    free(entries);
    return failures != 0;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        int failures = 0;
        printf("1..%d\n", argc - 1);
        for (int i = 1; i < argc; i++)
            failures += report(argv[i], i);
        return failures != 0;
    }
    const char *testdata = getenv("TESTDATA"), *slash = strrchr(argv[0], '/');
    const char *program = slash == NULL ? argv[0] : slash + 1;
    const char *name = strncmp(program, "fuzz_", 5) == 0 ? program + 5 : program;
    char directory[2048];
    snprintf(directory, sizeof directory, "%s/fuzz/%s", testdata == NULL ? "testdata" : testdata, name);
    return run_directory(directory);
}
