/* What otabox.conf says, checked, in plain C: users of this header need no gwlib. */
#ifndef OTA_KANNEL_OTABOX_CONFIG_H
#define OTA_KANNEL_OTABOX_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct otabox_config {
    char *smsbox_id; /* our name at bearerbox, also in its smsbox-route */
    char *bearerbox_host;
    long bearerbox_port;
    bool bearerbox_ssl;
    long bearerbox_timeout; /* seconds that it may leave SMS unanswered and say nothing else */
    char *log_file; /* NULL: standard error only */
    long log_level; /* 0 debug, 1 info, 2 warning, 3 error, 4 panic */
    char *sender;   /* the OTA address that cards answer to */
    char *smsc_id;  /* NULL: bearerbox chooses */
    char *database;
    char *master_key_file; /* default: master.key beside the database */
    char *api_address;
    long api_port;
    char *api_token_file; /* default: api.token beside the database */
    char *api_certificate_file, *api_key_file; /* both: HTTPS; both NULL: HTTP */
    char *notification_key_file; /* default: notification.key beside the database */
    char *notification_ca_file;  /* NULL: the system's authorities */
    long por_timeout_seconds;
    long validity; /* seconds */
    long window;
};

/*
 * Reads `group = otabox` with gwlib's reader (kannel_runtime_start came first), and
 * hands the ssl-* variables to gwlib. 0; or -1 with one line in `error` that names
 * file, group, variable, value and what was expected. Free with otabox_config_free
 * in either case.
 */
int otabox_config_read(const char *path, struct otabox_config *config, char *error, size_t error_size);
void otabox_config_free(struct otabox_config *config);

#endif
