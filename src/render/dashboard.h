#ifndef SES_RENDER_DASHBOARD_H
#define SES_RENDER_DASHBOARD_H

#include "base/sink.h"

/*
 * What a script logged, as plots, tables and images: the envelopes of
 * share/python/trainable_runtime.py, one JSON object a line, in metrics.jsonl
 * or among what it printed.
 *
 *   {"step": n, "metrics": {"name": number, …}, "run"?: "…"}
 *   {"chart_config": {"charts": [{"title", "metrics": ["name", …]}, …]}}
 *   {"log": {"type", "step", "key", "data", "run"?}}
 *
 * Memory is bounded: of what there is too much of, points are thinned out and
 * the oldest tables and images left out, which the page then says.
 */
struct ses_dashboard;

#define SES_DASHBOARD_LINE   ((size_t)1 << 20) /* longer ones are none */
#define SES_DASHBOARD_SERIES 256
#define SES_DASHBOARD_POINTS 4096 /* of a series, at most */
#define SES_DASHBOARD_CHARTS 64
#define SES_DASHBOARD_LOGS   100 /* tables, matrices and images */

/** NULL when out of memory. */
struct ses_dashboard *ses_dashboard_new(void);

/** NULL is allowed. */
void ses_dashboard_free(struct ses_dashboard *d);

/** Take a line if it is an envelope: 1, 0 or -1 (out of memory). */
int ses_dashboard_line(struct ses_dashboard *d, const char *line, size_t len,
    struct seshat_err *err);

/** Take the lines of a text. */
int ses_dashboard_text(struct ses_dashboard *d, const char *text, size_t len,
    struct seshat_err *err);

/** How many envelopes there were. */
uint64_t ses_dashboard_count(const struct ses_dashboard *d);

/**
 * ses_dashboard_html(d, files, out, err):
 * Append sections of HTML: charts, then tables, confusion matrices and images.
 * files is the URL behind which the path of a file of the workspace is put as
 * a value ("/sessions/codex/1/files?raw=1&amp;path="), for images.
 */
int ses_dashboard_html(const struct ses_dashboard *d, const char *files,
    struct ses_buf *out, struct seshat_err *err);

#endif
