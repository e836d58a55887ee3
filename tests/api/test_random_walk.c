/*
 * 2,000 requests at random, good ones and bad ones, one in twenty by cliota: none may end in a 5xx but 501,
 * what is refused may change nothing, and afterwards the store may hold no half-made object. SEED=n repeats a
 * walk, STEPS=n makes it longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/api/raw_http.h"
#include "tests/api/rest_fixture.h"

#define KEYS "23434564756786846345235345645745,23454576679803454767897890890678"
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static uint64_t random_state;
static struct db *database; /* for reading */

static unsigned below(unsigned limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % limit;
}

/* --- requests: words in braces are filled in --- */

static const char *const odd_names[] = {
    "a", "two words", "", "ä", "a/b", "name-that-is-longer-than-sixty-four-characters-and-so-no-name-at-all"};
static const char *const numbers[] = {"961234560000", "961234560001", "961234560002", "961234560003",
                                      "961234560004", "961234560005", "96x",          ""};

struct request {
    const char *method, *path, *body;
};

#define CREATION "\"profile_id\":{id},\"name\":\"{name}\",\"apdus\":\"A0A40000023F00\\nA0B0000001\""
#define INSTALLATION                                                                                        \
    "\"type\":\"RAM\",\"spi\":\"1621\",\"profile_id\":{of profile},\"name\":\"{name}\",\"applet_id\":{of applet},"  \
    "\"isInstallIncluded\":true"
#define OF_PROFILE "\"profile_id\":{of profile},\"name\":\"{name}\""
#define MORE "\"msisdn\":\"{msisdn}\""
static const struct request requests[] = {
    {"POST", "/api/profiles", "{\"name\":\"{name}\",\"appType\":\"rfm\"}"},
    {"POST", "/api/profiles", "{\"name\":\"{name}\",\"appType\":\"nothing\"}"},
    {"PATCH", "/api/profiles/{id}", "{\"name\":\"{name}\"}"},
    {"PATCH", "/api/profiles/{id}", "{\"validityPeriod\":{id},\"maxSmsParts\":3}"},
    {"PATCH", "/api/profiles/{id}", "{\"validityPeriod\":-{id}}"},
    {"DELETE", "/api/profiles/{id}", NULL},
    {"POST", "/api/profiles/{id}/cards", "{cards}"},
    {"POST", "/api/profiles/{id}/cards?cardGroupName={name}", "{cards}"},
    {"POST", "/api/profiles/{id}/cards?cardGroup={id}", "{cards}"},
    {"POST", "/api/profiles/{id}/cardfile", "{cards}"},
    {"POST", "/api/profiles/{id}/cardfile?cardGroup={id}", "{cards}"},
    {"POST", "/api/profiles/{id}/cardgroups", "{\"name\":\"{name}\"}"},
    {"POST", "/api/profiles/{id}/cardgroups", "{\"name\":\"{name}\",\"msisdnList\":\"{msisdn}\\n{msisdn}\"}"},
    {"POST", "/api/profiles/{id}/cardgroups", "{\"name\":\"{name}\",\"iccidList\":\"899123456000000{id}\"}"},
    {"POST", "/api/profiles/{id}/cardgroups", "{\"name\":\"{name}\",\"empty\":true}"},
    {"PATCH", "/api/cardgroups/{id}", "{\"name\":\"{name}\"}"},
    {"DELETE", "/api/cardgroups/{id}", NULL},
    {"PATCH", "/api/cards/{id}", "{" MORE "}"},
    {"PATCH", "/api/cards/{id}", "{" MORE ",\"blocked\":true}"},
    {"PATCH", "/api/cards/{id}", "{\"blocked\":false}"},
    {"DELETE", "/api/cards/{id}", NULL},
    {"POST", "/api/campaigns", "{\"type\":\"RFM\",\"spi\":\"1621\"," CREATION "}"},
    {"POST", "/api/campaigns", "{\"type\":\"RFM\",\"spi\":\"1621\",\"retries\":{id}," CREATION "}"},
    {"POST", "/api/campaigns", "{\"type\":\"RFM\",\"spi\":\"0000\"," CREATION "}"},
    {"POST", "/api/campaigns", "{\"type\":\"RFM\",\"spi\":\"16\"," CREATION "}"},
    {"POST", "/api/campaigns", "{\"type\":\"RAM\",\"spi\":\"1621\"," CREATION "}"},
    {"POST", "/api/profiles/{of profile}/toolkitparameters", "{\"name\":\"{name}\",\"maxTimers\":{id},\"menuEntries\":\"{id}:{id}\"}"},
    {"POST", "/api/profiles/{of profile}/toolkitparameters", "{\"name\":\"{name}\",\"format\":\"sim\",\"menuEntries\":\"{id}:{id} 1:3\"}"},
    {"POST", "/api/profiles/{of profile}/toolkitparameters", "{\"name\":\"{name}\",\"priority\":0}"},
    {"PATCH", "/api/toolkitparameters/{of toolkit_parameters}", "{\"name\":\"{name}\"}"},
    {"DELETE", "/api/toolkitparameters/{of toolkit_parameters}", NULL},
    {"PATCH", "/api/applets/{of applet}", "{\"name\":\"{name}.cap\"}"},
    {"DELETE", "/api/applets/{of applet}", NULL},
    {"POST", "/api/campaigns", "{" INSTALLATION "}"},
    {"POST", "/api/campaigns", "{" INSTALLATION ",\"tkp_id\":{of toolkit_parameters}}"},
    {"POST", "/api/campaigns", "{" INSTALLATION ",\"tkp_id\":{of toolkit_parameters},\"isInstallIncluded\":false}"},
    {"POST", "/api/templates", "{" INSTALLATION ",\"tkp_id\":{of toolkit_parameters}}"},
    {"POST", "/api/templates", "{\"type\":\"RFM\",\"spi\":\"1621\"," CREATION "}"},
    {"POST", "/api/campaigns", "{\"template_id\":{of campaign_template},\"name\":\"{name}\"}"},
    {"POST", "/api/campaigns", "{\"template_id\":{of campaign_template},\"name\":\"{name}\",\"tkp_id\":null}"},
    {"DELETE", "/api/templates/{of campaign_template}", NULL},
    {"GET", "/api/profiles/{id}/toolkitparameters", NULL},
    {"POST", "/api/campaigns", "{\"type\":\"SMS\",\"message\":\"{name} \u20AC\"," OF_PROFILE "}"},
    {"POST", "/api/campaigns", "{\"type\":\"FLASH\",\"message\":\"[{msisdn}] \\n\u0436\",\"retries\":{id}," OF_PROFILE "}"},
    {"POST", "/api/campaigns", "{\"type\":\"SMS\"," OF_PROFILE "}"},
    {"POST", "/api/campaigns", "{\"type\":\"SMS\",\"message\":\"{name}\"," CREATION "}"},
    {"POST", "/api/templates", "{\"type\":\"FLASH\",\"message\":\"{name}\"," OF_PROFILE "}"},
    {"PATCH", "/api/campaigns/{id}", "{\"name\":\"{name}\"}"},
    {"DELETE", "/api/campaigns/{id}", NULL},
    {"POST", "/api/campaigns/{id}/start", "{\"cardGroup\":{id}}"},
    {"POST", "/api/campaigns/{id}/start", "{\"card\":{id}}"},
    {"POST", "/api/campaigns/{id}/start", "{" MORE "}"},
    {"POST", "/api/campaigns/{id}/start", "{\"cardGroup\":{id}," MORE "}"},
    {"POST", "/api/campaigns/{id}/start", "{{spot}}"},
    {"POST", "/api/campaigns/{id}/start", "{\"cardGroup\":{id},\"data\":\"MSISDN,File\\n{msisdn},3F00\\n{msisdn},3F0\"}"},
    {"POST", "/api/campaigns/{id}/start", "{" MORE ",\"data\":\"MSISDN,File\\n{msisdn},3F00\"}"},
    {"POST", "/api/campaigns", "{\"type\":\"RFM\",\"spi\":\"1621\",\"profile_id\":{id},\"name\":\"{name}\",\"apdus\":\"A0A4000002[File]\"}"},
    {"POST", "/api/templates/{of campaign_template}/start", "{\"cardGroup\":{id}}"},
    {"POST", "/api/templates/{of campaign_template}/start", "{\"name\":\"{name}\"," MORE "}"},
    {"POST", "/api/templates/{of campaign_template}/start", "{{spot}}"},
    {"PUT", "/api/cards/{id}/counters", "{\"counter\":\"{id}{id}\",\"keyIndex\":{id}}"},
    {"POST", "/api/cards/{id}/counters/jump", "{\"jump\":{id}}"},
    {"POST", "/api/profiles/{id}/counters/jump", "{\"jump\":{id}}"},
    {"POST", "/api/cardgroups/{id}/counters/jump", "{\"jump\":1099511627774}"},
    {"POST", "/api/campaigns/{id}/retryfailed", "{}"},
    {"POST", "/api/campaigns/{id}/pause", "{}"},
    {"POST", "/api/campaigns/{id}/resume", "{}"},
    {"POST", "/api/campaigns/{id}/terminate", "{}"},
    {"GET", "/api/campaigns/{id}", NULL},
    {"GET", "/api/campaigns/{id}/messages?limit=5", NULL},
    {"GET", "/api/campaigns/{id}/statistics", NULL},
    {"GET", "/api/profiles/{id}/cards?limit=3", NULL},
    {"GET", "/api/cardgroups?after={id}", NULL},
    {"POST", "/api/campaigns", "{\"type\":"},
    {"POST", "/api/profiles", "[]"},
};

/* Three rows, of which each may be there already, of another profile, or without a key. */
static void add_cards(FILE *out)
{
    fputs("ICCID,IMSI,MSISDN,KIC,KID\n", out);
    for (int i = 0; i < 3; i++) {
        unsigned card = below(12);
        fprintf(out, "8991234560000000%02u0F,42123456000%02u,9612345600%02u,%s\n", card, card, card,
                below(8) == 0 ? "1234,5678" : KEYS);
    }
}

/* A card to be provisioned by a start: one that is there, a new one, or the numbers of two; good keys or bad ones. */
static void add_spot(FILE *out)
{
    unsigned card = below(12), other = below(4) == 0 ? below(12) : card;
    fprintf(out, "\"iccid\":\"8991234560000000%02u0F\",\"imsi\":\"42123456000%02u\",\"msisdn\":\"9612345600%02u\","
                 "\"kicKey\":\"%.32s\",\"kidKey\":\"%s\"",
            card, card, other, KEYS, below(4) == 0 ? "1234" : KEYS + 33);
}

static void add_name(FILE *out)
{
    if (below(5) == 0)
        fputs(odd_names[below(COUNT(odd_names))], out);
    else
        fprintf(out, "n%u", below(100));
}

#define ROW_OF(table) {#table, "SELECT id FROM " #table " ORDER BY id LIMIT 1 OFFSET ?1"}
static const struct {
    const char *table, *sql;
} rows[] = {ROW_OF(profile), ROW_OF(applet), ROW_OF(toolkit_parameters), ROW_OF(campaign_template)};

/* The id of one of the first rows, as ids do not come again; or of none. `table`: "applet}". */
static void add_id(FILE *out, const char *table)
{
    size_t i = 0;
    while (strncmp(table, rows[i].table, strcspn(table, "}")) != 0)
        i++;
    struct db_statement *select = db_prepare(database, rows[i].sql);
    db_bind_int(select, 1, below(4));
    fprintf(out, "%lld", db_step(select) == DB_ROW ? (long long)db_column_int(select, 0) : 999LL);
    db_reset(select);
}

static void fill_in(FILE *out, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "{");
        fwrite(text, 1, length, out);
        text += length;
        if (strncmp(text, "{id}", 4) == 0)
            fprintf(out, "%u", 1 + below(below(4) == 0 ? 9 : 3));
        else if (strncmp(text, "{name}", 6) == 0)
            add_name(out);
        else if (strncmp(text, "{msisdn}", 8) == 0)
            fputs(numbers[below(COUNT(numbers))], out);
        else if (strncmp(text, "{of ", 4) == 0)
            add_id(out, text + 4);
        else if (strncmp(text, "{cards}", 7) == 0)
            add_cards(out);
        else if (strncmp(text, "{spot}", 6) == 0)
            add_spot(out);
        else if (strncmp(text, "{applet}", 8) == 0)
            fprintf(out, "%s/testdata/applets/minimal.ijc", getenv("SRCDIR"));
        else if (*text == '{') {
            fputc(*text++, out);
            continue;
        }
        text += strcspn(text, "}") + (*text != '\0');
    }
}

static char *filled(const char *text)
{
    char *result = NULL;
    size_t size;
    if (text == NULL)
        return NULL;
    FILE *out = open_memstream(&result, &size);
    fill_in(out, text);
    fclose(out);
    return result;
}

/* A name in a URL: blanks and what is no ASCII are escaped by clients. */
static void escape(char *path)
{
    for (; *path != '\0'; path++)
        if (*path <= ' ' || *path > '~')
            *path = '_';
}

/* --- the store, seen from outside --- */

static struct db *open_database(const struct rest_fixture *fixture)
{
    char error[200];
    struct db *db = db_open(fixture->database, true, error, sizeof error);
    if (db == NULL)
        fail_msg("%s", error);
    return db;
}

/* What only a request changes. */
static const char *const catalogue[] = {
    "SELECT id, name, updated, validity_minutes FROM profile ORDER BY id",
    "SELECT id, msisdn, blocked FROM card ORDER BY id",
    "SELECT card_id, key_index, kind FROM card_key ORDER BY card_id, key_index, kind",
    "SELECT id, name, profile_id FROM card_group ORDER BY id",
    "SELECT group_id, card_id, 0 FROM card_group_member ORDER BY group_id, card_id",
    "SELECT id, name, profile_id FROM campaign ORDER BY id",
    "SELECT id, name || '/' || format, package_aid FROM applet ORDER BY id",
    "SELECT id, name, install_parameters FROM toolkit_parameters ORDER BY id",
    "SELECT id, name, body FROM campaign_template ORDER BY id",
    "SELECT campaign_id, position, command FROM campaign_command ORDER BY campaign_id, position",
    "SELECT id, group_id, card_id FROM campaign ORDER BY id",
    "SELECT campaign_id, card_id, 0 FROM campaign_data ORDER BY campaign_id, card_id",
};

static uint64_t digest_of(struct db *db)
{
    uint64_t digest = 14695981039346656037u;
    for (size_t i = 0; i < COUNT(catalogue); i++) {
        struct db_statement *select = db_prepare(db, catalogue[i]);
        enum db_result result;
        while ((result = db_step(select)) == DB_ROW)
            for (int column = 0; column < 3; column++)
                for (const char *at = db_column_text(select, column); at != NULL && *at != '\0'; at++)
                    digest = (digest ^ (unsigned char)*at) * 1099511628211u;
        if (result != DB_DONE)
            fail_msg("%s: %s", catalogue[i], db_error(db));
        db_reset(select);
        digest = (digest ^ i) * 1099511628211u;
    }
    return digest;
}

/* Each finds nothing in a store without half-made objects. States as in model/. */
static const char *const invariants[] = {
    "SELECT 'card without a key', id FROM card AS c WHERE NOT EXISTS (SELECT 1 FROM card_key WHERE card_id = "
    "c.id)",
    "SELECT 'key set without KIc or KID', card_id FROM card_key WHERE kind IN (1, 2) GROUP BY card_id, "
    "key_index"
    " HAVING COUNT(*) <> 2",
    "SELECT 'group with a card of another profile', g.id FROM card_group AS g JOIN card_group_member AS m"
    " ON m.group_id = g.id JOIN card AS c ON c.id = m.card_id WHERE c.profile_id <> g.profile_id",
    "SELECT 'campaign without a command', id FROM campaign AS c WHERE type = 0"
    " AND NOT EXISTS (SELECT 1 FROM campaign_command WHERE campaign_id = c.id)",
    "SELECT 'text without its words, or words of no text', c.id FROM campaign AS c LEFT JOIN campaign_text AS t"
    " ON t.campaign_id = c.id WHERE (c.type IN (2, 3)) <> (t.campaign_id IS NOT NULL) OR t.message = ''",
    "SELECT 'text with commands or a security header', id FROM campaign AS c WHERE type IN (2, 3) AND (spi1 <> 0 OR"
    " spi2 <> 0 OR kic <> 0 OR kid <> 0 OR EXISTS (SELECT 1 FROM campaign_command WHERE campaign_id = c.id))",
    "SELECT 'text with a counter, or a packet without', m.id FROM message AS m JOIN campaign AS c ON c.id = m.campaign_id"
    " WHERE m.pieces IS NOT NULL AND (c.type IN (2, 3)) <> (m.counter IS NULL)",
    "SELECT 'campaign with a gap in its commands', campaign_id FROM campaign_command GROUP BY campaign_id"
    " HAVING MAX(position) <> COUNT(*) OR MIN(position) <> 1",
    "SELECT 'campaign with an applet or a toolkit parameter of another profile', c.id FROM campaign AS c"
    " LEFT JOIN applet AS a ON a.id = c.applet_id LEFT JOIN toolkit_parameters AS t ON t.id = c.tkp_id"
    " WHERE a.profile_id <> c.profile_id OR t.profile_id <> c.profile_id",
    "SELECT 'campaign with a toolkit parameter and no INSTALL, or an INSTALL of no AID', c.id FROM campaign AS c"
    " LEFT JOIN applet AS a ON a.id = c.applet_id WHERE (c.tkp_id IS NOT NULL AND c.is_install_included = 0)"
    " OR (c.is_install_included AND COALESCE(a.applet_aids, '') = '')",
    "SELECT 'template with an applet or a toolkit parameter of another profile, or that its body does not name', c.id"
    " FROM campaign_template AS c LEFT JOIN applet AS a ON a.id = c.applet_id"
    " LEFT JOIN toolkit_parameters AS t ON t.id = c.tkp_id WHERE a.profile_id <> c.profile_id"
    " OR t.profile_id <> c.profile_id OR COALESCE(json_extract(c.body, '$.applet_id'), 0) <> COALESCE(c.applet_id, 0)"
    " OR COALESCE(json_extract(c.body, '$.tkp_id'), 0) <> COALESCE(c.tkp_id, 0)",
    "SELECT 'toolkit parameter without bytes', id FROM toolkit_parameters WHERE install_parameters NOT LIKE 'C9%E_%'",
    "SELECT 'campaign with a group of another profile', c.id FROM campaign AS c JOIN card_group AS g"
    " ON g.id = c.group_id WHERE g.profile_id <> c.profile_id",
    "SELECT 'campaign with a card of another profile', c.id FROM campaign AS c JOIN card AS k"
    " ON k.id = c.card_id WHERE k.profile_id <> c.profile_id",
    "SELECT 'data of a campaign that waits, or has no placeholders', d.campaign_id FROM campaign_data AS d JOIN campaign"
    " AS c ON c.id = d.campaign_id WHERE c.state = 0 OR NOT EXISTS (SELECT 1 FROM campaign_command AS k"
    " WHERE k.campaign_id = c.id AND k.command LIKE '%[%')",
    "SELECT 'card of a started campaign without its data', m.card_id FROM message AS m JOIN campaign_command AS k"
    " ON k.campaign_id = m.campaign_id AND k.command LIKE '%[%' WHERE NOT EXISTS (SELECT 1 FROM campaign_data AS d"
    " WHERE d.campaign_id = m.campaign_id AND d.card_id = m.card_id)",
    "SELECT 'counter of a key set that the card has not', n.card_id FROM card_counter AS n WHERE n.key_index > 0"
    " AND NOT EXISTS (SELECT 1 FROM card_key AS k WHERE k.card_id = n.card_id AND k.key_index = n.key_index)",
    "SELECT 'waiting campaign with messages or a target', id FROM campaign AS c WHERE state = 0 AND "
    "(iteration <> 0"
    " OR group_id IS NOT NULL OR card_id IS NOT NULL OR started IS NOT NULL"
    " OR EXISTS (SELECT 1 FROM message WHERE campaign_id = c.id))",
    "SELECT 'started campaign without a target', id FROM campaign WHERE state <> 0"
    " AND (group_id IS NULL) = (card_id IS NULL)",
    "SELECT 'ended campaign with a message that is not settled and has not left', m.id FROM message AS m"
    " JOIN campaign AS c ON c.id = m.campaign_id WHERE c.state = 2 AND m.settled IS NULL",
    "SELECT 'message of a card of another profile', m.id FROM message AS m JOIN card AS k ON k.id = m.card_id"
    " JOIN campaign AS c ON c.id = m.campaign_id WHERE k.profile_id <> c.profile_id",
    "SELECT 'message beyond its campaign''s iteration', m.id FROM message AS m JOIN campaign AS c"
    " ON c.id = m.campaign_id WHERE m.iteration < 1 OR m.iteration > c.iteration",
    "SELECT 'packet without a counter', id FROM message WHERE packet IS NOT NULL AND counter IS NULL",
    "SELECT 'card busy with a message that is gone, settled or another''s', k.id FROM card AS k"
    " LEFT JOIN message AS m ON m.id = k.busy_message WHERE k.busy_message IS NOT NULL"
    " AND (m.id IS NULL OR m.settled IS NOT NULL OR m.card_id <> k.id)",
    "SELECT 'key that was begun and not ended', 0 FROM idempotency WHERE status IS NULL",
};

static void expect_whole_store(const struct rest_fixture *fixture)
{
    struct db *db = open_database(fixture);
    for (size_t i = 0; i < COUNT(invariants); i++) {
        struct db_statement *select = db_prepare(db, invariants[i]);
        enum db_result result = db_step(select);
        if (result == DB_ROW)
            fail_msg("%s: %s", db_column_text(select, 0), db_column_text(select, 1));
        if (result != DB_DONE)
            fail_msg("%s: %s", invariants[i], db_error(db));
        db_reset(select);
    }
    struct db_statement *check = db_prepare(db, "PRAGMA foreign_key_check");
    assert_int_equal(db_step(check), DB_DONE);
    db_reset(check);
    db_close(&db);
}

/* --- the walk --- */

struct walk {
    struct rest_fixture fixture;
    char properties[320];
    unsigned done, refused;
};

static void step_by_rest(struct walk *walk)
{
    const struct request *request = &requests[below(COUNT(requests))];
    char *path = filled(request->path), *body = filled(request->body);
    escape(path);
    uint64_t before = digest_of(database);
    struct raw_reply reply =
        raw_request(walk->fixture.port, request->method, path, walk->fixture.token, body);
    json_t *answer = json_loads(reply.body, 0, NULL);
    if (!json_is_object(answer) || (reply.status >= 500 && reply.status != 501))
        fail_msg("%s %s %s: HTTP %d %s", request->method, path, body != NULL ? body : "", reply.status,
                 reply.body);
    bool is_refused = reply.status >= 400;
    if (is_refused && digest_of(database) != before)
        fail_msg("%s %s %s: HTTP %d %s, and something changed", request->method, path,
                 body != NULL ? body : "", reply.status, reply.body);
    walk->refused += is_refused;
    walk->done += !is_refused;
    json_decref(answer);
    free(reply.text);
    free(path);
    free(body);
}

static const char *const commands[] = {
    "-createProfile -name '{name}'",
    "-uploadApplet -profile {of profile} -file '{applet}' -appName n{id}.ijc",
    "-uploadApplet -profile {of profile} -file '{applet}' -appName n{id}.ijc",
    "-createToolkitParameters -profile {of profile} -name '{name}' -maxTimers {id}",
    "-createGroup -profile {id} -name '{name}'",
    "-renameGroup -cardGroup {id} -name '{name}'",
    "-changeMsisdn -card {id} -newMsisdn {msisdn}",
    "-blockCard -msisdn {msisdn}",
    "-deleteCard -card {id}",
    "-start -campaign {id} -cardGroup {id}",
    "-start -campaign {id} -msisdn {msisdn} -card {id}",
    "-terminate -campaign {id}",
    "-retryFailed -campaign {id}",
    "-deleteCampaign -campaign {id}",
    "-showCampaign -campaign {id}",
    "-listCards -profile {id}",
};

static void step_by_command(struct walk *walk)
{
    char line[1024];
    char *arguments = filled(commands[below(COUNT(commands))]);
    snprintf(line, sizeof line, "'%s/gateway-plugin/cliota/cliota' -config '%s' %s >/dev/null 2>&1",
             getenv("BUILDDIR"), walk->properties, arguments);
    uint64_t before = digest_of(database);
    int status = system(line);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 3)
        fail_msg("cliota %s: wait status %d", arguments, status);
    if ((WEXITSTATUS(status) == 1 || WEXITSTATUS(status) == 2) && digest_of(database) != before)
        fail_msg("cliota %s was refused, and something changed", arguments);
    walk->refused += WEXITSTATUS(status) != 0;
    walk->done += WEXITSTATUS(status) == 0;
    free(arguments);
}

static void write_properties(struct walk *walk)
{
    snprintf(walk->properties, sizeof walk->properties, "%s/walk.properties", walk->fixture.directory);
    FILE *file = fopen(walk->properties, "w");
    assert_non_null(file);
    assert_int_equal(chmod(walk->properties, 0600), 0);
    fprintf(file, "server = http://127.0.0.1:%d\ntoken = %s\n", walk->fixture.port, walk->fixture.token);
    fclose(file);
}

static unsigned long number_from(const char *variable, unsigned long otherwise)
{
    const char *text = getenv(variable);
    return text != NULL ? strtoul(text, NULL, 10) : otherwise;
}

static void test_walk(void **state)
{
    static struct walk walk;
    unsigned long seed = number_from("SEED", (unsigned long)time(NULL)), steps = number_from("STEPS", 2000);
    (void)state;
    printf("# SEED=%lu\n", seed);
    random_state = seed;
    assert_int_equal(rest_fixture_open(&walk.fixture, NULL), 0);
    write_properties(&walk);
    database = open_database(&walk.fixture);
    for (unsigned long i = 0; i < steps; i++)
        if (i % 20 == 19)
            step_by_command(&walk);
        else
            step_by_rest(&walk);
    db_close(&database);
    expect_whole_store(&walk.fixture);
    printf("# %u done, %u refused\n", walk.done, walk.refused);
    assert_in_range(walk.done, steps / 10, steps); /* a walk that only bounces off shows nothing */
    assert_int_equal(remove(walk.properties), 0);
    rest_fixture_close(&walk.fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_walk)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
