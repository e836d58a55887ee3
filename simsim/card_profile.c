/* Looking things up in a card profile. Called by the card's commands and its store. */
#include "simsim/card_profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void card_profile_free(struct card_profile **profile)
{
    if (*profile == NULL)
        return;
    for (size_t i = 0; i < (*profile)->file_count; i++)
        free((*profile)->files[i].content);
    free((*profile)->files);
    free((*profile)->rfm);
    free((*profile)->name);
    free(*profile);
    *profile = NULL;
}

uint16_t card_profile_child(const struct card_profile *profile, uint16_t df, uint16_t fid)
{
    for (size_t i = MF_INDEX + 1; i < profile->file_count; i++)
        if (profile->files[i].parent == df && profile->files[i].fid == fid &&
            profile->files[i].aid_length == 0)
            return (uint16_t)i;
    return NO_FILE;
}

uint16_t card_profile_selectable(const struct card_profile *profile, uint16_t current, uint16_t fid)
{
    uint16_t parent = profile->files[current].parent;
    uint16_t found;
    if (fid == FID_MF)
        return MF_INDEX;
    if ((found = card_profile_child(profile, current, fid)) != NO_FILE)
        return found;
    if (fid == profile->files[current].fid)
        return current;
    if (fid == profile->files[parent].fid)
        return parent;
    found = card_profile_child(profile, parent, fid); /* a sibling: only a directory */
    return found != NO_FILE && profile->files[found].kind == FILE_DF ? found : NO_FILE;
}

uint16_t card_profile_find_sfi(const struct card_profile *profile, uint16_t df, uint8_t sfi)
{
    for (size_t i = MF_INDEX + 1; i < profile->file_count; i++)
        if (profile->files[i].parent == df && profile->files[i].sfi == sfi && sfi != 0)
            return (uint16_t)i;
    return NO_FILE;
}

uint16_t card_profile_application(const struct card_profile *profile, uint16_t file)
{
    while (file != MF_INDEX && profile->files[file].aid_length == 0)
        file = profile->files[file].parent;
    return file;
}

unsigned card_profile_count_children(const struct card_profile *profile, uint16_t df, enum file_kind kind)
{
    unsigned count = 0;
    for (size_t i = MF_INDEX + 1; i < profile->file_count; i++)
        count += profile->files[i].parent == df && profile->files[i].kind == kind &&
                 profile->files[i].aid_length == 0;
    return count;
}

void card_profile_path(const struct card_profile *profile, uint16_t file, char path[static FILE_PATH_SIZE])
{
    uint16_t way[FILE_DEPTH_MAX];
    size_t depth = 0;
    for (;; file = profile->files[file].parent) {
        way[depth++] = profile->files[file].fid;
        if (file == MF_INDEX || depth == FILE_DEPTH_MAX)
            break;
    }
    for (size_t i = 0; i < depth; i++)
        snprintf(path + 4 * i, 5, "%04X", way[depth - 1 - i]);
}

uint16_t card_profile_find_path(const struct card_profile *profile, const char *path)
{
    char candidate[FILE_PATH_SIZE];
    for (size_t i = 0; i < profile->file_count; i++) {
        card_profile_path(profile, (uint16_t)i, candidate);
        if (strcmp(candidate, path) == 0)
            return (uint16_t)i;
    }
    return NO_FILE;
}

const struct rfm_application *card_profile_find_tar(const struct card_profile *profile,
                                                    const uint8_t tar[static TAR_SIZE])
{
    for (size_t i = 0; i < profile->rfm_count; i++)
        if (memcmp(profile->rfm[i].tar, tar, TAR_SIZE) == 0)
            return &profile->rfm[i];
    return NULL;
}
