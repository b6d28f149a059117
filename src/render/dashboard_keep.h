#ifndef SES_RENDER_DASHBOARD_KEEP_H
#define SES_RENDER_DASHBOARD_KEEP_H

#include <jansson.h>

#include "render/dashboard.h"

/* What dashboard.c gathers and dashboard_html.c shows. */

/* One line of a chart: the values of one name in one run. */
struct ses_series {
	char *name;
	char *run; /* "" : none was told */
	double *x; /* the step, or the how-manieth it was */
	double *y;
	size_t n;
	size_t cap;
	uint64_t seen; /* values, of which each stride-th is kept */
	uint64_t stride;
	double last; /* the latest x, kept or not */
};

struct ses_dashboard {
	struct ses_series *series;
	size_t n_series;
	int too_many;   /* series: others were left out */
	json_t *charts; /* as the last chart_config has them; or NULL */
	json_t *logs;   /* the last ones, an array of "log" objects */
	size_t log_len[SES_DASHBOARD_LOGS]; /* bytes of the lines of them */
	size_t log_bytes;                   /* of all these */
	uint64_t n_logs;                    /* of all there were */
	uint64_t n;                         /* envelopes */
};

#endif
