#include "gateway-plugin/model/applet.h"

#include <string.h>
#include <strings.h>

#include "protocol/hex.h"
#include "protocol/security.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define TAR_DIGITS (2 * TAR_SIZE)

/* SOP 6; TS 101 220 annex D */
static const struct {
    const char *word, *name, *tars;
} KINDS[] = {
    [APPLET_RFM] = {"rfm", "Default RFM applet", "B00010"},
    [APPLET_RAM] = {"ram", "Default RAM applet", "000000"},
    [APPLET_CUSTOM] = {"custom", "", ""},
};

const char *applet_kind_name(enum applet_kind kind)
{
    return kind >= APPLET_RFM && kind <= APPLET_CUSTOM ? KINDS[kind].word : "unknown kind";
}

int applet_kind_parse(const char *name, enum applet_kind *kind)
{
    for (size_t i = APPLET_RFM; i < COUNT(KINDS); i++)
        if (strcasecmp(name, KINDS[i].word) == 0) {
            *kind = (enum applet_kind)i;
            return 0;
        }
    return -1;
}

const char *applet_format_name(enum applet_format format)
{
    static const char *const names[] = {[APPLET_CAP] = "cap", [APPLET_IJC] = "ijc"};
    return (size_t)format < COUNT(names) ? names[format] : NULL;
}

void applet_make_default(enum applet_kind kind, struct applet *applet)
{
    *applet = (struct applet){.kind = kind};
    strcpy(applet->name, KINDS[kind].name);
    strcpy(applet->tars, KINDS[kind].tars);
}

int applet_check_name(const char *name, struct refusal *refusal)
{
    if (name_check("applet name", name, refusal) != 0)
        return -1;
    const char *dot = strrchr(name, '.');
    if (dot != NULL && dot > name && (strcasecmp(dot, ".cap") == 0 || strcasecmp(dot, ".ijc") == 0))
        return 0;
    refuse(refusal, REFUSAL_INVALID, "applet name '%s': expected one that ends with .cap or .ijc", name);
    return refusal_set_field(refusal, "name");
}

static int add_tar(const char *text, size_t digits, char tars[static APPLET_TARS_SIZE], struct refusal *refusal)
{
    uint8_t tar[TAR_SIZE];
    char hex[TAR_DIGITS + 1];
    size_t taken, length = strlen(tars);
    size_t prefix = digits > 2 && strncasecmp(text, "0x", 2) == 0 ? 2 : 0;
    if (digits - prefix != TAR_DIGITS || hex_decode(text + prefix, TAR_DIGITS, tar, TAR_SIZE, &taken) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "tarList", ": TAR '%.*s': expected %d hex digits",
                            (int)(digits < 40 ? digits : 40), text, TAR_DIGITS);
    hex_encode(tar, TAR_SIZE, hex);
    if (strstr(tars, hex) != NULL) /* commas keep two TARs from making a third */
        return refuse_field(refusal, REFUSAL_INVALID, "tarList", ": TAR %s stands there twice", hex);
    if (length + 1 + TAR_DIGITS >= APPLET_TARS_SIZE)
        return refuse_field(refusal, REFUSAL_INVALID, "tarList", "has more TARs than %d", APPLET_TARS_MAX);
    if (length > 0)
        tars[length++] = ',';
    memcpy(tars + length, hex, sizeof hex);
    return 0;
}

int applet_parse_tars(const char *text, char tars[static APPLET_TARS_SIZE], struct refusal *refusal)
{
    tars[0] = '\0';
    for (text += strspn(text, ", "); *text != '\0'; text += strspn(text, ", ")) {
        size_t digits = strcspn(text, ", ");
        if (add_tar(text, digits, tars, refusal) != 0)
            return -1;
        text += digits;
    }
    return tars[0] != '\0' ? 0
                           : refuse_field(refusal, REFUSAL_INVALID, "tarList",
                                          "is empty, expected TARs of %d hex digits", TAR_DIGITS);
}
