#include "tools/help.h"

#include <string.h>

void help_print(FILE *stream)
{
    fputs("Usage: otapacket COMMAND [OPTION VALUE ...]\n", stream);
    for (size_t i = 0; commands[i] != NULL; i++)
        fprintf(stream, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
    fputs("  --help       show this help; otapacket COMMAND --help tells a command's options\n"
          "  --version    show the version\n"
          "SIM over-the-air packets (GSM 03.48, TS 102 225, TS 31.115, TS 102 226), offline.\n"
          "Exit status: 0 done, 1 refused, 2 wrong usage.\n",
          stream);
}

static void print_option(const char *name, const char *value, const char *help)
{
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", name, value == NULL ? "" : " ", value == NULL ? "" : value);
    printf(strlen(left) <= 21 ? "  %-21s %s\n" : "  %s\n                        %s\n", left, help);
}

void help_print_command(const struct command *command)
{
    printf("Usage: otapacket %s [OPTION VALUE ...] [%s]\n       %s\n", command->name,
           fields[command->words].value, command->summary);
    for (enum field field = 0; field < FIELDS; field++)
        if ((command->accepts & FIELD_BIT(field)) != 0)
            print_option(fields[field].option, fields[field].value, fields[field].help);
    print_option("json", NULL, "answer one JSON object; without other options, read one from the input");
    print_option("batch", NULL, "read one JSON object a line, answer one a line");
    print_option("help", NULL, "show this help");
    printf("Words without an option are --%s. Hex digits in any case.\n", fields[command->words].option);
    if (command->epilogue != NULL)
        puts(command->epilogue);
}
