/* Parameters of INSTALL: what is read and written again reads and writes the same. */
#include <string.h>

#include "protocol/errors.h"
#include "protocol/install_parameters.h"
#include "tests/protocol/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct install_parameters parameters, again;
    uint8_t first[INSTALL_PARAMETERS_MAX], second[INSTALL_PARAMETERS_MAX];
    struct byte_writer writer = byte_writer_on(first, sizeof first), rewriter = byte_writer_on(second, sizeof second);
    if (install_parameters_decode(data, size, &parameters) != OTA_OK)
        return 0;
    MUST(parameters.uicc.entry_count <= TOOLKIT_MENU_ENTRIES_MAX && parameters.uicc.tar_count <= TOOLKIT_TARS_MAX);
    MUST(parameters.access.count <= ACCESS_ENTRIES_MAX && parameters.admin_access.count <= ACCESS_ENTRIES_MAX);
    if (install_parameters_encode(&parameters, &writer) != OTA_OK)
        return 0; /* longer than it came: fields that were missing */
    MUST(install_parameters_decode(first, writer.length, &again) == OTA_OK);
    MUST(install_parameters_encode(&again, &rewriter) == OTA_OK);
    MUST(writer.length == rewriter.length && memcmp(first, second, writer.length) == 0);
    return 0;
}
