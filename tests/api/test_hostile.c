/*
 * What no client of good will sends. Whatever it is, the next request is answered
 * within a second, and what was refused changed nothing. SEED=n repeats a run of the
 * mutated requests; the one in use is printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "gateway-plugin/api/http_server.h"
#include "tests/api/raw_http.h"
#include "tests/api/rest_walk.h"
#include "tests/measuring.h"

#define PATIENCE_MS 1000
#define TRIES 3 /* another program may have had the processor */

static int set_up(void **state)
{
    return rest_walk_set_up(state, NULL, 0);
}

/* What is asked for goes through route, token, database and engine. */
static int ask(struct rest_fixture *fixture, const char *source)
{
    char head[512];
    int fd = raw_connect_from(source, fixture->port);
    if (fd < 0)
        return 0;
    snprintf(head, sizeof head,
             "POST /api/profiles/1/cardgroups HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
             "Authorization: Bearer %s\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}",
             fixture->token);
    raw_send(fd, head, strlen(head));
    struct raw_reply reply = raw_read(fd);
    int status = reply.status;
    free(reply.text);
    close(fd);
    return status;
}

static void assert_answers_to(struct rest_fixture *fixture, const char *source, const char *after)
{
    int status = 0;
    int64_t took = PATIENCE_MS;
    for (int i = 0; i < TRIES && (status != 404 || took >= PATIENCE_MS); i++) {
        int64_t began = now_ms();
        status = ask(fixture, source);
        took = now_ms() - began;
    }
    if (status != 404 || took >= PATIENCE_MS)
        fail_msg("after %s: HTTP %d in %d ms, expected 404 (there is no profile) in %d", after, status,
                 (int)took, PATIENCE_MS);
}

static void assert_answers(struct rest_fixture *fixture, const char *after)
{
    assert_answers_to(fixture, "127.0.0.1", after);
}

static void assert_nothing_stored(struct rest_fixture *fixture)
{
    struct raw_reply reply = raw_request(fixture->port, "GET", "/api/profiles", fixture->token, NULL);
    assert_string_equal(reply.body, "{\"items\":[],\"next\":null}");
    free(reply.text);
}

/* --- HTTP that is none --- */

#define POST "POST /api/profiles HTTP/1.1\r\nHost: x\r\n"
#define GET "GET /api/status HTTP/1.1\r\nHost: x\r\n"
#define BYTES(text) text, sizeof(text) - 1

static void test_broken_requests(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t length;
    } cases[] = {
        {"nothing", BYTES("")},
        {"a NUL", BYTES("\0")},
        {"NULs in the request line", BYTES("GET\0/api/status\0HTTP/1.1\r\n\r\n")},
        {"NULs in a header", BYTES(GET "X\0Y: a\0b\r\n\r\n")},
        {"TLS", BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")},
        {"an SMPP bind", BYTES("\0\0\0\x2f\0\0\0\x09\0\0\0\0\0\0\0\1kannel\0pass\0\0\x34\0\0\0")},
        {"no version", BYTES("GET /api/status\r\n\r\n")},
        {"a version that is none", BYTES("GET /api/status HTTP/99.-1\r\nHost: x\r\n\r\n")},
        {"no method", BYTES(" /api/status HTTP/1.1\r\n\r\n")},
        {"bare line feeds", BYTES("GET /api/status HTTP/1.1\nHost: x\n\n")},
        {"a header without a colon", BYTES(GET "Colon\r\n\r\n")},
        {"a folded header first", BYTES("GET /api/status HTTP/1.1\r\n folded\r\n\r\n")},
        {"percent signs", BYTES("GET /%00%zz%/%ff?%=%%&%00=%zz HTTP/1.1\r\nHost: x\r\n\r\n")},
        {"dots", BYTES("GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n")},
        {"formats", BYTES("GET /%25s%25n HTTP/1.1\r\nHost: %s%n\r\nAuthorization: Bearer %s%n%s\r\n\r\n")},
        {"two lengths", BYTES(POST "Content-Length: 5\r\nContent-Length: 500\r\n\r\n{}")},
        {"a length and chunks",
         BYTES(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
        {"a length below 0", BYTES(POST "Content-Length: -1\r\n\r\n")},
        {"a length of 2^64", BYTES(POST "Content-Length: 18446744073709551616\r\n\r\n{}")},
        {"a length of 2^64 - 1", BYTES(POST "Content-Length: 18446744073709551615\r\n\r\n{}")},
        {"a length in hex", BYTES(POST "Content-Length: 0x10\r\n\r\n{}")},
        {"a chunk size that is none", BYTES(POST "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")},
        {"a chunk below 0", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n")},
        {"a chunk of 2^64", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n{}\r\n")},
        {"a chunk cut short", BYTES(POST "Transfer-Encoding: chunked\r\n\r\nff\r\n{}")},
        {"a chunk that goes on", BYTES(POST "Transfer-Encoding: chunked\r\n\r\n1\r\n{}{}{}{}\r\n0\r\n\r\n")},
        {"a transfer coding that is none", BYTES(POST "Transfer-Encoding: zip\r\n\r\n{}")},
        {"an expectation that is none", BYTES(POST "Expect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}")},
        {"an upgrade", BYTES(GET "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n")},
        {"pipelined requests", BYTES(GET "\r\n" GET "\r\n" GET "\r\n" POST "\r\n")},
        {"pipelined garbage", BYTES(GET "\r\n\xff\xfe\0\1\2\3\r\n\r\n" GET "\r\n")},
        {"a body nobody announced", BYTES(GET "\r\n{\"name\":\"x\"}{\"name\":\"x\"}")},
        {"half a header", BYTES(POST "Author")},
        {"half a body", BYTES(POST "Content-Length: 100\r\n\r\n{\"name\":")},
    };
    enum { CASES = sizeof cases / sizeof cases[0] };
    struct rest_fixture *fixture = *state;
    int open[CASES];
    for (size_t i = 0; i < CASES; i++) { /* once left open, once closed at once, once reset */
        for (int way = 0; way < 3; way++) {
            const struct linger reset = {.l_onoff = 1};
            open[i] = raw_connect(fixture->port);
            assert_true(open[i] >= 0);
            raw_send(open[i], cases[i].bytes, cases[i].length);
            if (way == 1)
                setsockopt(open[i], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            if (way < 2)
                close(open[i]);
        }
        assert_answers(fixture, cases[i].name);
    }
    assert_nothing_stored(fixture);
    for (size_t i = 0; i < CASES; i++)
        close(open[i]);
}

/* `size` bytes: `head`, then `fill` again and again. The server may answer and close long before their end.
 */
static void send_flood(struct rest_fixture *fixture, const char *head, const char *fill, size_t size)
{
    char block[4096];
    size_t piece = strlen(fill), length = sizeof block / piece * piece;
    for (size_t i = 0; i < length; i += piece)
        memcpy(block + i, fill, piece);
    int fd = raw_connect(fixture->port);
    assert_true(fd >= 0);
    bool open = raw_send(fd, head, strlen(head));
    for (size_t sent = 0; open && sent < size; sent += length)
        open = raw_send(fd, block, length);
    assert_answers(fixture, fill);
    close(fd);
}

static void test_floods(void **state)
{
    static const struct {
        const char *head, *fill;
    } cases[] = {
        {"GET /", "x"},                                            /* a path without end */
        {"GET /?", "a=b&"},                                        /* query parameters without end */
        {GET "X: ", "x"},                                          /* a header without end */
        {GET, "X: y\r\n"},                                         /* headers without end */
        {GET "\r\n", GET "\r\n"},                                  /* requests, and no answer is read */
        {POST "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"}, /* a body without end, and without token */
        {POST "Transfer-Encoding: chunked\r\n\r\n1;", "x"},        /* a chunk's extension without end */
        {"", "\r\n"},
        {"", "\xff"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        send_flood(*state, cases[i].head, cases[i].fill, (size_t)4 << 20);
    assert_nothing_stored(*state);
}

/* More query parameters than a connection has memory for: the library gives up behind the request line and
 * tells nobody. The address sanitizer sees whether something is left behind. */
static void test_requests_given_up_early(void **state)
{
    struct rest_fixture *fixture = *state;
    static char head[12000] = "GET /?";
    for (size_t at = 6; at < sizeof head - 16; at += 4)
        memcpy(head + at, "a=b&", 5);
    strcat(head, " HTTP/1.1\r\n");
    for (size_t i = 0; i < 100; i++) {
        int fd = raw_connect(fixture->port);
        assert_true(raw_send(fd, head, strlen(head)));
        close(fd);
    }
    assert_answers(fixture, "too many query parameters");
}

/* --- JSON that is none, with the right token --- */

static void expect_refused(struct rest_fixture *fixture, const char *name, const char *body, size_t length)
{
    static const char *const paths[] = {
        "/api/profiles",           "/api/profiles/1/cardgroups",   "/api/campaigns",
        "/api/campaigns/1/start",  "/api/campaigns/1/retryfailed", "/api/profiles/1/cards",
        "/api/profiles/1/cardfile"};
    char head[512];
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        snprintf(head, sizeof head,
                 "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 paths[i], fixture->token, length);
        struct raw_reply reply = raw_exchange(fixture->port, head, body, length);
        if (reply.status < 400 || reply.status >= 500 || strstr(reply.body, "\"detail\":\"") == NULL)
            fail_msg("%s to %s: HTTP %d %s, expected a problem of 400 to 499", name, paths[i], reply.status,
                     reply.body);
        free(reply.text);
    }
}

static void test_strange_bodies(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t length;
    } cases[] = {
        {"a NUL", BYTES("\0")},
        {"a NUL behind the object", BYTES("{\"name\":\"a\"}\0")},
        {"a NUL in a string", BYTES("{\"name\":\"a\0b\"}")},
        {"an escaped NUL", BYTES("{\"name\":\"a\\u0000b\"}")},
        {"an escaped NUL in a key", BYTES("{\"na\\u0000me\":\"a\"}")},
        {"UTF-8 cut", BYTES("{\"name\":\"\xc3\"}")},
        {"UTF-8 overlong", BYTES("{\"name\":\"\xc0\xaf\"}")},
        {"UTF-8 surrogate", BYTES("{\"name\":\"\xed\xa0\x80\"}")},
        {"Latin 1", BYTES("{\"caf\xe9\":1}")},
        {"half a surrogate", BYTES("{\"name\":\"\\ud800\"}")},
        {"a byte order mark", BYTES("\xef\xbb\xbf{\"name\":\"a\"}")},
        {"a key twice", BYTES("{\"name\":\"a\",\"name\":\"a\"}")},
        {"an unknown key", BYTES("{\"__proto__\":{}}")},
        {"an empty key", BYTES("{\"\":\"a\"}")},
        {"a number over 64 bits", BYTES("{\"card\":99999999999999999999,\"name\":\"a\"}")},
        {"a number over all bounds", BYTES("{\"card\":1e999999,\"name\":\"a\"}")},
        {"a fraction", BYTES("{\"card\":1.5,\"porTimeout\":1.5,\"empty\":1.5,\"name\":1.5}")},
        {"the lowest number", BYTES("{\"card\":-9223372036854775808,\"profile_id\":-1,\"name\":\"a b\"}")},
        {"not a number", BYTES("{\"card\":NaN}")},
        {"a comment", BYTES("{/**/\"name\":\"a\"}")},
        {"a comma too many", BYTES("{\"name\":\"a\",}")},
        {"two objects", BYTES("{\"name\":\"a\"}{\"name\":\"b\"}")},
        {"an array", BYTES("[{\"name\":\"a\"}]")},
        {"null", BYTES("null")},
        {"formats", BYTES("{\"%s%n%s%n\":\"%s%n\"}")},
        {"control characters", BYTES("{\"name\":\"\x1b[2J\r\n\"}")},
    };
    struct rest_fixture *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_refused(fixture, cases[i].name, cases[i].bytes, cases[i].length);
    assert_nothing_stored(fixture);
}

static void test_deep_and_wide_bodies(void **state)
{
    static const char *const fills[] = {"[", "{\"a\":", "[[],", "\"", "9", "{\"name\":\"", "\\u0041"};
    enum { SIZE = 60000 };
    char *body = malloc(SIZE);
    for (size_t i = 0; i < sizeof fills / sizeof fills[0]; i++) {
        size_t piece = strlen(fills[i]), length = SIZE / piece * piece;
        for (size_t at = 0; at < length; at += piece)
            memcpy(body + at, fills[i], piece);
        expect_refused(*state, fills[i], body, length);
    }
    memset(body, 'a', SIZE);
    memcpy(body, "{\"", 2);
    memcpy(body + SIZE - 4, "\":1}", 4);
    expect_refused(*state, "a key of 60000 characters", body, SIZE);
    memcpy(body, "{\"name\":\"", 9);
    memcpy(body + SIZE - 2, "\"}", 2);
    expect_refused(*state, "a name of 60000 characters", body, SIZE);
    free(body);
    assert_nothing_stored(*state);
}

/* --- many connections --- */

static size_t raise_descriptors(void)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

/* One address cannot take every connection. Some are idle, the others send a byte now and then. */
static void test_a_thousand_connections(void **state)
{
    enum { WANTED = 1000, DRIPS = 20 };
    static int fds[WANTED];
    struct rest_fixture *fixture = *state;
    size_t room = raise_descriptors(), count = room > WANTED + HTTP_CONNECTIONS_MAX + 64 ? WANTED : room / 4;
    for (size_t i = 0; i < count; i++) {
        fds[i] = raw_connect(fixture->port);
        assert_true(fds[i] >= 0);
    }
    for (size_t drip = 0; drip < DRIPS; drip++) {
        for (size_t i = 0; i < count; i += 1 + drip % 3)
            send(fds[i], &GET[drip], 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        assert_answers_to(fixture, "127.0.0.2", "a drip from a thousand connections");
    }
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
    assert_answers(fixture, "a thousand connections");
    assert_nothing_stored(fixture);
}

/* --- requests with mistakes, from a seed --- */

static uint64_t random_state;

static size_t random_below(size_t bound)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(random_state >> 33) % bound;
}

static size_t make_request(struct rest_fixture *fixture, char *text, size_t size)
{
    static const struct {
        const char *line, *headers, *body;
    } seeds[] = {
        {"GET /api/cards?limit=2&after=1 HTTP/1.1", "", ""},
        {"POST /api/profiles/1/cardgroups HTTP/1.1", "", "{\"name\":\"g\",\"msisdnList\":\"1\\n2\\n\"}"},
        {"POST /api/profiles/1/cards?firstLine=7 HTTP/1.1", "Expect: 100-continue\r\n",
         "ICCID,IMSI,MSISDN,KIC,KID\n8991234567788901234F,421234567890123,961234567890,x,y\n"},
        {"POST /api/campaigns HTTP/1.1", "Transfer-Encoding: chunked\r\n",
         "20\r\n{\"type\":\"RFM\",\"profile_id\":1,\"na\r\n5\r\nme\":1\r\n1\r\n}\r\n0\r\n\r\n"},
        {"POST /api/campaigns/1/start HTTP/1.0", "Connection: keep-alive\r\n", "{\"card\":1}"},
    };
    size_t i = random_below(sizeof seeds / sizeof seeds[0]);
    char length[48] = "";
    if (strstr(seeds[i].headers, "chunked") == NULL)
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(seeds[i].body));
    int made = snprintf(text, size, "%s\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s%s\r\n%s", seeds[i].line,
                        random_below(4) > 0 ? fixture->token : "x", seeds[i].headers, length, seeds[i].body);
    return (size_t)made;
}

static size_t mutate(char *text, size_t length, size_t size)
{
    size_t at = random_below(length), span = 1 + random_below(16);
    if (at + span > length)
        span = length - at;
    switch (random_below(6)) {
    case 0: text[at] = (char)random_below(256); return length;
    case 1: text[at] ^= (char)(1 << random_below(8)); return length;
    case 2: return at + 1; /* cut */
    case 3: memmove(text + at, text + at + span, length - at - span); return length - span;
    case 4: /* again */
        if (length + span > size)
            return length;
        memmove(text + at + span, text + at, length - at);
        return length + span;
    default: memset(text + at, "0-9\r\n: %"[random_below(8)], span); return length;
    }
}

static void send_in_pieces(int fd, const char *text, size_t length)
{
    for (size_t sent = 0; sent < length;) {
        size_t piece = 1 + random_below(random_below(2) ? 8 : 512);
        if (piece > length - sent)
            piece = length - sent;
        if (!raw_send(fd, text + sent, piece))
            return;
        sent += piece;
    }
}

static void test_mutated_requests(void **state)
{
    enum { ROUNDS = 3000, KEPT = 64 };
    struct rest_fixture *fixture = *state;
    int kept[KEPT] = {0};
    char text[4096];
    const char *seed = getenv("SEED");
    random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("# SEED=%llu\n", (unsigned long long)random_state);
    for (size_t i = 0; i < ROUNDS; i++) {
        size_t length = make_request(fixture, text, sizeof text);
        for (size_t mistakes = 1 + random_below(4); mistakes > 0 && length > 0; mistakes--)
            length = mutate(text, length, sizeof text);
        int fd = raw_connect(fixture->port);
        assert_true(fd >= 0);
        send_in_pieces(fd, text, length);
        size_t slot = random_below(KEPT);
        if (kept[slot] > 0)
            close(kept[slot]);
        kept[slot] = fd;
        if (i % 100 == 0)
            assert_answers(fixture, "mutated requests");
    }
    for (size_t i = 0; i < KEPT; i++)
        if (kept[i] > 0)
            close(kept[i]);
    assert_answers(fixture, "mutated requests");
    assert_nothing_stored(fixture); /* no seed makes a profile, so nothing else can be made */
}

int main(void)
{
#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, rest_walk_tear_down)
    const struct CMUnitTest tests[] = {
        WITH_SERVER(test_broken_requests),         WITH_SERVER(test_floods),
        WITH_SERVER(test_requests_given_up_early), WITH_SERVER(test_strange_bodies),
        WITH_SERVER(test_deep_and_wide_bodies),    WITH_SERVER(test_a_thousand_connections),
        WITH_SERVER(test_mutated_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
