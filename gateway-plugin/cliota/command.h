/* What a command of cliota is: a row of the table that dispatch, help and the man page check read. */
#ifndef OTA_CLIOTA_COMMAND_H
#define OTA_CLIOTA_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* Exit status, the same for every command. */
enum exit_status {
    STATUS_DONE = 0,
    STATUS_REFUSED = 1, /* nothing was changed */
    STATUS_USAGE = 2,
    STATUS_PARTLY = 3, /* done in part */
};

enum option_kind {
    OPTION_TEXT,
    OPTION_TEXT_OR_NONE, /* "none": what was set is set no more */
    OPTION_NUMBER,  /* from 0 */
    OPTION_ID,      /* from 1 */
    OPTION_ID_OR_NONE, /* or "none" */
    OPTION_FILE,    /* a path; the command reads it */
    OPTION_BOOLEAN, /* true or false */
    OPTION_LIST,    /* words up to the next option; at most one such option a command */
    OPTION_FLAG,    /* no value */
    OPTION_SECRET,  /* text that is a key: taken off the command line */
};

/* The tables write true and false for the first two. */
enum option_need {
    OPTION_MAY = false,
    OPTION_MUST = true,
    OPTION_UNLESS_TEMPLATE, /* must, unless -template is given, where the command has that */
};

struct option_spec {
    const char *name;  /* without the dash, as the SOP writes it */
    const char *alias; /* or NULL */
    enum option_kind kind;
    enum option_need need;
    const char *value; /* its word in the help: "profile_id"; NULL for a flag */
    const char *help;
};

#define OPTIONS_MAX 32

/* How a command is run. */
enum command_way {
    COMMAND_ONLINE,   /* with a session, and the SOP's banner on stdout */
    COMMAND_DOCUMENT, /* with a session; what it prints is a document, so no banner */
    COMMAND_OFFLINE,  /* needs no server */
};

struct session;
struct options;

struct command {
    const char *name; /* without the dash */
    /* An exit_status; errors are on stderr when it returns. `session` is NULL when it is COMMAND_OFFLINE. */
    int (*run)(struct session *session, const struct options *options);
    const char *summary;
    enum command_way way;
    const struct option_spec *options;
    size_t option_count;
};

extern const struct command *const commands[]; /* ended by NULL */

#endif
