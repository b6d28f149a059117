#ifndef SES_ASSET_ROUTE_H
#define SES_ASSET_ROUTE_H

#include "serve/route.h"

/* Files of pages, which are part of the program: share/web. */
#define SES_ASSET_URL 96

/**
 * ses_asset_url(name, out):
 * "/assets/seshat.css?v=1a2b3c4d": clients may keep it for good, since another
 * file has another URL.  -1 when there is none of this name; out is "" then.
 */
int ses_asset_url(const char *name, char out[SES_ASSET_URL]);

/** Of the route /assets/{name}. */
ses_handler ses_asset;

/** Of /favicon.ico: the icon, which is no .ico. */
ses_handler ses_asset_icon;

#endif
