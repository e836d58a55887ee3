#include "gateway-plugin/cliota/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway-plugin/cliota/message.h"

static bool is_pipe(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

static void await_writer(int fd, const char *path)
{
    struct pollfd input = {.fd = fd, .events = POLLIN};
    if (poll(&input, 1, 0) != 0)
        return;
    message_warning("%s is a pipe, waiting for who writes to it", path);
    while (poll(&input, 1, -1) < 0 && errno == EINTR)
        ;
}

/* A blocking open() of a FIFO waits without a word. */
int input_file_descriptor(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    if (is_pipe(fd))
        await_writer(fd, path);
    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) == 0)
        return fd;
    close(fd);
    return -1;
}

FILE *input_file_open(const char *path)
{
    int fd = input_file_descriptor(path);
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
    if (fd >= 0 && file == NULL)
        close(fd);
    return file;
}

bool input_file_can_be_read_twice(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode); /* if it is not there, who opens it says so */
}
