#include "pcsc-bridge/delivery_marks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACES BRIDGE_CARDS_MAX

/* In the file, in this machine's byte order: it is not for another one. */
struct place {
    char msisdn[24]; /* digits; empty: free */
    _Atomic uint64_t id;
};
_Static_assert(sizeof(struct place) == 32 && SMPP_ADDRESS_SIZE <= 24, "what is in the file");

struct delivery_marks {
    struct place *places;
    size_t of_card[BRIDGE_CARDS_MAX]; /* the place of each card of the settings */
};

static struct place *map_places(const char *path, char *error, size_t error_size)
{
    struct stat status;
    struct place *places = MAP_FAILED;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size != 0 &&
        status.st_size != (off_t)(PLACES * sizeof *places)) {
        snprintf(error, error_size, "%s: has %lld bytes, expected %zu", path, (long long)status.st_size,
                 PLACES * sizeof *places);
        close(fd);
        return NULL;
    }
    if (fd >= 0 && ftruncate(fd, PLACES * sizeof *places) == 0)
        places = mmap(NULL, PLACES * sizeof *places, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (places == MAP_FAILED)
        snprintf(error, error_size, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return places != MAP_FAILED ? places : NULL;
}

static bool has_place(const struct bridge_settings *settings, const struct place *place)
{
    for (size_t i = 0; i < settings->card_count; i++)
        if (strncmp(place->msisdn, settings->cards[i].msisdn, sizeof place->msisdn) == 0)
            return true;
    return false;
}

/* Its own, or one of nobody; there are as many as cards. */
static size_t find_place(struct place *places, const struct bridge_settings *settings, const char *msisdn)
{
    size_t of_nobody = 0;
    for (size_t i = 0; i < PLACES; i++) {
        if (strncmp(places[i].msisdn, msisdn, sizeof places[i].msisdn) == 0)
            return i;
        if (!has_place(settings, &places[i]))
            of_nobody = i;
    }
    atomic_store(&places[of_nobody].id, 0);
    snprintf(places[of_nobody].msisdn, sizeof places[of_nobody].msisdn, "%s", msisdn);
    return of_nobody;
}

struct delivery_marks *delivery_marks_open(const char *path, const struct bridge_settings *settings,
                                           char *error, size_t error_size)
{
    struct delivery_marks *marks = calloc(1, sizeof *marks);
    if (marks == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    marks->places = map_places(path, error, error_size);
    if (marks->places == NULL)
        delivery_marks_close(&marks);
    for (size_t i = 0; marks != NULL && i < settings->card_count; i++)
        marks->of_card[i] = find_place(marks->places, settings, settings->cards[i].msisdn);
    return marks;
}

void delivery_marks_close(struct delivery_marks **marks)
{
    if (*marks == NULL)
        return;
    if ((*marks)->places != NULL)
        munmap((*marks)->places, PLACES * sizeof *(*marks)->places);
    free(*marks);
    *marks = NULL;
}

uint64_t delivery_mark(const struct delivery_marks *marks, size_t card)
{
    return atomic_load(&marks->places[marks->of_card[card]].id);
}

void delivery_marks_set(struct delivery_marks *marks, size_t card, uint64_t id)
{
    atomic_store(&marks->places[marks->of_card[card]].id, id);
}
