#include <string.h>

#include "serve/route.h"
#include "serve/target.h"

/* Whether the pattern fits the segments; the variables go to var. */
static int
fits(const char *pattern, const char *const *segment, size_t n,
    const char *var[SES_REQUEST_VARS], size_t *n_vars)
{
	const char *p = pattern;
	size_t len;
	size_t i;

	*n_vars = 0;
	for (i = 0; *p == '/'; i++) {
		p++;
		len = strcspn(p, "/");
		if (i == n)
			return 0;
		if (*p == '{') {
			if (segment[i][0] == '\0' ||
			    *n_vars == SES_REQUEST_VARS)
				return 0;
			var[(*n_vars)++] = segment[i];
		} else if (strlen(segment[i]) != len ||
			   memcmp(segment[i], p, len) != 0) {
			return 0;
		}
		p += len;
	}
	return i == n;
}

const struct ses_route *
ses_route_find(const struct ses_route *routes, size_t n_routes,
    const char *const *segment, size_t n, struct ses_request *r)
{
	const char *var[SES_REQUEST_VARS];
	const struct ses_route *found = NULL;
	size_t n_vars;
	size_t i;

	for (i = 0; i < n_routes; i++) {
		if (!fits(routes[i].pattern, segment, n, var, &n_vars) ||
		    (found != NULL && n_vars >= r->n_vars))
			continue;
		found = &routes[i];
		memcpy(r->var, var, sizeof(var));
		r->n_vars = n_vars;
	}
	return found;
}
