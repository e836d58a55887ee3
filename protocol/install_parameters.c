#include "protocol/install_parameters.h"

#include <string.h>

#include "protocol/errors.h"
#include "protocol/tlv.h"

enum {
    TAG_APPLICATION = 0xC9,
    TAG_SYSTEM = 0xEF,
    TAG_VOLATILE = 0xC7,
    TAG_NON_VOLATILE = 0xC8,
    TAG_SIM_TOOLKIT = 0xCA,
    TAG_UICC = 0xEA,
    TAG_UICC_TOOLKIT = 0x80,
    TAG_ACCESS = 0x81,
    TAG_ADMIN_ACCESS = 0x82,
};

#define SECURITY_LEVEL_SPI1 1 /* the parameter that follows is a minimum SPI1 */
#define QUOTA_SHORT_MAX 32767 /* more takes four bytes */

/* --- encoding --- */

static void write_counted(struct byte_writer *writer, const uint8_t *bytes, size_t length)
{
    write_u8(writer, (uint8_t)length);
    write_bytes(writer, bytes, length);
}

static void write_toolkit(struct byte_writer *writer, const struct toolkit_application *toolkit)
{
    const uint8_t level[] = {SECURITY_LEVEL_SPI1, toolkit->minimum_spi1};
    write_u8(writer, toolkit->priority);
    write_u8(writer, toolkit->timers);
    write_u8(writer, toolkit->text_length);
    write_u8(writer, toolkit->entry_count);
    for (size_t i = 0; i < toolkit->entry_count; i++) {
        write_u8(writer, toolkit->entries[i].position);
        write_u8(writer, toolkit->entries[i].identifier);
    }
    write_u8(writer, toolkit->channels);
    write_counted(writer, level, toolkit->has_minimum_spi1 ? sizeof level : 0);
    write_counted(writer, toolkit->tars[0], (size_t)toolkit->tar_count * TAR_SIZE);
}

static void write_access_entry(struct byte_writer *writer, const struct access_entry *entry)
{
    write_counted(writer, entry->aid, entry->aid_length);
    write_counted(writer, entry->domain, entry->domain_length);
    write_counted(writer, entry->dap, entry->dap_length);
}

static void write_access(struct byte_writer *writer, uint8_t tag, const struct access_list *list)
{
    static const struct access_entry none = {.domain = {ACCESS_NONE}, .domain_length = 1};
    uint8_t value[INSTALL_PARAMETERS_MAX];
    struct byte_writer inner = byte_writer_on(value, sizeof value);
    if (list->count == 0)
        return;
    if (list->entries[0].aid_length > 0)
        write_access_entry(&inner, &none);
    for (size_t i = 0; i < list->count; i++)
        write_access_entry(&inner, &list->entries[i]);
    tlv_write(writer, tag, value, inner.length);
    writer->overflow |= inner.overflow;
}

static void write_quota(struct byte_writer *writer, uint8_t tag, uint32_t bytes)
{
    const size_t size = bytes > QUOTA_SHORT_MAX ? 4 : 2;
    if (bytes == 0)
        return;
    tlv_write_header(writer, tag, size);
    write_big_endian(writer, size, bytes);
}

static void write_system(struct byte_writer *writer, const struct install_parameters *parameters)
{
    write_quota(writer, TAG_NON_VOLATILE, parameters->non_volatile_memory);
    write_quota(writer, TAG_VOLATILE, parameters->volatile_memory);
    if (!parameters->has_sim)
        return;
    uint8_t value[INSTALL_PARAMETERS_MAX];
    struct byte_writer inner = byte_writer_on(value, sizeof value);
    write_counted(&inner, parameters->access_domain, parameters->access_domain_length);
    write_toolkit(&inner, &parameters->sim);
    tlv_write(writer, TAG_SIM_TOOLKIT, value, inner.length);
    writer->overflow |= inner.overflow;
}

static void write_uicc(struct byte_writer *writer, const struct install_parameters *parameters)
{
    uint8_t value[INSTALL_PARAMETERS_MAX];
    struct byte_writer inner = byte_writer_on(value, sizeof value);
    if (parameters->has_uicc) {
        write_toolkit(&inner, &parameters->uicc);
        write_u8(&inner, parameters->services);
        tlv_write(writer, TAG_UICC_TOOLKIT, value, inner.length);
        writer->overflow |= inner.overflow;
    }
    write_access(writer, TAG_ACCESS, &parameters->access);
    write_access(writer, TAG_ADMIN_ACCESS, &parameters->admin_access);
}

static void write_template(struct byte_writer *writer, uint8_t tag,
                           const struct install_parameters *parameters,
                           void (*write)(struct byte_writer *, const struct install_parameters *))
{
    uint8_t value[INSTALL_PARAMETERS_MAX];
    struct byte_writer inner = byte_writer_on(value, sizeof value);
    write(&inner, parameters);
    if (inner.length > 0)
        tlv_write(writer, tag, value, inner.length);
    writer->overflow |= inner.overflow;
}

static bool toolkit_fits(const struct toolkit_application *toolkit)
{
    return toolkit->entry_count <= TOOLKIT_MENU_ENTRIES_MAX && toolkit->tar_count <= TOOLKIT_TARS_MAX;
}

static bool access_fits(const struct access_list *list)
{
    for (size_t i = 0; i < list->count && i < ACCESS_ENTRIES_MAX; i++) {
        const struct access_entry *entry = &list->entries[i];
        if (entry->aid_length > ACCESS_AID_MAX || entry->domain_length > ACCESS_DOMAIN_MAX ||
            entry->dap_length > ACCESS_DAP_MAX)
            return false;
    }
    return list->count <= ACCESS_ENTRIES_MAX;
}

int install_parameters_encode(const struct install_parameters *parameters, struct byte_writer *writer)
{
    if (!toolkit_fits(&parameters->sim) || !toolkit_fits(&parameters->uicc) ||
        !access_fits(&parameters->access) || !access_fits(&parameters->admin_access) ||
        parameters->access_domain_length > ACCESS_DOMAIN_MAX ||
        parameters->application_data_length > INSTALL_PARAMETERS_MAX)
        return OTA_E_BAD_VALUE;
    tlv_write(writer, TAG_APPLICATION, parameters->application_data, parameters->application_data_length);
    write_template(writer, TAG_SYSTEM, parameters, write_system);
    write_template(writer, TAG_UICC, parameters, write_uicc);
    if (writer->length > INSTALL_PARAMETERS_MAX)
        return OTA_E_NO_SPACE;
    return byte_writer_status(writer);
}

/* --- decoding --- */

/* A length byte and as many bytes into `to`; nothing at the end reads as none. */
static int read_counted(struct byte_reader *reader, uint8_t *to, size_t size, uint8_t *length)
{
    uint8_t count = 0;
    *length = 0;
    if (reader->left > 0)
        read_u8(reader, &count);
    if (count > reader->left)
        return OTA_E_TRUNCATED;
    if (count > size)
        return OTA_E_NO_SPACE;
    *length = count;
    return count > 0 ? read_copy(reader, to, count) : OTA_OK;
}

static int read_entries(struct byte_reader *reader, struct toolkit_application *toolkit)
{
    int rc = read_u8(reader, &toolkit->entry_count);
    if (rc == OTA_OK && toolkit->entry_count > TOOLKIT_MENU_ENTRIES_MAX)
        rc = OTA_E_NO_SPACE;
    for (size_t i = 0; rc == OTA_OK && i < toolkit->entry_count; i++) {
        rc = read_u8(reader, &toolkit->entries[i].position);
        if (rc == OTA_OK)
            rc = read_u8(reader, &toolkit->entries[i].identifier);
    }
    return rc;
}

static int read_security_level(struct byte_reader *reader, struct toolkit_application *toolkit)
{
    uint8_t level[2], length;
    int rc = read_counted(reader, level, sizeof level, &length);
    if (rc == OTA_E_NO_SPACE ||
        (rc == OTA_OK && length > 0 && (length != 2 || level[0] != SECURITY_LEVEL_SPI1)))
        return OTA_E_UNSUPPORTED;
    toolkit->has_minimum_spi1 = rc == OTA_OK && length > 0;
    toolkit->minimum_spi1 = toolkit->has_minimum_spi1 ? level[1] : 0;
    return rc;
}

static int read_tars(struct byte_reader *reader, struct toolkit_application *toolkit)
{
    uint8_t length;
    int rc = read_counted(reader, toolkit->tars[0], sizeof toolkit->tars, &length);
    if (rc == OTA_OK && length % TAR_SIZE != 0)
        return OTA_E_BAD_LENGTH;
    toolkit->tar_count = (uint8_t)(length / TAR_SIZE);
    return rc;
}

static int read_toolkit(struct byte_reader *reader, struct toolkit_application *toolkit)
{
    int rc = read_u8(reader, &toolkit->priority);
    if (rc == OTA_OK)
        rc = read_u8(reader, &toolkit->timers);
    if (rc == OTA_OK)
        rc = read_u8(reader, &toolkit->text_length);
    if (rc == OTA_OK)
        rc = read_entries(reader, toolkit);
    if (rc == OTA_OK && reader->left > 0)
        rc = read_u8(reader, &toolkit->channels);
    if (rc == OTA_OK)
        rc = read_security_level(reader, toolkit);
    return rc == OTA_OK ? read_tars(reader, toolkit) : rc;
}

static int at_end(int rc, const struct byte_reader *reader)
{
    return rc == OTA_OK && reader->left > 0 ? OTA_E_TRAILING : rc;
}

static int take_application(const struct tlv *tlv, struct install_parameters *parameters)
{
    if (tlv->length > sizeof parameters->application_data)
        return OTA_E_NO_SPACE;
    if (tlv->length > 0)
        memcpy(parameters->application_data, tlv->value, tlv->length);
    parameters->application_data_length = tlv->length;
    return OTA_OK;
}

static int take_quota(const struct tlv *tlv, uint32_t *bytes)
{
    struct byte_reader reader = byte_reader_on(tlv->value, tlv->length);
    uint64_t value;
    if (tlv->length != 2 && tlv->length != 4)
        return OTA_E_BAD_LENGTH;
    int rc = read_big_endian(&reader, tlv->length, &value);
    *bytes = rc == OTA_OK ? (uint32_t)value : 0;
    return rc;
}

static int take_volatile(const struct tlv *tlv, struct install_parameters *parameters)
{
    return take_quota(tlv, &parameters->volatile_memory);
}

static int take_non_volatile(const struct tlv *tlv, struct install_parameters *parameters)
{
    return take_quota(tlv, &parameters->non_volatile_memory);
}

static int take_sim(const struct tlv *tlv, struct install_parameters *parameters)
{
    struct byte_reader reader = byte_reader_on(tlv->value, tlv->length);
    int rc = read_counted(&reader, parameters->access_domain, ACCESS_DOMAIN_MAX,
                          &parameters->access_domain_length);
    parameters->has_sim = true;
    return at_end(rc == OTA_OK ? read_toolkit(&reader, &parameters->sim) : rc, &reader);
}

static int take_uicc_toolkit(const struct tlv *tlv, struct install_parameters *parameters)
{
    struct byte_reader reader = byte_reader_on(tlv->value, tlv->length);
    int rc = read_toolkit(&reader, &parameters->uicc);
    parameters->has_uicc = true;
    if (rc == OTA_OK && reader.left > 0)
        rc = read_u8(&reader, &parameters->services);
    return at_end(rc, &reader);
}

static int read_access_entry(struct byte_reader *reader, struct access_entry *entry)
{
    int rc = read_counted(reader, entry->aid, ACCESS_AID_MAX, &entry->aid_length);
    if (rc == OTA_OK)
        rc = read_counted(reader, entry->domain, ACCESS_DOMAIN_MAX, &entry->domain_length);
    return rc == OTA_OK ? read_counted(reader, entry->dap, ACCESS_DAP_MAX, &entry->dap_length) : rc;
}

static int take_list(const struct tlv *tlv, struct access_list *list)
{
    struct byte_reader reader = byte_reader_on(tlv->value, tlv->length);
    int rc = OTA_OK;
    while (rc == OTA_OK && reader.left > 0) {
        if (list->count == ACCESS_ENTRIES_MAX)
            return OTA_E_NO_SPACE;
        rc = read_access_entry(&reader, &list->entries[list->count++]);
    }
    return rc;
}

static int take_access(const struct tlv *tlv, struct install_parameters *parameters)
{
    return take_list(tlv, &parameters->access);
}

static int take_admin_access(const struct tlv *tlv, struct install_parameters *parameters)
{
    return take_list(tlv, &parameters->admin_access);
}

struct tag {
    uint8_t tag;
    int (*take)(const struct tlv *tlv, struct install_parameters *parameters);
};

/* Every TLV of `bytes` is one of `tags`, each at most once. */
static int take_all(const uint8_t *bytes, size_t length, const struct tag *tags, size_t count,
                    struct install_parameters *parameters)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    unsigned int seen = 0;
    int rc = OTA_OK;
    while (rc == OTA_OK && reader.left > 0) {
        struct tlv tlv;
        size_t i = 0;
        if ((rc = tlv_read(&reader, &tlv)) != OTA_OK)
            return rc;
        while (i < count && tags[i].tag != tlv.tag)
            i++;
        if (i == count)
            return OTA_E_UNSUPPORTED;
        if (seen & 1U << i)
            return OTA_E_BAD_VALUE;
        seen |= 1U << i;
        rc = tags[i].take(&tlv, parameters);
    }
    return rc;
}
#define TAKE_ALL(bytes, length, tags, parameters)                                                            \
    take_all(bytes, length, tags, sizeof(tags) / sizeof(tags)[0], parameters)

static int take_system(const struct tlv *tlv, struct install_parameters *parameters)
{
    static const struct tag tags[] = {
        {TAG_VOLATILE, take_volatile}, {TAG_NON_VOLATILE, take_non_volatile}, {TAG_SIM_TOOLKIT, take_sim}};
    return TAKE_ALL(tlv->value, tlv->length, tags, parameters);
}

static int take_uicc(const struct tlv *tlv, struct install_parameters *parameters)
{
    static const struct tag tags[] = {{TAG_UICC_TOOLKIT, take_uicc_toolkit},
                                      {TAG_ACCESS, take_access},
                                      {TAG_ADMIN_ACCESS, take_admin_access}};
    return TAKE_ALL(tlv->value, tlv->length, tags, parameters);
}

int install_parameters_decode(const uint8_t *bytes, size_t length, struct install_parameters *parameters)
{
    static const struct tag tags[] = {
        {TAG_APPLICATION, take_application}, {TAG_SYSTEM, take_system}, {TAG_UICC, take_uicc}};
    memset(parameters, 0, sizeof *parameters);
    return length > INSTALL_PARAMETERS_MAX ? OTA_E_NO_SPACE : TAKE_ALL(bytes, length, tags, parameters);
}
