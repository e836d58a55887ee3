/* cliota.properties: where the server is and which token opens it. */
#ifndef OTA_CLIOTA_SETTINGS_H
#define OTA_CLIOTA_SETTINGS_H

#define SETTINGS_SERVER "http://127.0.0.1:8085" /* without a `server` key */

enum { SETTINGS_DLR_URL, SETTINGS_POR_URL, SETTINGS_TLS_URL, SETTINGS_URL_COUNT };

struct settings {
    char *file;   /* the properties file that was read */
    char *server; /* "http://HOST:PORT", no slash at its end */
    char *token;
    char *ca; /* authorities that the server's certificate may be from; NULL: the system's */
    char *urls[SETTINGS_URL_COUNT]; /* for new campaigns; NULL: not set */
};

/* The campaign's field that each of them becomes: "dlrUrl" … */
extern const char *const settings_url_fields[SETTINGS_URL_COUNT];

/* From `config`, or else CLIOTA_PROPERTIES, ./cliota.properties, ~/.cliota.properties. Unknown keys
 * are warned of. 0, or -1 with a line on stderr; free it in both cases. */
int settings_read(const char *config, struct settings *settings);
void settings_free(struct settings *settings); /* wipes the token */

#endif
