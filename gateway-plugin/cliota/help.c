/* -help, and -help behind another command */
#include "gateway-plugin/cliota/help.h"

#include <stdio.h>

#include "gateway-plugin/cliota/commands.h"
#include "gateway-plugin/cliota/options.h"

static void print_usage(const struct command *command)
{
    printf("Usage: cliota -%s", command->name);
    for (size_t i = 0; i < command->option_count; i++) {
        const struct option_spec *option = &command->options[i];
        if (option->kind == OPTION_FLAG)
            printf(" [-%s]", option->name);
        else
            printf(option->need == OPTION_MAY || option_is_conditional(command, option) ? " [-%s %s]"
                                                                                        : " -%s %s",
                   option->name, option->value);
    }
    putchar('\n');
}

void help_print_command(const struct command *command)
{
    print_usage(command);
    printf("       %s\n", command->summary);
    for (size_t i = 0; i < command->option_count; i++) {
        const struct option_spec *option = &command->options[i];
        printf("  -%-20s %s", option->name, option->help);
        if (option->alias != NULL)
            printf(" (also -%s)", option->alias);
        if (option_is_conditional(command, option))
            printf("; needed unless -template is given");
        putchar('\n');
    }
    printf("  -%-20s properties file with server and token\n", "config");
}

static int run(struct session *session, const struct options *options)
{
    (void)session;
    (void)options;
    puts("Usage: cliota [-config FILE] -COMMAND [-OPTION VALUE ...]");
    for (size_t i = 0; commands[i] != NULL; i++)
        printf("  -%-23s %s\n", commands[i]->name, commands[i]->summary);
    puts("cliota -COMMAND -help tells a command's options. Names are taken in any case.\n"
         "Server and token stand in cliota.properties: -config FILE, CLIOTA_PROPERTIES,\n"
         "./cliota.properties or ~/.cliota.properties.\n"
         "Exit status: 0 done, 1 refused, 2 wrong usage, 3 done in part.");
    return STATUS_DONE;
}

const struct command help_command = {"help", run, "show this help", COMMAND_OFFLINE, NULL, 0};
