#include "gateway-plugin/import/load_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/bytes.h"
#include "protocol/errors.h"
#include "protocol/hex.h"

#define TAG_HEADER 1
#define TAG_DIRECTORY 2
#define TAG_APPLET 3
#define TAG_DESCRIPTOR 11
#define TAGS 14
#define HEADER_MAGIC 0xDECAFFEDU
#define FLAG_APPLET 0x04
#define AID_MIN 5

const struct cap_component cap_components[] = {
    {TAG_HEADER, "Header.cap", "Header", true},
    {TAG_DIRECTORY, "Directory.cap", "Directory", true},
    {4, "Import.cap", "Import", true},
    {TAG_APPLET, "Applet.cap", "Applet", false},
    {6, "Class.cap", "Class", true},
    {7, "Method.cap", "Method", true},
    {8, "StaticField.cap", "StaticField", true},
    {10, "Export.cap", "Export", false},
    {5, "ConstantPool.cap", "ConstantPool", true},
    {9, "RefLocation.cap", "RefLocation", true},
    {13, "StaticResources.cap", "StaticResources", false},
    {TAG_DESCRIPTOR, "Descriptor.cap", "Descriptor", false},
};
const size_t cap_component_count = sizeof cap_components / sizeof cap_components[0];

/* The contents of each component, by its tag; `at` NULL: it is not there. */
struct contents {
    struct byte_reader of[TAGS];
};

bool load_file_is_one(const uint8_t *bytes, size_t length)
{
    return length >= 7 && bytes[0] == TAG_HEADER && memcmp(bytes + 3, "\xDE\xCA\xFF\xED", 4) == 0;
}

static const struct cap_component *find(uint8_t tag)
{
    for (size_t i = 0; i < cap_component_count; i++)
        if (cap_components[i].tag == tag)
            return &cap_components[i];
    return NULL;
}

/* One component; *last is the one before, which it must follow in the order of the table. */
static int take_component(struct byte_reader *reader, const struct cap_component **last,
                          struct contents *contents, struct refusal *refusal)
{
    uint8_t tag;
    uint16_t size;
    const uint8_t *bytes;
    size_t left = reader->left;
    read_u8(reader, &tag);
    const struct cap_component *component = find(tag);
    if (component == NULL)
        return refuse(refusal, REFUSAL_INVALID, "component %02X, %zu bytes before the end, is none that is loaded",
                      tag, left);
    if (*last != NULL && component <= *last)
        return refuse(refusal, REFUSAL_INVALID, "component %s stands behind %s, expected the order of a load file",
                      component->name, (*last)->name);
    if (read_u16(reader, &size) != OTA_OK || read_bytes(reader, size, &bytes) != OTA_OK)
        return refuse(refusal, REFUSAL_INVALID, "component %s is cut off %zu bytes behind its begin",
                      component->name, left);
    contents->of[tag] = byte_reader_on(bytes, size);
    *last = component;
    return 0;
}

static int take_components(const uint8_t *bytes, size_t length, struct contents *contents,
                           struct refusal *refusal)
{
    const struct cap_component *last = NULL;
    struct byte_reader reader = byte_reader_on(bytes, length);
    while (reader.left > 0)
        if (take_component(&reader, &last, contents, refusal) != 0)
            return -1;
    for (size_t i = 0; i < cap_component_count; i++)
        if (cap_components[i].is_mandatory && contents->of[cap_components[i].tag].at == NULL)
            return refuse(refusal, REFUSAL_INVALID, "component %s is missing", cap_components[i].name);
    return 0;
}

/* The Directory has the size of each component from Header (1) to Descriptor (11), 0 for none. A load file
 * may leave the Descriptor out. */
static int check_sizes(const struct contents *contents, struct refusal *refusal)
{
    struct byte_reader directory = contents->of[TAG_DIRECTORY];
    for (uint8_t tag = TAG_HEADER; tag <= TAG_DESCRIPTOR; tag++) {
        uint16_t size;
        const struct byte_reader *component = &contents->of[tag];
        if (read_u16(&directory, &size) != OTA_OK)
            return refuse(refusal, REFUSAL_INVALID, "component Directory has %zu bytes, expected 22 and more",
                          contents->of[TAG_DIRECTORY].left);
        if (size != component->left && !(tag == TAG_DESCRIPTOR && component->at == NULL))
            return refuse(refusal, REFUSAL_INVALID, "component %s has %zu bytes, the Directory says %u",
                          find(tag)->name, component->left, size);
    }
    return 0;
}

static int read_aid(struct byte_reader *reader, const char *what, char aid[static APPLET_AID_SIZE],
                    struct refusal *refusal)
{
    uint8_t length = 0;
    const uint8_t *bytes;
    if (read_u8(reader, &length) != OTA_OK || length < AID_MIN || length > APPLET_AID_MAX ||
        read_bytes(reader, length, &bytes) != OTA_OK)
        return refuse(refusal, REFUSAL_INVALID, "%s AID of %u bytes is none, expected %d to %d", what, length,
                      AID_MIN, APPLET_AID_MAX);
    hex_encode(bytes, length, aid);
    return 0;
}

static int read_header(const struct contents *contents, struct applet *applet, struct refusal *refusal)
{
    struct byte_reader header = contents->of[TAG_HEADER];
    uint64_t magic = 0;
    uint16_t format, version;
    uint8_t flags = 0;
    read_big_endian(&header, 4, &magic);
    if (magic != HEADER_MAGIC)
        return refuse(refusal, REFUSAL_INVALID, "component Header begins with %08" PRIX64 ", expected DECAFFED",
                      magic);
    if (read_u16(&header, &format) != OTA_OK || read_u8(&header, &flags) != OTA_OK ||
        read_u16(&header, &version) != OTA_OK)
        return refuse(refusal, REFUSAL_INVALID, "component Header is too short");
    /* The minor number stands first. */
    snprintf(applet->package_version, sizeof applet->package_version, "%u.%u", version & 0xFFU, version >> 8);
    if (((flags & FLAG_APPLET) != 0) != (contents->of[TAG_APPLET].at != NULL))
        return refuse(refusal, REFUSAL_INVALID, "the Header says that the package has %s applets, but it has %s",
                      flags & FLAG_APPLET ? "" : "no", flags & FLAG_APPLET ? "none" : "some");
    return read_aid(&header, "package", applet->package_aid, refusal);
}

static int read_applets(struct byte_reader component, struct applet *applet, struct refusal *refusal)
{
    uint8_t count = 0;
    uint16_t install_method;
    char *at = applet->applet_aids;
    if (component.at == NULL)
        return 0;
    if (read_u8(&component, &count) != OTA_OK || count == 0 || count > APPLET_AIDS_MAX)
        return refuse(refusal, REFUSAL_INVALID, "the package has %u applets, expected 1 to %d", count,
                      APPLET_AIDS_MAX);
    for (uint8_t i = 0; i < count; i++) {
        if (i > 0)
            *at++ = ',';
        if (read_aid(&component, "applet", at, refusal) != 0)
            return -1;
        if (read_u16(&component, &install_method) != OTA_OK)
            return refuse(refusal, REFUSAL_INVALID, "component Applet is cut off in applet %u of %u", i + 1U, count);
        at += strlen(at);
    }
    if (component.left == 0)
        return 0;
    return refuse(refusal, REFUSAL_INVALID, "component Applet has %zu bytes behind its %u applets", component.left,
                  count);
}

int load_file_read(const uint8_t *bytes, size_t length, struct applet *applet, struct refusal *refusal)
{
    struct contents contents = {0};
    applet->applet_aids[0] = '\0';
    applet->load_file_size = (int64_t)length;
    if (length > LOAD_FILE_MAX)
        return refuse(refusal, REFUSAL_INVALID, "the load file has %zu bytes, expected at most %zu", length,
                      LOAD_FILE_MAX);
    if (take_components(bytes, length, &contents, refusal) != 0 || check_sizes(&contents, refusal) != 0 ||
        read_header(&contents, applet, refusal) != 0)
        return -1;
    return read_applets(contents.of[TAG_APPLET], applet, refusal);
}
