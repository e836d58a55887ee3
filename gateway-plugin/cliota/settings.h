/* cliota.properties: where the server is and which token opens it. */
#ifndef OTA_CLIOTA_SETTINGS_H
#define OTA_CLIOTA_SETTINGS_H

#define SETTINGS_SERVER "http://127.0.0.1:8085" /* without a `server` key */

struct settings {
    char *file;   /* the properties file that was read */
    char *server; /* "http://HOST:PORT", no slash at its end */
    char *token;
};

/* From `config`, or else CLIOTA_PROPERTIES, ./cliota.properties, ~/.cliota.properties. Unknown keys
 * are warned of. 0, or -1 with a line on stderr; free it in both cases. */
int settings_read(const char *config, struct settings *settings);
void settings_free(struct settings *settings); /* wipes the token */

#endif
