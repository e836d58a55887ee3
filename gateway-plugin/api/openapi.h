/* openapi.json as a text, made by openapi.awk. */
#ifndef OTA_API_OPENAPI_H
#define OTA_API_OPENAPI_H

extern const char openapi_document[];

#endif
