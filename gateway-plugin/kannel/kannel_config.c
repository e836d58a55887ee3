#include "gateway-plugin/kannel/kannel_headers.h"

#include "gateway-plugin/kannel/otabox_config.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUP "otabox"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_FLAG, KIND_SSL_FILE, KIND_SSL_TEXT, KIND_REFUSED };

struct variable {
    const char *name;
    enum kind kind;
    size_t field;
    const char *text; /* KIND_TEXT: the default; NULL: may be absent */
    bool (*check)(const char *value);
    long number, lowest, highest; /* KIND_NUMBER: the default first */
    const char *expected;
};

static bool is_present(const char *value)
{
    return value[0] != '\0';
}

static bool is_word(const char *value)
{
    return value[0] != '\0' && value[strcspn(value, " \t;")] == '\0';
}

/* An E.164 or short number, or an alphanumeric address of TS 23.040 9.1.2.5. */
static bool is_address(const char *value)
{
    size_t length = strlen(value);
    size_t digits = strspn(value + (value[0] == '+'), "0123456789");

    if (digits > 0 && value[digits + (value[0] == '+')] == '\0')
        return digits <= 20;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)value[i]))
            return false;
    return length >= 1 && length <= 11;
}

static bool is_ip_address(const char *value)
{
    struct in6_addr address;

    return inet_pton(AF_INET, value, &address) == 1 || inet_pton(AF_INET6, value, &address) == 1;
}

#define FIELD(name) offsetof(struct otabox_config, name)
#define TEXT(key, member, standard, rule, wanted) \
    {.name = key, .kind = KIND_TEXT, .field = FIELD(member), .text = standard, .check = rule, .expected = wanted},
#define NUMBER(key, member, standard, low, high, wanted)                                  \
    {.name = key, .kind = KIND_NUMBER, .field = FIELD(member), .number = standard,        \
     .lowest = low, .highest = high, .expected = wanted},
#define FLAG(key, member) {.name = key, .kind = KIND_FLAG, .field = FIELD(member), .expected = "yes or no"},
#define SSL_FILE(key) {.name = key, .kind = KIND_SSL_FILE, .expected = "a file that can be read"},
#define SSL_TEXT(key) {.name = key, .kind = KIND_SSL_TEXT},
#define REFUSED(key, wanted) {.name = key, .kind = KIND_REFUSED, .expected = wanted},
static const struct variable variables[] = {
#include "gateway-plugin/kannel/otabox-cfg.def"
};
#undef TEXT
#undef NUMBER
#undef FLAG
#undef SSL_FILE
#undef SSL_TEXT
#undef REFUSED

#define VARIABLE_COUNT (sizeof variables / sizeof variables[0])

/* Kannel's hooks: 1 allowed, 0 not in this group, -1 not a group of ours. */
static int variable_is_allowed(Octstr *group, Octstr *name)
{
    if (octstr_str_compare(group, GROUP) != 0)
        return -1;
    if (octstr_str_compare(name, "group") == 0)
        return 1;
    for (size_t i = 0; i < VARIABLE_COUNT; i++)
        if (octstr_str_compare(name, variables[i].name) == 0)
            return 1;
    return 0;
}

static int group_is_single(Octstr *group)
{
    return octstr_str_compare(group, GROUP) == 0;
}

static int value_refuse(const char *path, const struct variable *variable, const char *value, char *error,
                        size_t error_size)
{
    snprintf(error, error_size, "%s: group %s: %s = '%s': expected %s", path, GROUP, variable->name, value,
             variable->expected);
    return -1;
}

static bool number_read(const char *value, const struct variable *variable, long *number)
{
    char *end;

    errno = 0;
    *number = strtol(value, &end, 10);
    return errno == 0 && isdigit((unsigned char)value[0]) && *end == '\0' && *number >= variable->lowest &&
           *number <= variable->highest;
}

static bool flag_read(const char *value, bool *flag)
{
    static const char *const words[][4] = {{"no", "false", "off", "0"}, {"yes", "true", "on", "1"}};

    for (int truth = 0; truth <= 1; truth++)
        for (int i = 0; i < 4; i++)
            if (strcasecmp(value, words[truth][i]) == 0) {
                *flag = truth;
                return true;
            }
    return false;
}

static bool text_read(const char *value, const struct variable *variable, char **text)
{
    if (value == NULL) /* stays NULL: absent, and has no default */
        return true;
    if (!variable->check(value))
        return false;
    *text = strdup(value);
    return *text != NULL;
}

/* `value` is NULL when the variable is not in the file. */
static bool variable_read(const struct variable *variable, const char *value, struct otabox_config *config)
{
    void *field = (char *)config + variable->field;

    switch (variable->kind) {
    case KIND_TEXT:
        return text_read(value == NULL ? variable->text : value, variable, field);
    case KIND_NUMBER:
        *(long *)field = variable->number;
        return value == NULL || number_read(value, variable, field);
    case KIND_FLAG:
        return value == NULL || flag_read(value, field);
    case KIND_SSL_FILE: /* gwlib panics over one it cannot read */
        return value == NULL || access(value, R_OK) == 0;
    case KIND_SSL_TEXT:
        return true;
    case KIND_REFUSED:
        return value == NULL;
    }
    return false;
}

static int group_read(const char *path, CfgGroup *group, struct otabox_config *config, char *error,
                      size_t error_size)
{
    for (size_t i = 0; i < VARIABLE_COUNT; i++) {
        Octstr *name = octstr_create(variables[i].name);
        Octstr *value = cfg_get(group, name);
        const char *text = value == NULL ? NULL : octstr_get_cstr(value);
        bool good = variable_read(&variables[i], text, config);
        if (!good)
            value_refuse(path, &variables[i], text == NULL ? "" : text, error, error_size);
        octstr_destroy(value);
        octstr_destroy(name);
        if (!good)
            return -1;
    }
    return 0;
}

static char *path_beside(const char *database, const char *name)
{
    char *copy = strdup(database);
    size_t size = strlen(database) + strlen(name) + sizeof "./";
    char *path = malloc(size);

    if (copy != NULL && path != NULL)
        snprintf(path, size, "%s/%s", dirname(copy), name);
    free(copy);
    return path;
}

static int defaults_derive(struct otabox_config *config)
{
    if (config->master_key_file == NULL)
        config->master_key_file = path_beside(config->database, "master.key");
    if (config->api_token_file == NULL)
        config->api_token_file = path_beside(config->database, "api.token");
    if (config->notification_key_file == NULL)
        config->notification_key_file = path_beside(config->database, "notification.key");
    return config->master_key_file != NULL && config->api_token_file != NULL &&
                   config->notification_key_file != NULL
               ? 0
               : -1;
}

/*
 * gwlib takes any line with the word "include" in it for its include directive, a path
 * for instance, and panics when there is no such file. Includes themselves are not
 * for this small file: refuse both, with the line.
 */
static int includes_refuse(const char *path, char *error, size_t error_size)
{
    FILE *file = fopen(path, "r");
    char line[1024];
    int result = 0;

    if (file == NULL) {
        snprintf(error, error_size, "%s: cannot be read: %s", path, strerror(errno));
        return -1;
    }
    for (int number = 1; result == 0 && fgets(line, sizeof line, file) != NULL; number++) {
        const char *text = line + strspn(line, " \t");
        if (text[0] == '#' || strstr(text, "include") == NULL)
            continue;
        snprintf(error, error_size,
                 "%s:%d: the word 'include': Kannel's reader takes such a line for an include directive; "
                 "expected values, paths too, without it", path, number);
        result = -1;
    }
    fclose(file);
    return result;
}

int otabox_config_read(const char *path, struct otabox_config *config, char *error, size_t error_size)
{
    Octstr *name;
    Octstr *group_name;
    Cfg *cfg;
    CfgGroup *group;
    int result = -1;

    memset(config, 0, sizeof *config);
    if (includes_refuse(path, error, error_size) != 0)
        return -1;
    name = octstr_create(path);
    group_name = octstr_create(GROUP);
    cfg = cfg_create(name);
    cfg_add_hooks(variable_is_allowed, group_is_single);
    if (cfg_read(cfg) != 0) {
        snprintf(error, error_size, "%s: not a configuration of otabox: the line above says what is wrong", path);
        goto out;
    }
    group = cfg_get_single_group(cfg, group_name);
    if (group == NULL) {
        snprintf(error, error_size, "%s: no 'group = %s'; expected one", path, GROUP);
        goto out;
    }
    if (group_read(path, group, config, error, error_size) != 0)
        goto out;
    if (defaults_derive(config) != 0) {
        snprintf(error, error_size, "%s: out of memory", path);
        goto out;
    }
    conn_config_ssl(group);
    result = 0;
out:
    cfg_destroy(cfg);
    octstr_destroy(group_name);
    octstr_destroy(name);
    return result;
}

void otabox_config_free(struct otabox_config *config)
{
    char *const texts[] = {config->smsbox_id, config->bearerbox_host, config->log_file,
                           config->sender, config->smsc_id, config->database,
                           config->master_key_file, config->api_address, config->api_token_file,
                           config->notification_key_file, config->notification_ca_file, config->api_certificate_file,
                           config->api_key_file};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
    memset(config, 0, sizeof *config);
}
