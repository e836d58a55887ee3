/* /api/openapi.json: the document that openapi.json holds, with the server's own address. */
#include <string.h>

#include "gateway-plugin/api/openapi.h"
#include "gateway-plugin/api/resources.h"

json_t *openapi_show(struct api_call *call, struct refusal *refusal)
{
    json_t *document = json_loads(openapi_document, JSON_REJECT_DUPLICATES, NULL);
    if (document == NULL)
        return api_refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    json_object_set_new(document, "servers", json_pack("[{s:s}]", "url", call->base));
    return document;
}
