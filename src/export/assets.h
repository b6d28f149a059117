#ifndef EXPORT_ASSETS_H
#define EXPORT_ASSETS_H

/* The files of share/python, which go into exported zips, and of share/web,
 * which the server's pages use.  They are part of the program: tools/embed
 * makes C of them while it is built. */
#include <stddef.h>

struct ses_asset {
	const char *name; /* without a folder: "trainable.py" */
	const unsigned char *data;
	size_t len;
	const char *sha256; /* 64 hex digits */
};

/* All of them; the last one has no name. */
extern const struct ses_asset ses_assets[];

/* The one of this name, or NULL. */
const struct ses_asset *ses_asset_find(const char *name);

#endif
