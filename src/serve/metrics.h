#ifndef SES_METRICS_H
#define SES_METRICS_H

#include "serve/route.h"

/* Counters of requests, by route and status, as Prometheus reads them. */
struct ses_metrics;

/** All at 0, for so many routes and what fits none; end with ses_metrics_free.
 * NULL: no memory. */
struct ses_metrics *ses_metrics_new(size_t n_routes);

/** One request was answered; route is a number below n_routes, or that for
 * what no route fits. */
void ses_metrics_add(struct ses_metrics *m, size_t route, int status,
    uint64_t bytes, uint64_t us);

/** Append what was counted; the label of route i is pattern(arg, i). */
void ses_metrics_write(const struct ses_metrics *m,
    const char *(*pattern)(const void *arg, size_t route), const void *arg,
    struct ses_buf *out);

/** Append one number with its type, "gauge" or "counter". */
void ses_metrics_one(
    struct ses_buf *out, const char *name, const char *type, double value);

/** Append what the system knows of this process. */
void ses_metrics_process(struct ses_buf *out);

void ses_metrics_free(struct ses_metrics *m);

#endif
