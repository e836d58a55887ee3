/* One file a command: each defines one of these. */
#ifndef OTA_CLIOTA_COMMANDS_H
#define OTA_CLIOTA_COMMANDS_H

#include "gateway-plugin/cliota/command.h"

extern const struct command create_profile_command;
extern const struct command provision_command;
extern const struct command create_group_command;
extern const struct command create_campaign_command;
extern const struct command create_template_command;
extern const struct command start_command;
extern const struct command retry_failed_command;
extern const struct command pause_command;
extern const struct command resume_command;
extern const struct command terminate_command;
extern const struct command list_profiles_command;
extern const struct command list_cards_command;
extern const struct command upload_applet_command;
extern const struct command list_applets_command;
extern const struct command show_applet_command;
extern const struct command rename_applet_command;
extern const struct command delete_applet_command;
extern const struct command create_toolkit_parameters_command;
extern const struct command list_toolkit_parameters_command;
extern const struct command show_toolkit_parameters_command;
extern const struct command rename_toolkit_parameters_command;
extern const struct command delete_toolkit_parameters_command;
extern const struct command list_groups_command;
extern const struct command list_campaigns_command;
extern const struct command show_campaign_command;
extern const struct command list_messages_command;
extern const struct command report_command;
extern const struct command show_profile_command;
extern const struct command rename_profile_command;
extern const struct command set_profile_command;
extern const struct command delete_profile_command;
extern const struct command show_group_command;
extern const struct command rename_group_command;
extern const struct command delete_group_command;
extern const struct command rename_campaign_command;
extern const struct command delete_campaign_command;
extern const struct command list_templates_command;
extern const struct command show_template_command;
extern const struct command rename_template_command;
extern const struct command delete_template_command;
extern const struct command show_card_command;
extern const struct command change_msisdn_command;
extern const struct command block_card_command;
extern const struct command unblock_card_command;
extern const struct command delete_card_command;
extern const struct command set_counter_command;
extern const struct command card_history_command;
extern const struct command watch_command;
extern const struct command status_command;
extern const struct command help_command;
extern const struct command version_command;

#endif
