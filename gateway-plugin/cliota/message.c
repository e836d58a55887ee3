#include "gateway-plugin/cliota/message.h"

#include <stdarg.h>
#include <stdio.h>

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

void message_error_in(const char *file, const char *error)
{
    unsigned long line, column;
    int behind = 0;
    if (file != NULL && sscanf(error, "line %lu, column %lu:%n", &line, &column, &behind) == 2 && behind > 0)
        message_error("%s:%lu:%lu:%s", file, line, column, error + behind);
    else
        message_error("%s", error);
}
