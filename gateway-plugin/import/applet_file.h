/* An operator's applet file: .cap, a ZIP with the components of a Java Card package, or .ijc, the load file. */
#ifndef OTA_IMPORT_APPLET_FILE_H
#define OTA_IMPORT_APPLET_FILE_H

#include "gateway-plugin/import/load_file.h"

#define APPLET_FILE_MAX ((size_t)4 << 20) /* bytes; a CAP file holds more than its components: Debug, classes */

/* What the bytes are says the format, not a name. Fills format, AIDs, version and size of *applet.
 * *load_file: to be freed with free(). 0, or -1 with `refusal` and nothing to free. Whatever the file says of
 * its sizes, no more than LOAD_FILE_MAX and one component are held. */
int applet_file_read(const uint8_t *bytes, size_t length, struct applet *applet, uint8_t **load_file,
                     struct refusal *refusal);

#endif
