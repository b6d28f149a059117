#include <math.h>

#include "base/time.h"
#include "render/axis.h"

#define TICKS_MAX 20
#define TIME_FAR  2.5e14 /* ms: the year 9892 */
#define SECOND    1000.0
#define MINUTE    (60 * SECOND)
#define HOUR      (60 * MINUTE)
#define DAY       (24 * HOUR)

/* 1, 2 or 5 times a power of ten. */
static double
nice_step(double range, int n)
{
	double raw = range / n;
	double power = pow(10, floor(log10(raw)));
	double factor = raw / power;

	return power * (factor > 5 ? 10 : factor > 2 ? 5 : factor > 1 ? 2 : 1);
}

static double
time_step(double range, int n)
{
	static const double steps[] = {SECOND, 2 * SECOND, 5 * SECOND,
	    10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE,
	    5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR,
	    3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY,
	    30 * DAY, 91 * DAY, 182 * DAY, 365 * DAY};
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (range / steps[i] <= n)
			return steps[i];
	return nice_step(range / DAY, n) * DAY;
}

int
ses_axis_init(
    struct ses_axis *a, enum ses_axis_kind kind, double min, double max, int n)
{
	if (!isfinite(min) || !isfinite(max) || !isfinite(max - min))
		return -1;
	if (kind == SES_AXIS_TIME && (min < -TIME_FAR || max > TIME_FAR))
		kind = SES_AXIS_NUMBER;
	/* one value has room around it */
	if (max - min <= fabs(max) * 1e-12 || max - min < 1e-300) {
		max += fabs(max) > 0 ? fabs(max) / 2 : 1;
		min -= min < 0 || kind == SES_AXIS_TIME ? fabs(min) / 2 : 0;
	}
	if (!isfinite(max - min))
		return -1;
	a->kind = kind;
	a->step = kind == SES_AXIS_TIME ? time_step(max - min, n)
					: nice_step(max - min, n);
	a->min = min;
	a->max = max;
	if (kind != SES_AXIS_TIME) {
		a->min = floor(min / a->step) * a->step;
		a->max = ceil(max / a->step) * a->step;
	}
	return isfinite(a->step) && a->step > 0 && isfinite(a->max - a->min) &&
		       a->max > a->min
		   ? 0
		   : -1;
}

int
ses_axis_tick(const struct ses_axis *a, int i, double *at)
{
	double first = ceil(a->min / a->step - 1e-9) * a->step;

	*at = first + i * a->step;
	return i < TICKS_MAX && *at <= a->max + a->step * 1e-9;
}

static void
add_time(const struct ses_axis *a, double v, int exact, struct ses_buf *out)
{
	char text[SES_TIME_MAX];

	ses_time_format((int64_t)v, text);
	if (exact)
		ses_buf_str(out, text);
	else if (a->step >= DAY)
		ses_buf_add(out, text, 10);
	else
		ses_buf_add(out, text + 11, a->step < MINUTE ? 8 : 5);
}

void
ses_axis_text(
    const struct ses_axis *a, double v, int exact, struct ses_buf *out)
{
	static const char *const units[] = {"", "k", "M", "G", "T", "P"};
	static const char *const bytes[] = {
	    " B", " KB", " MB", " GB", " TB", " PB"};
	size_t i = 0;

	if (a->kind == SES_AXIS_TIME && fabs(v) <= TIME_FAR) {
		add_time(a, v, exact, out);
		return;
	}
	if (fabs(v) < a->step * 1e-9 && !exact)
		v = 0;
	if (exact || fabs(v) >= 1e18 ||
	    (a->kind == SES_AXIS_NUMBER && fabs(v) < 10000)) {
		ses_buf_fmt(out, exact ? "%.10g" : "%.6g", v);
		return;
	}
	for (; fabs(v) >= 1000 && i < 5; i++)
		v /= 1000;
	ses_buf_fmt(
	    out, "%.4g%s", v, a->kind == SES_AXIS_BYTES ? bytes[i] : units[i]);
}
