/*
 * The one door to gwlib. Its headers turn malloc and friends into errors and
 * define the package's names, so they come first and the names are taken back
 * before ours. Only .c files of this folder include this: from here on `info`,
 * `error`, `debug`, `panic`, `sms`, `ack`, `List`, `Msg`, … belong to Kannel.
 */
#ifndef OTA_KANNEL_KANNEL_HEADERS_H
#define OTA_KANNEL_KANNEL_HEADERS_H

#include <gwlib/gwlib.h>

#include <gw/msg.h>

#include <gw/dlr.h> /* needs msg.h before it */
#include <gw/shared.h>
#include <gw/sms.h>

#undef PACKAGE
#undef PACKAGE_BUGREPORT
#undef PACKAGE_NAME
#undef PACKAGE_STRING
#undef PACKAGE_TARNAME
#undef PACKAGE_URL
#undef PACKAGE_VERSION
#undef VERSION
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef strdup

#endif
