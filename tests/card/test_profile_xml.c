/* What a profile may not say, each with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simsim/profile_xml.h"

static char path[] = "/tmp/profile-XXXXXX";
static char error[500];

static struct card_profile *read_text(const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
    error[0] = '\0';
    return profile_xml_read(path, error, sizeof error);
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void expect_refused(const char *text, const char *reason)
{
    struct card_profile *profile = read_text(text);
    assert_null(profile);
    assert_memory_equal(error, path, strlen(path));
    if (strcmp(error + strlen(path), reason) != 0)
        fail_msg("%s\n-> %s\nexpected %s", text, error + strlen(path), reason);
}

#define EF "<ef id='2F01' structure='transparent' size='2' read='ALW' update='ADM'/>"
#define PROFILE(inside) "<card-profile name='t'>\n" inside "\n</card-profile>"
#define MF(inside) PROFILE("<mf id='3F00'>\n" inside "\n</mf>")

static void the_shipped_profile(void **state)
{
    (void)state;
    char shipped[500];
    snprintf(shipped, sizeof shipped, "%s/simsim/profiles/gsm-2g.xml", getenv("SRCDIR"));
    struct card_profile *profile = profile_xml_read(shipped, error, sizeof error);
    if (profile == NULL)
        fail_msg("%s", error);
    assert_string_equal(profile->name, "gsm-2g");
    uint16_t spn = card_profile_find_path(profile, "3F007F206F46");
    assert_int_not_equal(spn, NO_FILE);
    assert_int_equal(profile->files[spn].size, 17);
    assert_int_equal(profile->files[spn].access[RIGHT_READ], ACCESS_ALW);
    assert_int_equal(profile->files[spn].access[RIGHT_UPDATE], ACCESS_ADM);
    assert_int_equal(profile->files[spn].content[16], 0xFF);
    uint16_t sms = card_profile_find_path(profile, "3F007F106F3C");
    assert_int_equal(profile->files[sms].content[0], 0x00); /* each record is free */
    assert_int_equal(profile->files[sms].content[9 * 176], 0x00);
    assert_int_equal(profile->files[sms].content[1], 0xFF);
    uint16_t sst = card_profile_find_path(profile, "3F007F206F38");
    assert_int_equal(profile->files[sst].content[4] >> 0 & 0x03, 0x03); /* service 17, SPN */
    assert_int_equal(profile->files[sst].content[6] >> 2 & 0x03, 0x03); /* service 26, SMS-PP download */
    assert_int_equal(profile->files[sst].content[7] >> 0 & 0x03, 0x03); /* service 29, proactive SIM */
    assert_true(profile->chv.first.chv1_enabled);
    assert_non_null(card_profile_find_tar(profile, (const uint8_t[]){0xB0, 0x00, 0x10}));
    assert_null(card_profile_find_tar(profile, (const uint8_t[]){0xB0, 0x00, 0x11}));
    card_profile_free(&profile);
    assert_null(profile);
}

static void the_shipped_uicc(void **state)
{
    (void)state;
    char shipped[500];
    snprintf(shipped, sizeof shipped, "%s/simsim/profiles/usim.xml", getenv("SRCDIR"));
    struct card_profile *profile = profile_xml_read(shipped, error, sizeof error);
    if (profile == NULL)
        fail_msg("%s", error);
    assert_true(profile->is_uicc);
    assert_int_equal(profile->protocols, PROTOCOL_T0);
    uint16_t sim = card_profile_find_path(profile, "3F007F206F46");
    uint16_t usim = card_profile_find_path(profile, "3F007FF06F46");
    assert_int_equal(profile->files[usim].same_as, sim);
    assert_int_equal(profile->files[sim].same_as, sim);
    assert_int_equal(profile->files[usim].size, 17);
    assert_null(profile->files[usim].content);
    const struct rfm_application *rfm = card_profile_find_tar(profile, (const uint8_t[]){0xB0, 0x00, 0x11});
    assert_int_equal(rfm->commands, COMMANDS_UICC);
    assert_int_equal(rfm->start, card_profile_find_path(profile, "3F007FF0"));
    assert_int_equal(card_profile_find_tar(profile, (const uint8_t[]){0xB0, 0x00, 0x10})->commands,
                     COMMANDS_SIM);
    uint16_t ust = card_profile_find_path(profile, "3F007FF06F38");
    assert_int_equal(profile->files[ust].content[3] >> 3 & 1, 1); /* service 28, SMS-PP download */
    assert_int_equal(profile->files[ust].content[2] >> 2 & 1, 1); /* service 19, SPN */
    card_profile_free(&profile);
}

#define UICC(inside) "<card-profile name='t' type='uicc'>\n<mf id='3F00'>\n" inside "\n</mf></card-profile>"
#define ADF(attributes) "<df id='7FF0' " attributes "/>"
#define USIM_AID "aid='A0000000871002'"

static void wrong_uiccs(void **state)
{
    (void)state;
    expect_refused("<card-profile name='t' type='esim'/>", ":1: type 'esim', expected sim or uicc");
    expect_refused("<card-profile name='t' type='uicc' protocols='T2'/>",
                   ":1: protocols 'T2', expected T0, T1 or T0 T1");
    expect_refused("<card-profile name='t' protocols='T0 T1'/>",
                   ":1: T1 is for a UICC, a SIM has T0 (TS 51.011 5)");
    expect_refused(MF(ADF(USIM_AID)), ":3: an aid is for a <df> in the <mf> of a UICC");
    expect_refused(UICC("<df id='7F20'>" ADF(USIM_AID) "</df>"),
                   ":3: an aid is for a <df> in the <mf> of a UICC");
    expect_refused(UICC(ADF("aid='A0'")), ":3: aid 'A0', expected 5 to 16 bytes in hex");
    expect_refused(UICC(ADF("label='USIM'")), ":3: a label needs an aid");
    expect_refused(UICC(ADF(USIM_AID " label='a name of more than thirty-two characters'")),
                   ":3: label 'a name of more than thirty-two characters', expected at most 32 characters");
    expect_refused(UICC(ADF(USIM_AID) "\n<df id='7FF1' " USIM_AID "/>"),
                   ":4: that aid is there already, in line 3");
    expect_refused(UICC("<ef id='2F01' structure='transparent' size='2' read='ALW' update='ADM' sfi='31'/>"),
                   ":3: sfi '31', expected 1 to 30");
    expect_refused(UICC("<ef id='2F01' structure='transparent' size='2' read='ALW' update='ADM' sfi='1'/>\n"
                        "<ef id='2F02' structure='transparent' size='2' read='ALW' update='ADM' sfi='1'/>"),
                   ":4: sfi 1 is that of file 2F01 already, in line 3");
    expect_refused(UICC("<ef id='2F02' same-as='3F002F01'/>\n" EF),
                   ":3: same-as '3F002F01', expected the path of an EF that stands before it");
    expect_refused(UICC("<ef id='2F02' same-as='3F002F02'/>"),
                   ":3: same-as '3F002F02', expected the path of an EF that stands before it");
    expect_refused(UICC(EF "\n<ef id='2F02' same-as='3F002F01' size='2'/>"),
                   ":4: <ef> has an unknown attribute 'size'");
    expect_refused(UICC(EF "\n<ef id='2F01' same-as='3F002F01'/>"),
                   ":4: file 2F01 is there already, in line 3");
    expect_refused(UICC("<ef id='2F00' structure='transparent' size='9' read='ALW' update='ADM' "
                        "content-from='applications'/>"),
                   ":3: file 2F00: its content-from takes a linear file");
    expect_refused(
        UICC("<ef id='2F00' structure='linear' record-length='10' records='1' read='ALW' update='ADM' "
             "content-from='applications'/>\n" ADF(USIM_AID)),
        ":3: file 2F00 needs at least 1 records of 11 bytes");
    expect_refused(
        UICC("<ef id='2F06' structure='linear' record-length='20' records='1' read='ALW' update='NEV' "
             "content-from='access-rules'/>"),
        ":3: file 2F06 needs at least 2 records of 5 bytes");
    expect_refused(
        "<card-profile name='t'>\n<rfm tar='B00000' msl='00' access-domain='full' d0-in-compact='reject' "
        "commands='00'/></card-profile>",
        ":2: commands of class 00 are for a UICC");
    expect_refused(
        "<card-profile name='t'>\n<rfm tar='B00000' msl='00' access-domain='full' d0-in-compact='reject' "
        "commands='B0'/></card-profile>",
        ":2: commands 'B0', expected A0, 00 or A0 00");
    expect_refused(
        "<card-profile name='t'>\n<rfm tar='B00000' msl='00' access-domain='full' d0-in-compact='reject' "
        "start='3F007F10'/><mf id='3F00'/></card-profile>",
        ":1: start '3F007F10', expected the path of a directory");
}

static void not_a_profile(void **state)
{
    (void)state;
    assert_null(profile_xml_read("/nonexistent/p.xml", error, sizeof error));
    assert_string_equal(error, "/nonexistent/p.xml: No such file or directory");
    expect_refused("", ":1: Document is empty");
    expect_refused("<card-profile name='t'>\n<mf>", ":2: Premature end of data in tag mf line 2");
    expect_refused("<profile/>", ":1: root element is <profile>, expected <card-profile>");
    expect_refused("<card-profile><mf id='3F00'/></card-profile>",
                   ":1: <card-profile> has no attribute 'name'");
    expect_refused(PROFILE(""), ":1: no <mf>");
    expect_refused("<card-profile name='t' counter-scope='card'/>",
                   ":1: counter-scope 'card', expected keyset or tar");
    expect_refused(PROFILE("<mf id='3F01'/>"), ":2: <mf> has id 3F01, expected 3F00");
    expect_refused(PROFILE("<mf id='3F00'/><mf id='3F00'/>"), ":2: a second <mf>");
    expect_refused(PROFILE("<sim/>"),
                   ":2: <card-profile> holds <sim>, expected <mf>, <chv>, <adm>, <rfm> or <key-set>");
    expect_refused("<!DOCTYPE x [<!ENTITY a 'b'>]>\n" MF(EF),
                   ":1: a document type declaration is not allowed");
}

static void wrong_files(void **state)
{
    (void)state;
    expect_refused(MF(EF "\n" EF), ":4: file 2F01 is there already, in line 3");
    expect_refused(MF("<df id='3F00'/>"), ":3: file 3F00 is there already, in line 2");
    expect_refused(
        MF("<ef id='2F01' structure='transparent' size='2' read='ALW' update='ADM' colour='red'/>"),
        ":3: <ef> has an unknown attribute 'colour'");
    expect_refused(MF("<ef id='2F01' structure='transparent' size='2' read='ALW'/>"),
                   ":3: <ef> has no attribute 'update'");
    expect_refused(MF("<ef id='2F1' structure='transparent' size='2' read='ALW' update='ADM'/>"),
                   ":3: id '2F1', expected 4 hex digits");
    expect_refused(MF("<ef id='2F01' structure='flat' size='2' read='ALW' update='ADM'/>"),
                   ":3: structure 'flat', expected transparent, linear or cyclic");
    expect_refused(MF("<ef id='2F01' structure='transparent' size='0' read='ALW' update='ADM'/>"),
                   ":3: size '0', expected 1 to 65535 bytes");
    expect_refused(MF("<ef id='2F01' structure='transparent' size='2' read='PIN' update='ADM'/>"),
                   ":3: read 'PIN', expected ALW, CHV1, CHV2, ADM, ADM4 to ADME or NEV");
    expect_refused(MF("<ef id='2F01' structure='transparent' size='2' read='ALW' update='ADM3'/>"),
                   ":3: update 'ADM3', expected ALW, CHV1, CHV2, ADM, ADM4 to ADME or NEV");
    expect_refused(
        MF("<ef id='2F01' structure='transparent' size='2' read='ALW' update='ADM' content='112233'/>"),
        ":3: content of file 2F01 has 3 bytes, there is room for 2");
    expect_refused(
        MF("<ef id='2F01' structure='transparent' size='2' read='ALW' update='ADM' content='1 2 3'/>"),
        ":3: content of file 2F01 is not an even number of hex digits");
    expect_refused(
        MF("<ef id='2F01' structure='transparent' size='2' read='ALW' update='ADM' content='1X'/>"),
        ":3: content of file 2F01 is not an even number of hex digits");
    expect_refused(MF("<ef id='2F01' structure='linear' size='2' read='ALW' update='ADM'/>"),
                   ":3: file 2F01 needs record-length and records, and no size");
    expect_refused(MF("<ef id='2F01' structure='transparent' size='2' records='2' read='ALW' update='ADM'/>"),
                   ":3: transparent file 2F01 needs a size and no records");
    expect_refused(
        MF("<ef id='2F01' structure='linear' record-length='256' records='2' read='ALW' update='ADM'/>"),
        ":3: record-length '256', expected 1 to 255 bytes");
    expect_refused(
        MF("<ef id='2F01' structure='linear' record-length='4' records='2' read='ALW' update='ADM' "
           "increase='CHV1'/>"),
        ":3: file 2F01: only cyclic records of 3 bytes and more can increase");
    expect_refused(
        MF("<ef id='2FE2' structure='transparent' size='9' read='ALW' update='ADM' content-from='iccid'/>"),
        ":3: file 2FE2: its content-from takes a transparent file of 10 bytes");
    expect_refused(MF("<ef id='2F01' structure='transparent' size='2' read='ALW' update='ADM'>\n<df/></ef>"),
                   ":4: <ef> holds <df>, expected nothing");
    expect_refused(MF("<chv/>"), ":3: <mf> holds <chv>, expected <df> or <ef>");
    expect_refused(MF("<df id='7F20' characteristics='B1'/>"),
                   ":3: characteristics 'B1', expected 2 hex digits up to 7F (bit 8 is the state of CHV1)");
}

static void wrong_settings(void **state)
{
    (void)state;
    expect_refused(PROFILE("<chv number='3' value='1234' unblock='12345678'/>"),
                   ":2: number '3', expected 1 or 2");
    expect_refused(PROFILE("<chv number='1' value='12' unblock='12345678'/>"),
                   ":2: value '12', expected 4 to 8 digits");
    expect_refused(PROFILE("<chv number='2' value='1234' unblock='12345678' enabled='no'/>"),
                   ":2: CHV2 cannot be disabled (TS 51.011 11.3.3)");
    expect_refused(PROFILE("<adm value='12345678'/>\n<adm value='12345678'/>"),
                   ":3: a second <adm> of that number");
    expect_refused(PROFILE("<rfm tar='B0001' msl='06' access-domain='full' d0-in-compact='accept'/>"),
                   ":2: tar 'B0001', expected 6 hex digits");
    expect_refused(PROFILE("<rfm tar='B00010' msl='36' access-domain='full' d0-in-compact='accept'/>"),
                   ":2: msl '36', expected 2 hex digits up to 1F, coded as SPI1");
    expect_refused(PROFILE("<rfm tar='B00010' msl='06' access-domain='CHV1 NEV' d0-in-compact='accept'/>"),
                   ":2: access-domain 'CHV1 NEV', expected full, none, or a list out of CHV1 CHV2 ADM");
    expect_refused(PROFILE("<rfm tar='B00010' msl='06' access-domain='full' d0-in-compact='maybe'/>"),
                   ":2: d0-in-compact 'maybe', expected accept or reject");
    expect_refused(PROFILE("<key-set index='16' algorithm='aes'/>"), ":2: index '16', expected 1 to 15");
    expect_refused(PROFILE("<key-set index='1' algorithm='3des'/>"),
                   ":2: algorithm '3des', expected des, 3des-2, 3des-3 or aes");
    expect_refused(PROFILE("<key-set index='1' cc-size='6'/>"),
                   ":2: cc-size '6', expected 4 or 8 bytes (of an AES CC)");
    expect_refused(PROFILE("<key-set index='1'/>"), ":2: <key-set> has neither algorithm nor cc-size");
    expect_refused(PROFILE("<key-set index='1' cc-size='4'/>\n<key-set index='1' cc-size='8'/>"),
                   ":3: a second <key-set> with index 1");
}

static void paths_and_children(void **state)
{
    (void)state;
    char text[FILE_PATH_SIZE];
    struct card_profile *profile = read_text(MF("<df id='7F20'>" EF "</df>" EF));
    assert_non_null(profile);
    assert_int_equal(profile->file_count, 4);
    assert_int_equal(card_profile_find_path(profile, "3F007F202F01"), 2);
    assert_int_equal(card_profile_find_path(profile, "3F002F01"), 3);
    assert_int_equal(card_profile_find_path(profile, "3F002F02"), NO_FILE);
    card_profile_path(profile, 2, text);
    assert_string_equal(text, "3F007F202F01");
    card_profile_path(profile, MF_INDEX, text);
    assert_string_equal(text, "3F00");
    assert_int_equal(card_profile_count_children(profile, MF_INDEX, FILE_DF), 1);
    assert_int_equal(card_profile_count_children(profile, MF_INDEX, FILE_EF), 1);
    card_profile_free(&profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_profile), cmocka_unit_test(not_a_profile),
        cmocka_unit_test(wrong_files),         cmocka_unit_test(wrong_settings),
        cmocka_unit_test(paths_and_children),  cmocka_unit_test(the_shipped_uicc),
        cmocka_unit_test(wrong_uiccs),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
