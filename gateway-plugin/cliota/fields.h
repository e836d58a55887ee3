/* What a command's options are called in the bodies of REST requests. */
#ifndef OTA_CLIOTA_FIELDS_H
#define OTA_CLIOTA_FIELDS_H

#include <jansson.h>

#include "gateway-plugin/cliota/options.h"

/* "applet" is "applet_id"; most are the same. */
const char *field_of_option(const char *option);

/* What the options from number `first` of the command's table say, those that were given; not those that are files,
 * which the command reads. NULL with a line on stderr. */
json_t *fields_of_options(const struct options *options, size_t first);

/* A refusal of the server's in the words of the command line: where it begins with the field that it is about
 * (NULL: none), that becomes "-option". */
void fields_explain(const struct options *options, const char *refusal, const char *field, char *text,
                    size_t size);

#endif
