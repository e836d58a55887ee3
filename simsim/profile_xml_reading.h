/*
 * What the readers of a profile's elements share: where an error goes, how attributes are read. Inner
 * header of profile_xml*.c, the only files of simsim that see libxml2.
 */
#ifndef OTA_SIMSIM_PROFILE_XML_READING_H
#define OTA_SIMSIM_PROFILE_XML_READING_H

#include <libxml/tree.h>
#include <stdio.h>

#include "simsim/card_profile.h"

#define PROFILE_FILES_MAX 4096 /* a real card has a few hundred */
#define PROFILE_RFM_MAX 64
#define READING_VALUE_SIZE 256 /* of any attribute that has a `set` */

struct reading {
    const char *path;
    char *error;
    size_t error_size;
    struct card_profile *profile;                /* with room for the two maxima above */
    char start[PROFILE_RFM_MAX][FILE_PATH_SIZE]; /* where each <rfm> begins, a path; empty: at the MF */
    bool failed;
};

/* One attribute: its name, how its value is read (NULL: later, by who knows the element), whether it must
 * be there. */
struct attribute_rule {
    const char *name;
    bool (*set)(struct reading *reading, const xmlNode *node, const char *value, void *target);
    bool required;
};

/* The first error is the one that is told. Both return false. */
__attribute__((format(printf, 3, 4))) bool reading_fail(struct reading *reading, unsigned line,
                                                        const char *format, ...);
bool reading_fail_value(struct reading *reading, const xmlNode *node, const char *what, const char *value,
                        const char *expected);

unsigned reading_line(const xmlNode *node);

/* The caller's, to be given to xmlFree(); NULL when the attribute is not there. */
char *reading_attribute(const xmlNode *node, const char *name);

/* Every attribute is known, every required one is there, every value is good and set in `target`. The
 * rules end with a name NULL. */
bool reading_attributes(struct reading *reading, const xmlNode *node, const struct attribute_rule *rules,
                        void *target);

/* false: not a number (or "yes" or "no", a condition) of that kind. Hex may have blanks between digits. */
bool value_parse_number(const char *text, int base, unsigned long maximum, unsigned long *number);
bool value_parse_hex(const char *text, uint8_t *bytes, size_t size, size_t *length);
bool value_parse_yes_no(const char *value, bool *flag);
bool value_parse_condition(const char *text, uint8_t *condition);

/* Of <mf> and <df>, of <ef>, and of one with same-as; the target is a struct profile_file. */
extern const struct attribute_rule reading_directory_rules[], reading_ef_rules[], reading_shared_ef_rules[];

/* The elements of a profile. */
bool reading_mf(struct reading *reading, const xmlNode *node);
bool reading_chv(struct reading *reading, const xmlNode *node);
bool reading_adm(struct reading *reading, const xmlNode *node);
bool reading_rfm(struct reading *reading, const xmlNode *node);
bool reading_key_set(struct reading *reading, const xmlNode *node);

/* What can only be said when all elements are read: what EF.DIR and EF.ARR hold, where scripts begin. */
bool reading_finish_files(struct reading *reading);
bool reading_finish_rfm(struct reading *reading, const xmlNode *root);

#endif
