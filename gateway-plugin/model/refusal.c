#include "gateway-plugin/model/refusal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/utf8.h"

__attribute__((format(printf, 3, 0))) static void take_words(struct refusal *refusal, size_t behind,
                                                             const char *format, va_list arguments)
{
    vsnprintf(refusal->text + behind, sizeof refusal->text - behind, format, arguments);
    utf8_make_printable(refusal->text);
}

int refuse(struct refusal *refusal, enum refusal_kind kind, const char *format, ...)
{
    if (refusal == NULL)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    refusal->kind = kind;
    refusal->field = NULL;
    take_words(refusal, 0, format, arguments);
    va_end(arguments);
    return -1;
}

int refuse_field(struct refusal *refusal, enum refusal_kind kind, const char *field, const char *format, ...)
{
    if (refusal == NULL)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    refusal->kind = kind;
    refusal->field = field;
    snprintf(refusal->text, sizeof refusal->text, "%s%s", field, *format != ':' ? " " : "");
    take_words(refusal, strlen(refusal->text), format, arguments);
    va_end(arguments);
    return -1;
}

int refusal_set_field(struct refusal *refusal, const char *field)
{
    if (refusal != NULL && refusal->kind != REFUSAL_INTERNAL)
        refusal->field = field;
    return -1;
}
