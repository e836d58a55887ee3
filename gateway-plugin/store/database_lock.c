#include "gateway-plugin/store/database_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A file of its own: SQLite's locks on the database would end with any other descriptor of it. */
int database_lock(const char *database, struct refusal *refusal)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s.lock", database) >= (int)sizeof path)
        return refuse(refusal, REFUSAL_INVALID, "database %s: the path is too long", database);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return refuse(refusal, REFUSAL_INTERNAL, "%s cannot be opened: %s", path, strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) == 0)
        return lock;
    int why = errno;
    close(lock);
    if (why == EWOULDBLOCK)
        return refuse(refusal, REFUSAL_CONFLICT, "database %s is used by another otabox, expected one of its own",
                      database);
    return refuse(refusal, REFUSAL_INTERNAL, "%s cannot be locked: %s", path, strerror(why));
}

void database_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}
