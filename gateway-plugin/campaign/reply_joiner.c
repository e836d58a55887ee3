#include "gateway-plugin/campaign/reply_joiner.h"

#include <string.h>

#define TOTAL_MAX 255

struct walk {
    const struct reply_joiner *joiner;
    size_t first[TOTAL_MAX + 1];           /* of each number; [total]: the end */
    size_t older_behind[TOTAL_MAX + 1];    /* how many steps back are possible from this number on */
    const struct inbound_part *chosen[TOTAL_MAX];
    size_t looks, tries, bytes;
};

/* False: a number has no part. */
static bool find_places(struct walk *walk)
{
    const struct reply_joiner *joiner = walk->joiner;
    size_t at = 0;
    for (size_t place = 0; place < joiner->total; place++) {
        walk->first[place] = at;
        while (at < joiner->count && joiner->parts[at].number == place + 1)
            at++;
        if (at == walk->first[place])
            return false;
    }
    walk->first[joiner->total] = at;
    return true;
}

static const struct inbound_part *find_newest(const struct reply_joiner *joiner)
{
    for (size_t i = 0; i < joiner->count; i++)
        if (joiner->parts[i].id == joiner->newest)
            return &joiner->parts[i];
    return NULL;
}

/* How many older parts of this place may be tried: none where the part stands that has just come. */
static size_t alternatives(const struct walk *walk, size_t place, const struct inbound_part *newest)
{
    return newest->number == place + 1 ? 0 : walk->first[place + 1] - walk->first[place] - 1;
}

static size_t joined_length(const struct walk *walk)
{
    size_t length = 0;
    for (size_t i = 0; i < walk->joiner->total; i++)
        length += walk->chosen[i]->length;
    return length;
}

/* RPL counts what follows it (TS 102 225 5.2). */
static bool length_fits(const struct inbound_part *first, size_t length)
{
    return first->length >= 2 && (size_t)(first->payload[0] << 8 | first->payload[1]) + 2 == length;
}

/* True: go no further. */
static bool try_chosen(struct walk *walk)
{
    const struct reply_joiner *joiner = walk->joiner;
    size_t length = joined_length(walk), at = 0;
    bool over = ++walk->looks >= JOIN_LOOKS_MAX;
    if (length > joiner->size || !length_fits(walk->chosen[0], length))
        return over;
    for (size_t i = 0; i < joiner->total; at += walk->chosen[i++]->length)
        memcpy(joiner->packet + at, walk->chosen[i]->payload, walk->chosen[i]->length);
    walk->bytes += length;
    over |= ++walk->tries >= JOIN_TRIES_MAX || walk->bytes >= JOIN_BYTES_MAX;
    return joiner->try(joiner->user, walk->chosen, length) || over;
}

/* All combinations that go `older` steps back from `place` on. True: go no further. */
static bool choose(struct walk *walk, size_t place, size_t older)
{
    if (place == walk->joiner->total)
        return try_chosen(walk);
    size_t own = walk->older_behind[place] - walk->older_behind[place + 1];
    const struct inbound_part *newest = walk->chosen[place];
    bool over = false;
    for (size_t back = 0; !over && back <= own && back <= older; back++) {
        walk->chosen[place] = newest + back;
        if (older - back <= walk->older_behind[place + 1])
            over = choose(walk, place + 1, older - back);
    }
    walk->chosen[place] = newest;
    return over;
}

bool reply_join(const struct reply_joiner *joiner)
{
    struct walk walk = {.joiner = joiner};
    const struct inbound_part *newest = find_newest(joiner);
    if (newest == NULL || !find_places(&walk))
        return false;
    for (size_t place = joiner->total; place-- > 0;) {
        walk.chosen[place] = newest->number == place + 1 ? newest : &joiner->parts[walk.first[place]];
        walk.older_behind[place] = walk.older_behind[place + 1] + alternatives(&walk, place, newest);
    }
    bool over = false;
    for (size_t older = 0; !over && older <= walk.older_behind[0]; older++)
        over = choose(&walk, 0, older);
    return true;
}
