/* -uploadApplet and -listApplets. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/listing.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"
#include "gateway-plugin/cliota/text_file.h"

#define PATH_SIZE 2048

static const struct option_spec options_of_upload[] = {
    {"profile", NULL, OPTION_ID, true, "profile_id", "profile of the cards"},
    {"appletFilePath", "file", OPTION_TEXT, true, "path_to_applet_file", "a .cap or .ijc file"},
    {"appName", NULL, OPTION_TEXT, false, "applet_name",
     "name of the applet, ends with .cap or .ijc; the file's if not given"},
    {"tarList", NULL, OPTION_LIST, false, "tar1 tar2 ...", "its TARs"},
};
static const struct option_spec options_of_list[] = {
    {"profile", NULL, OPTION_ID, true, "profile_id", "profile of the cards"},
};

/* "?name=value" or "&name=value", escaped as a URL wants it (RFC 3986 clause 2.1). */
static void add_parameter(char *path, const char *name, const char *value)
{
    size_t length = strlen(path);
    length += (size_t)snprintf(path + length, PATH_SIZE - length, "%c%s=", strchr(path, '?') ? '&' : '?', name);
    for (; *value != '\0' && length + 4 < PATH_SIZE; value++) {
        if (isalnum((unsigned char)*value) || strchr("-._~", *value) != NULL)
            path[length++] = *value;
        else
            length += (size_t)snprintf(path + length, PATH_SIZE - length, "%%%02X", (unsigned char)*value);
    }
    path[length] = '\0';
}

static void make_path(const struct options *options, const char *file, char *path)
{
    const char *slash = strrchr(file, '/'), *name = option_text(options, "appName");
    snprintf(path, PATH_SIZE, "/api/profiles/%s/applets", option_text(options, "profile"));
    add_parameter(path, "name", name != NULL ? name : slash != NULL ? slash + 1 : file);
    if (option_text(options, "tarList") != NULL)
        add_parameter(path, "tarList", option_text(options, "tarList"));
}

static int upload(struct session *session, const struct options *options)
{
    char path[PATH_SIZE];
    size_t length;
    struct session_answer answer;
    const char *file = option_text(options, "appletFilePath");
    char *bytes = file_read(file, &length);
    if (bytes == NULL) {
        message_error("-appletFilePath: %s cannot be read: %s", file, strerror(errno));
        return STATUS_REFUSED;
    }
    make_path(options, file, path);
    int result = session_try_post(session, path, "application/octet-stream", bytes, length, &answer);
    free(bytes);
    if (result == 0)
        applet_print(&answer);
    else
        message_error("%s: %s", file, answer.error);
    session_answer_free(&answer);
    return result == 0 ? STATUS_DONE : STATUS_REFUSED;
}

static int list(struct session *session, const struct options *options)
{
    static const char *const columns[] = {"id",     "name",       "type",           "@tars",
                                          "format", "packageAid", "packageVersion", "@appletAids"};
    char path[80];
    snprintf(path, sizeof path, "/api/profiles/%s/applets?limit=1000", option_text(options, "profile"));
    return listing_print(session, path, columns, 8);
}

const struct command upload_applet_command = {
    "uploadApplet", upload, "upload the file of an applet (.cap, .ijc) of a profile", COMMAND_ONLINE, options_of_upload, 4};
const struct command list_applets_command = {"listApplets", list, "list the applets of a profile", COMMAND_ONLINE,
                                             options_of_list, 1};
