#include "gateway-plugin/cliota/key_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gateway-plugin/cliota/message.h"

/* Without the blanks around it. `name`: where it came from. */
static int take(const char *name, const char *text, char key[static KEY_TEXT_SIZE])
{
    text += strspn(text, " \t");
    size_t length = strcspn(text, "\r\n");
    while (length > 0 && isblank((unsigned char)text[length - 1]))
        length--;
    if (length == 0 || length >= KEY_TEXT_SIZE) {
        message_error("%s holds %s, expected a key of 32, 48 or 64 hex digits", name,
                      length == 0 ? "nothing" : "too much");
        return STATUS_REFUSED;
    }
    memcpy(key, text, length);
    key[length] = '\0';
    return STATUS_DONE;
}

static void warn_if_readable(FILE *file, const char *path)
{
    struct stat status;
    if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) != 0)
        message_warning("%s holds a key and has mode %04o, expected 0600", path,
                        (unsigned)status.st_mode & 07777);
}

/* Its first line. */
static int read_file(const char *option, const char *path, char key[static KEY_TEXT_SIZE])
{
    char line[2 * KEY_TEXT_SIZE] = "";
    FILE *file = fopen(path, "r");
    if (file != NULL)
        setvbuf(file, NULL, _IONBF, 0); /* no copy of the key in stdio's buffer */
    if (file == NULL || (fgets(line, sizeof line, file) == NULL && ferror(file))) {
        message_error("-%s: %s cannot be read: %s", option, path, strerror(errno));
        if (file != NULL)
            fclose(file);
        return STATUS_REFUSED;
    }
    warn_if_readable(file, path);
    fclose(file);
    int status = take(path, line, key);
    explicit_bzero(line, sizeof line);
    return status;
}

int key_text_read(const struct options *options, const struct key_source *source, bool environment,
                  char key[static KEY_TEXT_SIZE])
{
    const char *text = option_text(options, source->option);
    const char *path = option_text(options, source->file_option);
    const char *variable = environment ? getenv(source->variable) : NULL;
    char name[40];
    key[0] = '\0';
    if (text != NULL && path != NULL) {
        message_error("-%s and -%s exclude each other, expected one of them", source->option,
                      source->file_option);
        return STATUS_USAGE;
    }
    if (path != NULL)
        return read_file(source->file_option, path, key);
    snprintf(name, sizeof name, "%s%s", text != NULL ? "-" : "", text != NULL ? source->option : source->variable);
    if (text == NULL && variable != NULL && *variable != '\0')
        text = variable;
    return text != NULL ? take(name, text, key) : STATUS_DONE;
}
