/* GET /api/status */
#include "config.h"

#include "gateway-plugin/api/resources.h"

json_t *status_show(struct api_call *call, struct refusal *refusal)
{
    const struct rest_options *options = call->options;
    bool connected = options->bearer_is_connected != NULL && options->bearer_is_connected(options->user);
    (void)refusal;
    return json_pack("{s:s, s:s}", "version", PACKAGE_VERSION, "bearerbox",
                     connected ? "connected" : "disconnected");
}
