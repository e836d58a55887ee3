#include "gateway-plugin/import/applet_file.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <zip.h>

#define ENTRIES_MAX 4096
#define FOLDER "javacard/"

/* Where each component stands in the archive; -1: nowhere. */
struct places {
    zip_int64_t entry[16];
    const char *folder; /* of the archive: all components must be of one package */
    size_t folder_length;
};

/* "com/x/javacard/Header.cap" -> "Header.cap"; *folder: how long what stands before is. NULL: no component. */
static const char *component_file(const char *path, size_t *folder)
{
    const char *slash = strrchr(path, '/');
    size_t length = strlen(FOLDER);
    if (slash == NULL)
        return NULL;
    *folder = (size_t)(slash + 1 - path);
    if (*folder < length || strncasecmp(slash + 1 - length, FOLDER, length) != 0 ||
        (*folder > length && path[*folder - length - 1] != '/'))
        return NULL;
    return slash + 1;
}

static int note_place(zip_t *archive, zip_int64_t entry, struct places *places, struct refusal *refusal)
{
    size_t folder;
    const char *path = zip_get_name(archive, (zip_uint64_t)entry, ZIP_FL_ENC_RAW);
    const char *file = path != NULL ? component_file(path, &folder) : NULL;
    for (size_t i = 0; file != NULL && i < cap_component_count; i++) {
        if (strcasecmp(file, cap_components[i].file) != 0)
            continue;
        if (places->folder == NULL) {
            places->folder = path;
            places->folder_length = folder;
        }
        if (folder != places->folder_length || memcmp(path, places->folder, folder) != 0)
            return refuse(refusal, REFUSAL_INVALID, "the CAP file has two packages: %.100s and %.100s",
                          places->folder, path);
        if (places->entry[i] >= 0)
            return refuse(refusal, REFUSAL_INVALID, "the CAP file has %s twice", cap_components[i].file);
        places->entry[i] = entry;
    }
    return 0;
}

static int find_components(zip_t *archive, struct places *places, struct refusal *refusal)
{
    zip_int64_t count = zip_get_num_entries(archive, 0);
    if (count > ENTRIES_MAX)
        return refuse(refusal, REFUSAL_INVALID, "the CAP file has %lld entries, expected at most %d",
                      (long long)count, ENTRIES_MAX);
    for (zip_int64_t i = 0; i < count; i++)
        if (note_place(archive, i, places, refusal) != 0)
            return -1;
    return places->folder != NULL ? 0
                                  : refuse(refusal, REFUSAL_INVALID,
                                           "the file is a ZIP without a javacard/Header.cap, expected a CAP file");
}

static int refuse_entry(zip_t *archive, const char *file, struct refusal *refusal)
{
    return refuse(refusal, REFUSAL_INVALID, "%s of the CAP file cannot be read: %s", file, zip_strerror(archive));
}

/* One component behind *length. Reading to the very end is what checks the CRC. */
static int read_component(zip_t *archive, zip_int64_t entry, const char *file, uint8_t *load_file, size_t *length,
                          struct refusal *refusal)
{
    zip_file_t *stream = zip_fopen_index(archive, (zip_uint64_t)entry, 0);
    size_t room = LOAD_FILE_MAX + 1 - *length, before = *length;
    zip_int64_t got = 0;
    if (stream == NULL)
        return refuse_entry(archive, file, refusal);
    while (room > 0 && *length - before <= CAP_COMPONENT_MAX &&
           (got = zip_fread(stream, load_file + *length, room)) > 0) {
        *length += (size_t)got;
        room -= (size_t)got;
    }
    int rc = 0;
    if (got < 0)
        rc = refuse(refusal, REFUSAL_INVALID, "%s of the CAP file cannot be read: %s", file,
                    zip_file_strerror(stream));
    else if (*length - before > CAP_COMPONENT_MAX || room == 0)
        rc = refuse(refusal, REFUSAL_INVALID, "%s of the CAP file has more than %d bytes", file, CAP_COMPONENT_MAX);
    zip_fclose(stream);
    return rc;
}

static int read_components(zip_t *archive, uint8_t *load_file, size_t *length, struct refusal *refusal)
{
    struct places places = {0};
    for (size_t i = 0; i < cap_component_count; i++)
        places.entry[i] = -1;
    *length = 0;
    if (find_components(archive, &places, refusal) != 0)
        return -1;
    for (size_t i = 0; i < cap_component_count; i++)
        if (places.entry[i] >= 0 && read_component(archive, places.entry[i], cap_components[i].file, load_file,
                                                   length, refusal) != 0)
            return -1;
    return 0;
}

static int read_cap(const uint8_t *bytes, size_t length, uint8_t *load_file, size_t *load_length,
                    struct refusal *refusal)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, length, 0, &error);
    zip_t *archive = source != NULL ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    int rc;
    if (archive != NULL)
        rc = read_components(archive, load_file, load_length, refusal);
    else
        rc = refuse(refusal, REFUSAL_INVALID, "the CAP file is no ZIP that can be read: %s",
                    zip_error_strerror(&error));
    if (archive != NULL)
        zip_discard(archive); /* and the source */
    else if (source != NULL)
        zip_source_free(source);
    zip_error_fini(&error);
    return rc;
}

static int read_bytes_of(const uint8_t *bytes, size_t length, struct applet *applet, uint8_t *load_file,
                         struct refusal *refusal)
{
    size_t load_length = length;
    if (applet->format == APPLET_IJC)
        memcpy(load_file, bytes, length);
    else if (read_cap(bytes, length, load_file, &load_length, refusal) != 0)
        return -1;
    return load_file_read(load_file, load_length, applet, refusal);
}

int applet_file_read(const uint8_t *bytes, size_t length, struct applet *applet, uint8_t **load_file,
                     struct refusal *refusal)
{
    *load_file = NULL;
    if (length >= 4 && memcmp(bytes, "PK\x03\x04", 4) == 0)
        applet->format = APPLET_CAP;
    else if (load_file_is_one(bytes, length))
        applet->format = APPLET_IJC;
    else
        return refuse(refusal, REFUSAL_INVALID,
                      "the file is neither a CAP file (a ZIP) nor an IJC file (01 .. .. DECAFFED)");
    if (length > (applet->format == APPLET_IJC ? LOAD_FILE_MAX : APPLET_FILE_MAX))
        return refuse(refusal, REFUSAL_INVALID, "the file has %zu bytes, more than a package has", length);
    *load_file = malloc(LOAD_FILE_MAX + 1);
    if (*load_file == NULL)
        return refuse(refusal, REFUSAL_INTERNAL, "no memory for the applet file");
    if (read_bytes_of(bytes, length, applet, *load_file, refusal) == 0)
        return 0;
    free(*load_file);
    *load_file = NULL;
    return -1;
}
