/* Applet files: what is read of them, and files that are wrong or hostile. testdata/applets/make.py made ours. */
#include "tests/store/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zip.h>

#include "gateway-plugin/import/applet_file.h"

#define FILE_ROOM 4096

static struct refusal refusal;
static struct applet applet;
static uint8_t cap[FILE_ROOM], ijc[FILE_ROOM], changed[FILE_ROOM];
static size_t cap_length, ijc_length;

static size_t read_testdata(const char *name, uint8_t *bytes)
{
    char path[512];
    snprintf(path, sizeof path, "%s/testdata/applets/%s", getenv("SRCDIR"), name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, FILE_ROOM, file);
    fclose(file);
    assert_true(length > 100 && length < FILE_ROOM);
    return length;
}

static int setup(void **state)
{
    (void)state;
    cap_length = read_testdata("minimal.cap", cap);
    ijc_length = read_testdata("minimal.ijc", ijc);
    return 0;
}

/* At its exact size, so that a byte read behind it is one for the sanitizer. */
static int read_file(const uint8_t *bytes, size_t length, uint8_t **load_file)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);
    memcpy(copy, bytes, length);
    memset(&applet, 0, sizeof applet);
    int rc = applet_file_read(copy, length, &applet, load_file, &refusal);
    free(copy);
    return rc;
}

static void assert_good(const uint8_t *bytes, size_t length)
{
    uint8_t *load_file;
    if (read_file(bytes, length, &load_file) != 0)
        fail_msg("%s", refusal.text);
    assert_string_equal(applet.package_aid, "F06F7461626F780101");
    assert_string_equal(applet.package_version, "1.0");
    assert_string_equal(applet.applet_aids, "F06F7461626F78010101");
    assert_int_equal(applet.load_file_size, ijc_length);
    assert_memory_equal(load_file, ijc, ijc_length);
    free(load_file);
}

static void assert_bad(const uint8_t *bytes, size_t length, const char *words)
{
    uint8_t *load_file;
    assert_int_equal(read_file(bytes, length, &load_file), -1);
    assert_null(load_file);
    if (strstr(refusal.text, words) == NULL)
        fail_msg("'%s', expected '%s'", refusal.text, words);
}

static void both_forms_are_read(void **state)
{
    (void)state;
    assert_good(cap, cap_length);
    assert_int_equal(applet.format, APPLET_CAP);
    assert_good(ijc, ijc_length);
    assert_int_equal(applet.format, APPLET_IJC);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < cap_length; i++)
        assert_bad(cap, i, "");
    for (size_t i = 0; i < ijc_length; i++) {
        /* The Descriptor, 9 bytes at the end, may be left out. */
        if (i != ijc_length - 9)
            assert_bad(ijc, i, "");
    }
    assert_bad(cap, 0, "the file is neither a CAP file");
}

/* Of a component of minimal.ijc: tag, then where it begins. */
static size_t place_of(uint8_t tag)
{
    size_t at = 0;
    while (ijc[at] != tag)
        at += 3U + ijc[at + 1] * 256U + ijc[at + 2];
    return at;
}

static void assert_change_is_bad(size_t at, uint8_t value, const char *words)
{
    memcpy(changed, ijc, ijc_length);
    changed[at] = value;
    assert_bad(changed, ijc_length, words);
}

static void wrong_components_are_named(void **state)
{
    (void)state;
    size_t applets = place_of(3), header = place_of(1), directory = place_of(2);
    assert_change_is_bad(3, 0xDF, "neither a CAP file");
    assert_change_is_bad(header + 9, 0x00, "the package has no applets, but it has some");
    assert_change_is_bad(header + 12, 4, "package AID of 4 bytes is none, expected 5 to 16");
    assert_change_is_bad(header + 12, 17, "package AID of 17 bytes");
    assert_change_is_bad(header + 12, 10, "package AID of 10 bytes"); /* one more than there are */
    assert_change_is_bad(directory + 3 + 2 * 3 + 1, 2, "component Import has 1 bytes, the Directory says 2");
    assert_change_is_bad(directory + 3 + 2 * 9 + 1, 2, "component Export has 0 bytes, the Directory says 2");
    assert_change_is_bad(directory + 2, 21, "is none that is loaded"); /* cuts it within */
    assert_change_is_bad(place_of(4), 12, "component 0C");              /* Debug */
    assert_change_is_bad(place_of(4), 14, "component 0E");
    assert_change_is_bad(place_of(4), 9, "component Applet stands behind RefLocation");
    assert_change_is_bad(place_of(9), 13, "component RefLocation is missing");
    assert_change_is_bad(applets + 3, 0, "the package has 0 applets, expected 1 to 32");
    assert_change_is_bad(applets + 3, 33, "the package has 33 applets");
    assert_change_is_bad(applets + 3, 2, "applet AID of");
    assert_change_is_bad(applets + 4, 9, "component Applet has 1 bytes behind its 1 applets");
    assert_change_is_bad(applets + 4, 12, "component Applet is cut off in applet 1 of 1");
    memcpy(changed, ijc, ijc_length);
    memcpy(changed + ijc_length, ijc + place_of(9), 7);
    assert_bad(changed, ijc_length + 7, "component RefLocation stands behind Descriptor");
}

/* --- archives --- */

struct entry {
    const char *name;
    const uint8_t *bytes;
    size_t length;
};

static uint8_t *make_zip(const struct entry *entries, size_t count, size_t *length)
{
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *archive = zip_open_from_source(target, ZIP_CREATE, NULL);
    assert_non_null(archive);
    zip_source_keep(target);
    for (size_t i = 0; i < count; i++)
        assert_true(zip_file_add(archive, entries[i].name,
                                 zip_source_buffer(archive, entries[i].bytes, entries[i].length, 0), 0) >= 0);
    assert_int_equal(zip_close(archive), 0);
    zip_stat_t stat;
    assert_int_equal(zip_source_stat(target, &stat), 0);
    uint8_t *bytes = malloc(stat.size);
    assert_int_equal(zip_source_open(target), 0);
    *length = (size_t)zip_source_read(target, bytes, stat.size);
    zip_source_close(target);
    zip_source_free(target);
    return bytes;
}

static void assert_zip_is_bad(const struct entry *entries, size_t count, const char *words)
{
    size_t length;
    uint8_t *zip = make_zip(entries, count, &length);
    assert_bad(zip, length, words);
    free(zip);
}

static void wrong_archives_are_refused(void **state)
{
    (void)state;
    const uint8_t *header = ijc + place_of(1), *import = ijc + place_of(4);
    const struct entry none[] = {{"readme.txt", header, 10}, {"Header.cap", header, 22}};
    const struct entry two[] = {{"a/javacard/Header.cap", header, 22}, {"b/javacard/Import.cap", import, 4}};
    const struct entry twice[] = {{"a/javacard/Header.cap", header, 22}, {"a/javacard/HEADER.CAP", header, 22}};
    const struct entry strange[] = {{"xjavacard/Header.cap", header, 22}, {"javacard.cap", header, 22}};
    const struct entry swapped[] = {{"javacard/Header.cap", import, 4}, {"javacard/Import.cap", header, 22}};
    const struct entry alone[] = {{"javacard/Header.cap", header, 22}};
    assert_zip_is_bad(none, 2, "a ZIP without a javacard/Header.cap");
    assert_zip_is_bad(two, 2, "the CAP file has two packages: a/javacard/Header.cap and b/javacard/Import.cap");
    assert_zip_is_bad(twice, 2, "the CAP file has Header.cap twice");
    assert_zip_is_bad(strange, 2, "a ZIP without a javacard/Header.cap");
    assert_zip_is_bad(swapped, 2, "component Header stands behind Import");
    assert_zip_is_bad(alone, 1, "component Directory is missing");
}

/* 64 MiB of zeros are 64 KiB of ZIP: no more than one component of it is ever held. */
static void a_bomb_is_bounded(void **state)
{
    (void)state;
    const size_t size = (size_t)64 << 20;
    size_t length;
    uint8_t *zeros = calloc(1, size);
    const struct entry bomb[] = {{"javacard/Header.cap", zeros, size}};
    uint8_t *zip = make_zip(bomb, 1, &length);
    assert_true(length < size / 500);
    assert_bad(zip, length, "Header.cap of the CAP file has more than 65538 bytes");
    free(zip);
    free(zeros);
}

/* What an archive says of an entry's size is not believed, nor are bytes whose CRC is another. */
static void a_lying_archive_is_refused(void **state)
{
    (void)state;
    const uint8_t *end = cap + cap_length;
    size_t lies = 0;
    for (uint8_t *at = cap; at + 46 < end; at++) {
        if (memcmp(at, "PK\x01\x02", 4) != 0 || memcmp(at + 46, "org/otabox/minimal/javacard/M", 29) != 0)
            continue;
        memcpy(changed, cap, cap_length);
        changed[at - cap + 16] ^= 1; /* CRC */
        assert_bad(changed, cap_length, "Method.cap of the CAP file cannot be read");
        memcpy(changed, cap, cap_length);
        changed[at - cap + 8] |= 1; /* enciphered */
        assert_bad(changed, cap_length, "Method.cap of the CAP file cannot be read");
        lies++;
    }
    assert_int_equal(lies, 1);
    for (size_t i = 0; i < cap_length; i++) { /* whatever it makes of a byte: no crash, no leak */
        uint8_t *load_file;
        memcpy(changed, cap, cap_length);
        changed[i] ^= 0xFF;
        read_file(changed, cap_length, &load_file);
        free(load_file);
    }
}

/* --- names and TARs --- */

static void names_and_tars(void **state)
{
    (void)state;
    char tars[APPLET_TARS_SIZE];
    char many[8 * 17 + 1] = "";
    assert_int_equal(applet_check_name("a.cap", &refusal), 0);
    assert_int_equal(applet_check_name("a.b.IJC", &refusal), 0);
    assert_int_equal(applet_check_name(".cap", &refusal), -1);
    assert_int_equal(applet_check_name("a.jar", &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID, "applet name 'a.jar': expected one that ends with .cap or .ijc");
    assert_int_equal(applet_check_name("a b.cap", &refusal), -1);
    assert_int_equal(applet_parse_tars("b00010, 0xB00011 ,000000", tars, &refusal), 0);
    assert_string_equal(tars, "B00010,B00011,000000");
    assert_int_equal(applet_parse_tars("B00010 b00010", tars, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID, "tarList: TAR B00010 stands there twice");
    assert_int_equal(applet_parse_tars("B0001", tars, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID, "tarList: TAR 'B0001': expected 6 hex digits");
    assert_int_equal(applet_parse_tars("B0001G", tars, &refusal), -1);
    assert_int_equal(applet_parse_tars(" ,", tars, &refusal), -1);
    for (int i = 0; i < 17; i++)
        sprintf(many + strlen(many), "%06X ", i);
    assert_int_equal(applet_parse_tars(many, tars, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INVALID, "tarList has more TARs than 16");
    many[7 * 16] = '\0';
    assert_int_equal(applet_parse_tars(many, tars, &refusal), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(both_forms_are_read, setup),
        cmocka_unit_test_setup(every_truncation_is_refused, setup),
        cmocka_unit_test_setup(wrong_components_are_named, setup),
        cmocka_unit_test_setup(wrong_archives_are_refused, setup),
        cmocka_unit_test_setup(a_bomb_is_bounded, setup),
        cmocka_unit_test_setup(a_lying_archive_is_refused, setup),
        cmocka_unit_test_setup(names_and_tars, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
