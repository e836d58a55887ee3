/*
 * The files of a UICC that tell of the others: EF.DIR names its applications, EF.ARR holds the access rules
 * that FCP templates refer to. Written once, when a profile has been read.
 */
#ifndef OTA_SIMSIM_GENERATED_FILES_H
#define OTA_SIMSIM_GENERATED_FILES_H

#include "simsim/card_profile.h"

/* How large a file that is too small must be. */
struct generated_size {
    uint16_t file;
    size_t records, record_length;
};

/* Fills every EF whose content is CONTENT_APPLICATIONS (TS 102 221 13.1) or CONTENT_ACCESS_RULES
 * (9.2.7, 9.3.3), and gives each file the record of its rule: of the EF.ARR in its directory, or in the next
 * one above. false: one is too small, as `needed` says. */
bool generated_files_write(struct card_profile *profile, struct generated_size *needed);

#endif
