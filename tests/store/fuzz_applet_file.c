/* An applet file (.cap, .ijc): whatever is read keeps what the header promises. */
#include <string.h>

#include "gateway-plugin/import/applet_file.h"
#include "tests/protocol/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct applet applet = {0}, again = {0};
    struct refusal refusal;
    uint8_t *load_file;
    if (applet_file_read(data, size, &applet, &load_file, &refusal) != 0) {
        MUST(load_file == NULL && refusal.text[0] != '\0');
        return 0;
    }
    MUST(applet.format != APPLET_NO_FILE && applet.load_file_size > 0 &&
         (size_t)applet.load_file_size <= LOAD_FILE_MAX);
    MUST(strlen(applet.package_aid) >= 10 && strlen(applet.package_aid) < sizeof applet.package_aid);
    MUST(strlen(applet.applet_aids) < sizeof applet.applet_aids);
    /* What comes out is a load file itself. */
    MUST(load_file_read(load_file, (size_t)applet.load_file_size, &again, &refusal) == 0);
    MUST(strcmp(applet.applet_aids, again.applet_aids) == 0);
    free(load_file);
    return 0;
}
