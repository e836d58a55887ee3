/* -setProfile: what the profile's later campaigns take from it. */
#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/fields.h"
#include "gateway-plugin/cliota/instance.h"
#include "gateway-plugin/cliota/message.h"
#include "gateway-plugin/cliota/options.h"

static const struct option_spec options_of_command[] = {
    {"profile", NULL, OPTION_ID, true, "profile_id", "the profile"},
    {"validityPeriod", NULL, OPTION_NUMBER, false, "time_in_minutes",
     "how long the SMSC keeps a message; 0: the server's"},
    {"porTimeout", NULL, OPTION_NUMBER, false, "seconds",
     "how long a PoR is awaited after delivery; 0: the server's"},
    {"spi", NULL, OPTION_TEXT_OR_NONE, false, "spi_value|none", "4 hex digits: how packets and PoRs are protected"},
    {"kicByte", NULL, OPTION_TEXT_OR_NONE, false, "kic_value|none", "2 hex digits; none: 15"},
    {"kidByte", NULL, OPTION_TEXT_OR_NONE, false, "kid_value|none", "2 hex digits; none: 15"},
    {"counterScope", NULL, OPTION_TEXT, false, "keyset|tar",
     "the cards have one counter for each key set, or for each TAR; only while no card has one"},
    {"maxSmsParts", NULL, OPTION_NUMBER, false, "number", "how many SMS a packet may take, 1 to 255; 0: 255"},
    {"partSize", NULL, OPTION_NUMBER, false, "bytes",
     "user data of an SMS, its header included, 16 to 140; 0: 140"},
    {"scriptFormat", NULL, OPTION_TEXT_OR_NONE, false, "compact|expanded|none",
     "how commands stand in a packet; none: as -refreshStyle wants it"},
    {"scriptChaining", NULL, OPTION_TEXT, false, "none|first|first-kept",
     "in expanded format, whether a card keeps its place from packet to packet: until a reset, or across one"},
    {"refreshStyle", NULL, OPTION_TEXT, false, "compact-d0|expanded-81|apdu|none",
     "what -includeSimRefresh appends"},
    {"refreshCommand", NULL, OPTION_TEXT_OR_NONE, false, "apdu|none", "the command of -refreshStyle apdu, in hex"},
    {"httpAddress", NULL, OPTION_TEXT_OR_NONE, false, "address:port|none",
     "server that cards call for campaigns over HTTPS"},
    {"httpApn", NULL, OPTION_TEXT_OR_NONE, false, "apn|none", "access point that they use"},
    {"httpHost", NULL, OPTION_TEXT_OR_NONE, false, "host|none", "Host header of their requests"},
    {"httpUri", NULL, OPTION_TEXT_OR_NONE, false, "uri|none", "what they post to"},
    {"httpAgent", NULL, OPTION_TEXT_OR_NONE, false, "agent|none", "their X-Admin-From"},
};

static int run(struct session *session, const struct options *options)
{
    char path[64];
    struct session_answer answer;
    json_t *body = fields_of_options(options, 1);
    if (body == NULL)
        return STATUS_REFUSED;
    if (json_object_size(body) == 0) {
        message_error("-setProfile sets nothing, expected one of the settings that cliota -setProfile -help names");
        json_decref(body);
        return STATUS_USAGE;
    }
    snprintf(path, sizeof path, "/api/profiles/%s", option_text(options, "profile"));
    int result = session_patch(session, path, body, &answer);
    json_decref(body);
    if (result != 0)
        return STATUS_REFUSED;
    profile_settings_print(&answer);
    session_answer_free(&answer);
    return STATUS_DONE;
}

const struct command set_profile_command = {"setProfile",
                                            run,
                                            "set what the later campaigns of a profile take from it",
                                            COMMAND_ONLINE,
                                            options_of_command,
                                            sizeof options_of_command / sizeof options_of_command[0]};
