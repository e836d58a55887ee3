#include "tests/campaign/lab_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

struct lab lab;
struct lab_command command;

int open_lab(void **state)
{
    (void)state;
    lab_open(&lab, 3);
    return 0;
}

int close_lab(void **state)
{
    (void)state;
    lab_close(&lab);
    return 0;
}

struct lab_answer good(void)
{
    return LAB_ANSWER(.executed = 6, .sw = 0x9000);
}

void expect_state(int64_t campaign, int card, enum message_state expected)
{
    lab_expect_state(&lab, campaign, card, expected);
}

void expect_campaign(int64_t campaign, enum campaign_state expected)
{
    lab_expect_campaign(&lab, campaign, expected);
}

int64_t start_one(struct campaign settings, struct fake_sms *sms)
{
    struct refusal refusal = {0};
    int64_t id = lab_create(&lab, settings);
    if (lab_start_on(&lab, id, (struct campaign_target){.msisdn = lab_msisdn(1)}, &refusal) != 0)
        fail_msg("%s", refusal.text);
    *sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, sms, 1, &command);
    return id;
}

struct campaign with_spi(const char *name, uint8_t spi1, uint8_t spi2)
{
    struct campaign campaign = lab_campaign(name);
    campaign.security.spi1 = spi1;
    campaign.security.spi2 = spi2;
    return campaign;
}

const char *long_command(void)
{
    static char text[2 * 260 + 1];
    memset(text, '0', sizeof text - 1);
    memcpy(text, "A0D60000FF", 10);
    return text;
}

int64_t start_long(enum transmission_mode mode)
{
    const char *const commands[] = {SOP_COMMANDS[0], long_command()};
    struct campaign campaign = lab_campaign(mode == TRANSMISSION_CONCURRENT ? "conc" : "seq");
    campaign.transmission = mode;
    int64_t id = lab_create_with(&lab, campaign, commands, 2);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.iccid = "8991000000000000001"}, NULL),
                     0);
    return id;
}
