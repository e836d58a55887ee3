/* A lab for each test, of three cards, and the words that the tests of the engine share. */
#ifndef OTA_TESTS_CAMPAIGN_LAB_FIXTURE_H
#define OTA_TESTS_CAMPAIGN_LAB_FIXTURE_H

#include "tests/campaign/lab.h"

extern struct lab lab;
extern struct lab_command command; /* what a card received last */

int open_lab(void **state);
int close_lab(void **state);
#define LAB_TEST(f) cmocka_unit_test_setup_teardown(f, open_lab, close_lab)

struct lab_answer good(void); /* all six commands of the SOP */
void expect_state(int64_t campaign, int card, enum message_state expected);
void expect_campaign(int64_t campaign, enum campaign_state expected);

struct campaign with_spi(const char *name, uint8_t spi1, uint8_t spi2); /* else the SOP's */
/* A campaign for card 1 alone, started; its first SMS is received into `command`. */
int64_t start_one(struct campaign settings, struct fake_sms *sms);
/* UPDATE BINARY of 255 bytes: with its SELECT three SMS. */
const char *long_command(void);
int64_t start_long(enum transmission_mode mode); /* these two, for card 1; nothing is received yet */

#endif
