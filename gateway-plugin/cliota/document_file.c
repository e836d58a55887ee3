#include "config.h"

#include "gateway-plugin/cliota/document_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway-plugin/cliota/message.h"

static int cannot_be_written(const char *path)
{
    message_error("%s cannot be written: %s", path, strerror(errno));
    return -1;
}

/* Also a link would be replaced by the file, not followed: a device of that name would be gone. */
static int check_place(const char *path, bool replace)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT ? 0 : cannot_be_written(path);
    if (!S_ISREG(status.st_mode)) {
        message_error("%s is no regular file, expected one, or none", path);
        return -1;
    }
    if (!replace)
        message_error("%s is there already, expected another name, or -force", path);
    return replace ? 0 : -1;
}

int document_file_open(struct document_file *document, const char *path, bool replace)
{
    *document = (struct document_file){.replace = replace};
    if (check_place(path, replace) != 0)
        return -1;
    if (asprintf(&document->temporary, "%s.XXXXXX", path) < 0)
        document->temporary = NULL;
    document->path = strdup(path);
    int fd =
        document->temporary != NULL && document->path != NULL ? mkostemp(document->temporary, O_CLOEXEC) : -1;
    if (fd >= 0)
        document->file = fdopen(fd, "w");
    if (document->file != NULL)
        return 0;
    cannot_be_written(path);
    if (fd >= 0)
        close(fd);
    document_file_abandon(document);
    return -1;
}

/* So that the new name survives a power cut, too. */
static void sync_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    int fd = directory != NULL ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(directory);
}

/* 0, or -1 with errno. Without `replace` a file that came meanwhile stays. */
static int take_name(const struct document_file *document)
{
    if (document->replace)
        return rename(document->temporary, document->path);
    return renameat2(AT_FDCWD, document->temporary, AT_FDCWD, document->path, RENAME_NOREPLACE);
}

int document_file_finish(struct document_file *document)
{
    bool written =
        fflush(document->file) == 0 && !ferror(document->file) && fsync(fileno(document->file)) == 0;
    if (!written || take_name(document) != 0) {
        cannot_be_written(document->path);
        document_file_abandon(document);
        return -1;
    }
    sync_directory(document->path);
    fclose(document->file);
    free(document->temporary);
    free(document->path);
    *document = (struct document_file){0};
    return 0;
}

void document_file_abandon(struct document_file *document)
{
    if (document->file != NULL) {
        fclose(document->file);
        unlink(document->temporary);
    }
    free(document->temporary);
    free(document->path);
    *document = (struct document_file){0};
}
