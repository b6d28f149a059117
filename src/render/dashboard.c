#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_tree.h"
#include "base/mem.h"
#include "base/str.h"
#include "render/dashboard_keep.h"

#define LOG_BYTES    ((size_t)2 << 20) /* of the lines of all logs */
#define NAME_MAX_LEN 200               /* bytes of a metric's or a run's name */

struct ses_dashboard *
ses_dashboard_new(void)
{
	struct ses_dashboard *d = ses_calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->series = ses_calloc(SES_DASHBOARD_SERIES, sizeof(*d->series));
	d->logs = json_array();
	if (d->series == NULL || d->logs == NULL) {
		ses_dashboard_free(d);
		return NULL;
	}
	return d;
}

void
ses_dashboard_free(struct ses_dashboard *d)
{
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; d->series != NULL && i < d->n_series; i++) {
		free(d->series[i].name);
		free(d->series[i].run);
		free(d->series[i].x);
		free(d->series[i].y);
	}
	free(d->series);
	json_decref(d->charts);
	json_decref(d->logs);
	free(d);
}

uint64_t
ses_dashboard_count(const struct ses_dashboard *d)
{
	return d->n;
}

/* Set *out to the series, made where there is none, or to NULL where there are
 * too many. */
static int
series_of(struct ses_dashboard *d, const char *name, const char *run,
    struct ses_series **out, struct seshat_err *err)
{
	struct ses_series *s;
	size_t i;

	*out = NULL;
	for (i = 0; i < d->n_series; i++)
		if (strncmp(d->series[i].name, name, NAME_MAX_LEN) == 0 &&
		    strncmp(d->series[i].run, run, NAME_MAX_LEN) == 0) {
			*out = &d->series[i];
			return 0;
		}
	if (d->n_series == SES_DASHBOARD_SERIES) {
		d->too_many = 1;
		return 0;
	}
	s = &d->series[d->n_series];
	*s = (struct ses_series){
	    .name = ses_str_ndup(name, strnlen(name, NAME_MAX_LEN)),
	    .run = ses_str_ndup(run, strnlen(run, NAME_MAX_LEN)),
	    .stride = 1};
	d->n_series++;
	*out = s;
	return s->name == NULL || s->run == NULL ? ses_fail_nomem(err) : 0;
}

/* Every second point goes, so that there is room for as many more. */
static void
thin(struct ses_series *s)
{
	size_t i;

	for (i = 0; 2 * i < s->n; i++) {
		s->x[i] = s->x[2 * i];
		s->y[i] = s->y[2 * i];
	}
	s->n = i;
	s->stride *= 2;
}

static int
grow(struct ses_series *s, struct seshat_err *err)
{
	size_t cap = s->cap == 0 ? 64 : 2 * s->cap;
	double *x = ses_realloc(s->x, cap * sizeof(*x));
	double *y;

	if (x == NULL)
		return ses_fail_nomem(err);
	s->x = x;
	y = ses_realloc(s->y, cap * sizeof(*y));
	if (y == NULL)
		return ses_fail_nomem(err);
	s->y = y;
	s->cap = cap;
	return 0;
}

static int
put_point(struct ses_series *s, double x, double y, struct seshat_err *err)
{
	if (s->seen++ % s->stride != 0)
		return 0;
	if (s->n == SES_DASHBOARD_POINTS) {
		thin(s);
		if ((s->seen - 1) % s->stride != 0)
			return 0;
	}
	if (s->n == s->cap && grow(s, err) < 0)
		return -1;
	s->x[s->n] = x;
	s->y[s->n++] = y;
	return 0;
}

static int
add_point(
    struct ses_series *s, const json_t *step, double y, struct seshat_err *err)
{
	double x =
	    json_is_number(step) ? json_number_value(step) : (double)s->seen;

	/* steps that begin again are another try: no line leads back */
	if (s->seen > 0 && x < s->last && put_point(s, x, nan(""), err) < 0)
		return -1;
	s->last = x;
	return put_point(s, x, y, err);
}

static const char *
string_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : s;
}

static int
take_metrics(struct ses_dashboard *d, const json_t *env, json_t *metrics,
    struct seshat_err *err)
{
	const json_t *step = json_object_get(env, "step");
	struct ses_series *s;
	const char *name;
	json_t *v;

	json_object_foreach(metrics, name, v)
	{
		/* what is neither a number nor true or false has no place in a
		 * plot */
		if (!json_is_number(v) && !json_is_boolean(v))
			continue;
		if (series_of(d, name, string_of(env, "run"), &s, err) < 0)
			return -1;
		if (s != NULL && add_point(s, step,
				     json_is_number(v) ? json_number_value(v)
						       : json_is_true(v),
				     err) < 0)
			return -1;
	}
	return 0;
}

static int
take_log(
    struct ses_dashboard *d, json_t *log, size_t len, struct seshat_err *err)
{
	size_t n = json_array_size(d->logs);

	while (n > 0 &&
	       (n == SES_DASHBOARD_LOGS || d->log_bytes + len > LOG_BYTES)) {
		(void)json_array_remove(d->logs, 0);
		d->log_bytes -= d->log_len[0];
		memmove(
		    d->log_len, d->log_len + 1, --n * sizeof(d->log_len[0]));
	}
	if (json_array_append(d->logs, log) < 0)
		return ses_fail_nomem(err);
	d->log_len[n] = len;
	d->log_bytes += len;
	d->n_logs++;
	return 0;
}

/* Which of the three a line may be, by its first bytes: most are none. */
static int
looks_right(const char *line, size_t len)
{
	struct ses_json o;
	struct ses_json v;

	if (len == 0 || len > SES_DASHBOARD_LINE || line[0] != '{' ||
	    ses_json_peek(line, len, &o) == 0)
		return 0;
	return ses_json_get(&o, "metrics", &v) ||
	       ses_json_get(&o, "chart_config", &v) ||
	       ses_json_get(&o, "log", &v);
}

int
ses_dashboard_line(struct ses_dashboard *d, const char *line, size_t len,
    struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	json_t *env;
	json_t *v;
	int rc = 0;

	if (!looks_right(line, len))
		return 0;
	env = ses_json_tree(line, len, &ignored);
	if (env == NULL && ignored.code == SESHAT_ENOMEM)
		return ses_fail_nomem(err);
	if ((v = json_object_get(env, "metrics")) != NULL &&
	    json_is_object(v) && json_object_get(env, "step") != NULL) {
		rc = take_metrics(d, env, v, err) < 0 ? -1 : 1;
	} else if ((v = json_object_get(json_object_get(env, "chart_config"),
			"charts")) != NULL &&
		   json_is_array(v)) {
		json_decref(d->charts);
		d->charts = json_incref(v);
		rc = 1;
	} else if ((v = json_object_get(env, "log")) != NULL &&
		   json_is_string(json_object_get(v, "type"))) {
		rc = take_log(d, v, len, err) < 0 ? -1 : 1;
	}
	json_decref(env);
	d->n += rc == 1;
	return rc;
}

int
ses_dashboard_text(struct ses_dashboard *d, const char *text, size_t len,
    struct seshat_err *err)
{
	const char *end = text + len;
	const char *nl;

	while (text < end) {
		nl = memchr(text, '\n', (size_t)(end - text));
		if (nl == NULL)
			nl = end;
		if (ses_dashboard_line(d, text, (size_t)(nl - text), err) < 0)
			return -1;
		text = nl + 1;
	}
	return 0;
}
