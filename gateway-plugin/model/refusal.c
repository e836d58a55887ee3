#include "gateway-plugin/model/refusal.h"

#include <stdarg.h>
#include <stdio.h>

#include "protocol/utf8.h"

int refuse(struct refusal *refusal, enum refusal_kind kind, const char *format, ...)
{
    if (refusal == NULL)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    refusal->kind = kind;
    vsnprintf(refusal->text, sizeof refusal->text, format, arguments);
    va_end(arguments);
    utf8_make_printable(refusal->text);
    return -1;
}
