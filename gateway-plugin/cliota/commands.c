/* Every command, in the order of the SOP and of the help. */
#include "gateway-plugin/cliota/commands.h"

const struct command *const commands[] = {
    &create_profile_command, &provision_command,      &create_group_command,  &create_campaign_command,
    &start_command,          &retry_failed_command,   &list_profiles_command, &list_cards_command,
    &list_groups_command,    &list_campaigns_command, &show_campaign_command, &list_messages_command,
    &watch_command,          &help_command,           &version_command,       NULL,
};
