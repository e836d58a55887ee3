#include "gateway-plugin/model/install_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/hex.h"

#define LINE_SIZE 4096 /* a byte of the parameters takes less than 20 characters */

struct line {
    char text[LINE_SIZE];
    void (*each)(void *user, const char *line);
    void *user;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...)
{
    va_list arguments;
    size_t length = strlen(line->text);
    va_start(arguments, format);
    vsnprintf(line->text + length, sizeof line->text - length, format, arguments);
    va_end(arguments);
}

static void add_hex(struct line *line, const uint8_t *bytes, size_t length)
{
    char hex[2 * INSTALL_PARAMETERS_MAX + 1];
    add(line, "%s", hex_encode(bytes, length, hex));
}

static void end(struct line *line)
{
    line->each(line->user, line->text);
    line->text[0] = '\0';
}

static void add_domain(struct line *line, const uint8_t *domain, size_t length)
{
    static const struct {
        uint8_t first;
        const char *words;
    } known[] = {{ACCESS_FULL, "full access"},
                 {ACCESS_BY_RULES, "access by the conditions"},
                 {ACCESS_NONE, "no access"}};
    const char *words = "access as the card's maker says";
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (length > 0 && known[i].first == domain[0])
            words = known[i].words;
    add(line, "%s (", words);
    add_hex(line, domain, length);
    add(line, ")");
}

static void add_entries(struct line *line, const struct toolkit_application *toolkit)
{
    add(line, toolkit->entry_count > 0 ? ", menu entries" : ", no menu entries");
    for (size_t i = 0; i < toolkit->entry_count; i++) {
        const struct toolkit_menu_entry *entry = &toolkit->entries[i];
        add(line, i > 0 ? " and" : "");
        if (entry->identifier > 0)
            add(line, " %d", entry->identifier);
        else
            add(line, " of the card's choice");
        if (entry->position > 0)
            add(line, " at position %d", entry->position);
        else
            add(line, " as the last");
    }
    if (toolkit->entry_count > 0)
        add(line, " with texts of up to %d bytes", toolkit->text_length);
}

static void add_toolkit(struct line *line, const struct toolkit_application *toolkit)
{
    add(line, "priority %d", toolkit->priority);
    add_entries(line, toolkit);
    add(line, ", %d timers, %d channels, ", toolkit->timers, toolkit->channels);
    if (toolkit->has_minimum_spi1)
        add(line, "packets protected as SPI1 %02X or better, ", toolkit->minimum_spi1);
    else
        add(line, "packets of any protection, ");
    add(line, toolkit->tar_count > 0 ? "TAR" : "TAR of its AID");
    for (size_t i = 0; i < toolkit->tar_count; i++) {
        add(line, " ");
        add_hex(line, toolkit->tars[i], TAR_SIZE);
    }
}

static void add_access(struct line *line, const char *what, const struct access_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct access_entry *entry = &list->entries[i];
        add(line, "%s", what);
        if (entry->aid_length > 0) {
            add(line, "files of ");
            add_hex(line, entry->aid, entry->aid_length);
        } else
            add(line, "files of the UICC");
        add(line, ": ");
        add_domain(line, entry->domain, entry->domain_length);
        if (entry->dap_length > 0) {
            add(line, ", DAP ");
            add_hex(line, entry->dap, entry->dap_length);
        }
        end(line);
    }
}

static void add_quota(struct line *line, const char *what, uint32_t bytes)
{
    if (bytes == 0)
        return;
    add(line, "%s: %" PRIu32 " bytes", what, bytes);
    end(line);
}

void install_words(const struct install_parameters *parameters, void (*each)(void *user, const char *line),
                   void *user)
{
    struct line line = {.each = each, .user = user};
    add(&line, "C9: applet: %s", parameters->application_data_length > 0 ? "" : "nothing");
    add_hex(&line, parameters->application_data, parameters->application_data_length);
    end(&line);
    add_quota(&line, "EF C8: non-volatile memory", parameters->non_volatile_memory);
    add_quota(&line, "EF C7: volatile memory", parameters->volatile_memory);
    if (parameters->has_sim) {
        add(&line, "EF CA: SIM toolkit: ");
        add_toolkit(&line, &parameters->sim);
        add(&line, ", files: ");
        add_domain(&line, parameters->access_domain, parameters->access_domain_length);
        end(&line);
    }
    if (parameters->has_uicc) {
        add(&line, "EA 80: UICC toolkit: ");
        add_toolkit(&line, &parameters->uicc);
        add(&line, ", %d services", parameters->services);
        end(&line);
    }
    add_access(&line, "EA 81: ", &parameters->access);
    add_access(&line, "EA 82: administrative, ", &parameters->admin_access);
}
