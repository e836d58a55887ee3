/* Reads a card profile from XML; simsim/profiles/gsm-2g.xml shows every element and attribute. */
#ifndef OTA_SIMSIM_PROFILE_XML_H
#define OTA_SIMSIM_PROFILE_XML_H

#include "simsim/card_profile.h"

/* NULL with one line in `error` ("card.xml:12: …"). No network, no DTD, no entities are looked at.
 * The caller frees it with card_profile_free(). */
struct card_profile *profile_xml_read(const char *path, char *error, size_t error_size);

#endif
