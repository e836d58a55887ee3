/* Parameters of INSTALL in words, for people. */
#ifndef OTA_MODEL_INSTALL_WORDS_H
#define OTA_MODEL_INSTALL_WORDS_H

#include "protocol/install_parameters.h"

/* One line a TLV, in the order that they are written in: "EA 80: UICC toolkit: priority 1, …"; `each` borrows it. */
void install_words(const struct install_parameters *parameters, void (*each)(void *user, const char *line),
                   void *user);

#endif
