/* simsim's command line. */
#ifndef OTA_SIMSIM_OPTIONS_H
#define OTA_SIMSIM_OPTIONS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "simsim/smpp_front.h"

enum options_result {
    OPTIONS_RUN = 0,
    OPTIONS_HELP,
    OPTIONS_VERSION,
    OPTIONS_REFUSED = -1, /* exit 1 */
    OPTIONS_USAGE = -2,   /* exit 2 */
};

struct options {
    const char *cards, *state, *faults, *log, *apdu; /* NULL when not given; into argv */
    const char *ifd, *vpcd, *insert;                 /* the same */
    const char *smpp;
    const char *system_id;
    char profile[PATH_MAX];
    char password[SMPP_PASSWORD_SIZE];
    enum por_route por_route;
    bool trace;
};

/*
 * With OPTIONS_REFUSED and OPTIONS_USAGE one line in `error`. A password on the command line is
 * overwritten there, so that the process list does not keep it.
 */
enum options_result options_parse(int argc, char **argv, struct options *options, char *error,
                                  size_t error_size);
void options_print_help(FILE *stream);

#endif
