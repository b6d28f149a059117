#include <string.h>

#include "export/assets.h"

const struct ses_asset *
ses_asset_find(const char *name)
{
	const struct ses_asset *a;

	for (a = ses_assets; a->name; a++) {
		if (strcmp(a->name, name) == 0)
			return a;
	}
	return NULL;
}
