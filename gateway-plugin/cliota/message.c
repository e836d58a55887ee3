#include "gateway-plugin/cliota/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 0))) static void print_line(const char *prefix, const char *format,
                                                             va_list arguments)
{
    fflush(stdout); /* so that both come in order on a terminal */
    fputs(prefix, stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void message_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line("cliota: ", format, arguments);
    va_end(arguments);
}

void message_warning(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line("cliota: warning: ", format, arguments);
    va_end(arguments);
}

/* "line 3, column 9: …" as "FILE:3:9: …", "line 3: …" as "FILE:3: …", the rest as it is. */
static void print_in(const char *prefix, const char *file, unsigned long first_line, const char *text)
{
    unsigned long line, column;
    int behind = 0;
    fflush(stdout);
    if (file == NULL || sscanf(text, "line %lu%n", &line, &behind) != 1)
        fprintf(stderr, "%s%s\n", prefix, text);
    else if (sscanf(text + behind, ", column %lu", &column) == 1 && strchr(text, ':') != NULL)
        fprintf(stderr, "%s%s:%lu:%lu%s\n", prefix, file, line + first_line - 1, column, strchr(text, ':'));
    else
        fprintf(stderr, "%s%s:%lu%s\n", prefix, file, line + first_line - 1, text + behind);
}

void message_error_in(const char *file, unsigned long first_line, const char *error)
{
    print_in("cliota: ", file, first_line, error);
}

void message_warning_in(const char *file, unsigned long first_line, const char *warning)
{
    if (file != NULL && strncmp(warning, "command ", 8) == 0)
        message_warning("%s: %s", file, warning);
    else
        print_in("cliota: warning: ", file, first_line, warning);
}
