#include "config.h"

#include "gateway-plugin/cliota/settings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/text_trim.h"
#include "gateway-plugin/cliota/message.h"

#define FILE_NAME "cliota.properties"
#define LINE_SIZE 4096
#define PATH_SIZE 4096

struct key {
    const char *name;
    char *value;
};

enum { KEY_SERVER, KEY_TOKEN, KEY_TOKEN_FILE, KEY_CA, KEY_DLR_URL, KEY_POR_URL, KEY_TLS_URL, KEY_COUNT };

static const char *const KEY_NAMES[KEY_COUNT] = {
    [KEY_SERVER] = "server",   [KEY_TOKEN] = "token",     [KEY_TOKEN_FILE] = "token-file", [KEY_CA] = "ca",
    [KEY_DLR_URL] = "dlr-url", [KEY_POR_URL] = "por-url", [KEY_TLS_URL] = "tls-url",
};

const char *const settings_url_fields[SETTINGS_URL_COUNT] = {"dlrUrl", "porUrl", "tlsUrl"};

static char *unquote(char *text)
{
    size_t length = strlen(text);
    if (length < 2 || (text[0] != '"' && text[0] != '\'') || text[length - 1] != text[0])
        return text;
    text[length - 1] = '\0';
    return text + 1;
}

static void wipe_text(char **text)
{
    if (*text != NULL)
        explicit_bzero(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

/* `key = value`, `key: value` or `key value`. */
static int take_line(const char *path, unsigned number, char *line, struct key *keys)
{
    char *name = text_trim(line);
    if (*name == '\0' || *name == '#' || *name == '!')
        return 0;
    char *end = name + strcspn(name, "=: \t");
    char *value = text_trim(end);
    if (*value == '=' || *value == ':')
        value = text_trim(value + 1);
    *end = '\0';
    value = unquote(value);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strcmp(name, keys[i].name) != 0)
            continue;
        if (keys[i].value != NULL) {
            message_error("%s:%u: key '%s' stands there twice, expected it once", path, number, name);
            return -1;
        }
        keys[i].value = strdup(value);
        return keys[i].value != NULL ? 0 : -1;
    }
    message_warning(
        "%s:%u: unknown key '%s', expected server, token, token-file, ca, dlr-url, por-url or tls-url", path,
        number, name);
    return 0;
}

/* A token in a file that others can read is everybody's. */
static void warn_if_readable(FILE *file, const char *path)
{
    struct stat status;
    if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) != 0)
        message_warning("%s holds a token and has mode %04o, expected 0600", path,
                        (unsigned)status.st_mode & 07777);
}

static int read_properties(FILE *file, const char *path, struct key *keys)
{
    char line[LINE_SIZE];
    int result = 0;
    setvbuf(file, NULL, _IONBF, 0); /* no copy of the token in stdio's buffer */
    for (unsigned number = 1; result == 0 && fgets(line, sizeof line, file) != NULL; number++) {
        if (strlen(line) == sizeof line - 1) {
            message_error("%s:%u: line is longer than %d characters", path, number, LINE_SIZE - 2);
            result = -1;
        } else {
            result = take_line(path, number, line, keys);
        }
    }
    explicit_bzero(line, sizeof line);
    if (result == 0 && ferror(file)) {
        message_error("%s cannot be read: %s", path, strerror(errno));
        result = -1;
    }
    if (keys[KEY_TOKEN].value != NULL)
        warn_if_readable(file, path);
    return result;
}

/* The first line of a token file; `name` relative to the properties file. */
static char *read_token_file(const char *properties, const char *name)
{
    char path[PATH_SIZE], line[LINE_SIZE];
    const char *slash = strrchr(properties, '/');
    int folder = name[0] != '/' && slash != NULL ? (int)(slash - properties) + 1 : 0;
    char *token = NULL;
    snprintf(path, sizeof path, "%.*s%s", folder, properties, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        message_error("token-file %s cannot be read: %s", path, strerror(errno));
        return NULL;
    }
    setvbuf(file, NULL, _IONBF, 0);
    warn_if_readable(file, path);
    if (fgets(line, sizeof line, file) != NULL && *text_trim(line) != '\0')
        token = strdup(text_trim(line));
    else
        message_error("token-file %s is empty, expected a token", path);
    explicit_bzero(line, sizeof line);
    fclose(file);
    return token;
}

/* The file that is to be read; *must: it was named, so it has to be there. */
static const char *choose_file(const char *config, char *home_path, bool *must)
{
    const char *named = config != NULL ? config : getenv("CLIOTA_PROPERTIES");
    const char *home = getenv("HOME");
    *must = named != NULL && *named != '\0';
    if (*must)
        return named;
    if (access(FILE_NAME, F_OK) == 0 || home == NULL)
        return FILE_NAME;
    snprintf(home_path, PATH_SIZE, "%s/." FILE_NAME, home);
    return home_path;
}

/* "HOST:PORT" is enough; no slash at the end. */
static char *complete_server(const char *text)
{
    const char *scheme =
        strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0 ? "" : "http://";
    char *server = NULL;
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '/')
        length--;
    if (asprintf(&server, "%s%.*s", scheme, (int)length, text) < 0)
        return NULL;
    return server;
}

/* A key that stands there without a value is not set. */
static char *take_value(struct key *key)
{
    char *value = key->value;
    if (value == NULL || *value == '\0')
        return NULL;
    key->value = NULL;
    return value;
}

static bool has_other_scheme(const char *server)
{
    const char *authority = strstr(server, "://");
    return authority != NULL && strstr(authority + 3, "://") != NULL;
}

static int take_keys(struct key *keys, struct settings *settings)
{
    settings->ca = take_value(&keys[KEY_CA]);
    for (int i = 0; i < SETTINGS_URL_COUNT; i++)
        settings->urls[i] = take_value(&keys[KEY_DLR_URL + i]);
    settings->server =
        complete_server(keys[KEY_SERVER].value != NULL ? keys[KEY_SERVER].value : SETTINGS_SERVER);
    if (settings->server != NULL && has_other_scheme(settings->server)) {
        message_error("%s: server '%s': expected http:// or https://", settings->file, keys[KEY_SERVER].value);
        return -1;
    }
    if (keys[KEY_TOKEN].value != NULL && keys[KEY_TOKEN_FILE].value != NULL) {
        message_error("%s has both token and token-file, expected one of them", settings->file);
        return -1;
    }
    if (keys[KEY_TOKEN_FILE].value != NULL) {
        settings->token = read_token_file(settings->file, keys[KEY_TOKEN_FILE].value);
    } else if (keys[KEY_TOKEN].value != NULL && *keys[KEY_TOKEN].value != '\0') {
        settings->token = keys[KEY_TOKEN].value;
        keys[KEY_TOKEN].value = NULL;
    } else {
        message_error("%s names no token, expected a key token or token-file", settings->file);
    }
    return settings->server != NULL && settings->token != NULL ? 0 : -1;
}

int settings_read(const char *config, struct settings *settings)
{
    struct key keys[KEY_COUNT];
    char home_path[PATH_SIZE];
    bool must;
    int result = -1;
    memset(settings, 0, sizeof *settings);
    for (size_t i = 0; i < KEY_COUNT; i++)
        keys[i] = (struct key){KEY_NAMES[i], NULL};
    const char *path = choose_file(config, home_path, &must);
    FILE *file = fopen(path, "r");
    settings->file = strdup(path);
    if (file == NULL && (must || errno != ENOENT))
        message_error("%s cannot be read: %s", path, strerror(errno));
    else if (file == NULL)
        message_error("no " FILE_NAME ", expected by -config FILE, CLIOTA_PROPERTIES, ./" FILE_NAME
                      " or ~/." FILE_NAME);
    else if (settings->file != NULL && read_properties(file, path, keys) == 0)
        result = take_keys(keys, settings);
    if (file != NULL)
        fclose(file);
    for (size_t i = 0; i < KEY_COUNT; i++)
        wipe_text(&keys[i].value);
    return result;
}

void settings_free(struct settings *settings)
{
    free(settings->file);
    free(settings->server);
    free(settings->ca);
    for (size_t i = 0; i < SETTINGS_URL_COUNT; i++)
        free(settings->urls[i]);
    wipe_text(&settings->token);
    memset(settings, 0, sizeof *settings);
}
