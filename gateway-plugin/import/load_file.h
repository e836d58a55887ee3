/*
 * A Java Card package as LOAD carries it (GlobalPlatform 11.6.2.3): the components of
 * its CAP file one behind the other (Java Card VM specification, chapter 6). An .ijc
 * file is just that.
 */
#ifndef OTA_IMPORT_LOAD_FILE_H
#define OTA_IMPORT_LOAD_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway-plugin/model/applet.h"

#define CAP_COMPONENT_MAX (3 + 65535) /* tag, size of two bytes, contents */
#define LOAD_FILE_MAX ((size_t)11 * CAP_COMPONENT_MAX)

/* The components in the order of a load file; Debug (12) is never loaded. `file`: its name in a CAP file. */
struct cap_component {
    uint8_t tag;
    const char *file, *name;
    bool is_mandatory;
};
extern const struct cap_component cap_components[];
extern const size_t cap_component_count;

/* Does it begin as a Header component does? */
bool load_file_is_one(const uint8_t *bytes, size_t length);

/* Checks the components: order, sizes (also against the Directory), Header and Applet. Fills package AID,
 * version, applet AIDs and size of *applet. 0, or -1 with `refusal`. */
int load_file_read(const uint8_t *bytes, size_t length, struct applet *applet, struct refusal *refusal);

#endif
