/* XML profile -> struct card_profile: the document, and whose each element is. */
#include "simsim/profile_xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include "simsim/profile_xml_reading.h"

static bool set_profile_name(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct card_profile *profile = target;
    profile->name = strdup(value);
    return profile->name != NULL || reading_fail(reading, reading_line(node), "out of memory");
}

static bool set_counter_scope(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct card_profile *profile = target;
    profile->counter_per_tar = strcmp(value, "tar") == 0;
    return profile->counter_per_tar || strcmp(value, "keyset") == 0 ||
           reading_fail_value(reading, node, "counter-scope", value, "keyset or tar");
}

static bool set_type(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    struct card_profile *profile = target;
    profile->is_uicc = strcmp(value, "uicc") == 0;
    return profile->is_uicc || strcmp(value, "sim") == 0 ||
           reading_fail_value(reading, node, "type", value, "sim or uicc");
}

static bool set_protocols(struct reading *reading, const xmlNode *node, const char *value, void *target)
{
    static const struct {
        const char *name;
        uint8_t protocols;
    } offers[] = {{"T0", PROTOCOL_T0}, {"T1", PROTOCOL_T1}, {"T0 T1", PROTOCOL_T0 | PROTOCOL_T1}};
    struct card_profile *profile = target;
    for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++)
        if (strcmp(value, offers[i].name) == 0) {
            profile->protocols = offers[i].protocols;
            return true;
        }
    return reading_fail_value(reading, node, "protocols", value, "T0, T1 or T0 T1");
}

static const struct attribute_rule profile_rules[] = {
    {"name", set_profile_name, true},
    {"counter-scope", set_counter_scope, false},
    {"type", set_type, false},
    {"protocols", set_protocols, false},
    {NULL, NULL, false},
};

static const struct {
    const char *name;
    bool (*read)(struct reading *reading, const xmlNode *node);
} elements[] = {{"mf", reading_mf},
                {"chv", reading_chv},
                {"adm", reading_adm},
                {"rfm", reading_rfm},
                {"key-set", reading_key_set}};

static bool read_element(struct reading *reading, const xmlNode *node)
{
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (strcmp((const char *)node->name, elements[i].name) == 0)
            return elements[i].read(reading, node);
    return reading_fail(reading, reading_line(node),
                        "<card-profile> holds <%.60s>, expected <mf>, <chv>, <adm>, <rfm> or <key-set>",
                        (const char *)node->name);
}

static bool read_root(struct reading *reading, const xmlNode *root)
{
    if (root == NULL || strcmp((const char *)root->name, "card-profile") != 0)
        return reading_fail(reading, root == NULL ? 1 : reading_line(root),
                            "root element is <%.60s>, expected <card-profile>",
                            root == NULL ? "" : (const char *)root->name);
    if (!reading_attributes(reading, root, profile_rules, reading->profile))
        return false;
    if (!reading->profile->is_uicc && reading->profile->protocols != PROTOCOL_T0)
        return reading_fail(reading, reading_line(root), "T1 is for a UICC, a SIM has T0 (TS 51.011 5)");
    for (const xmlNode *node = root->children; node != NULL; node = node->next)
        if (node->type == XML_ELEMENT_NODE && !read_element(reading, node))
            return false;
    if (reading->profile->file_count == 0)
        return reading_fail(reading, reading_line(root), "no <mf>");
    return reading_finish_files(reading) && reading_finish_rfm(reading, root);
}

/* SAX handler: entities could only come from a DTD, and a profile needs none. */
static void refuse_dtd(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    xmlParserCtxtPtr parser = context;
    struct reading *reading = parser->_private;
    reading_fail(reading, (unsigned)xmlSAX2GetLineNumber(parser),
                 "a document type declaration is not allowed");
    xmlStopParser(parser);
}

static xmlDocPtr parse_document(struct reading *reading)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (parser == NULL) {
        reading_fail(reading, 0, "out of memory");
        return NULL;
    }
    parser->_private = reading;
    parser->sax->internalSubset = refuse_dtd;
    xmlDocPtr document =
        xmlCtxtReadFile(parser, reading->path, NULL,
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
    if (document == NULL) {
        const xmlError *last = xmlCtxtGetLastError(parser);
        const char *message = last != NULL && last->message != NULL ? last->message : "not XML\n";
        reading_fail(reading, last == NULL || last->line < 0 ? 0u : (unsigned)last->line, "%.*s",
                     (int)strcspn(message, "\n"), message);
    }
    xmlFreeParserCtxt(parser);
    return document;
}

static bool profile_allocate(struct reading *reading)
{
    struct card_profile *profile = calloc(1, sizeof *profile);
    if (profile != NULL) {
        profile->protocols = PROTOCOL_T0;
        profile->files = calloc(PROFILE_FILES_MAX, sizeof *profile->files);
        profile->rfm = calloc(PROFILE_RFM_MAX, sizeof *profile->rfm);
    }
    reading->profile = profile;
    return (profile != NULL && profile->files != NULL && profile->rfm != NULL) ||
           reading_fail(reading, 0, "out of memory");
}

/* Gives back what the upper limit reserved. */
static void profile_shrink(struct card_profile *profile)
{
    struct profile_file *files = realloc(profile->files, profile->file_count * sizeof *files);
    if (files != NULL)
        profile->files = files;
}

struct card_profile *profile_xml_read(const char *path, char *error, size_t error_size)
{
    struct reading reading = {.path = path, .error = error, .error_size = error_size};
    FILE *readable = fopen(path, "r"); /* libxml2 says only "failed to load" */
    if (readable == NULL) {
        snprintf(error, error_size, "%s: %s", path, strerror(errno));
        return NULL;
    }
    fclose(readable);
    xmlDocPtr document = parse_document(&reading);
    if (!reading.failed && profile_allocate(&reading) && read_root(&reading, xmlDocGetRootElement(document)))
        profile_shrink(reading.profile);
    xmlFreeDoc(document);
    if (reading.failed)
        card_profile_free(&reading.profile);
    return reading.profile;
}
