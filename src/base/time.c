#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/time.h"

#define DAY INT64_C(86400000)
#define NS  INT64_C(1000000) /* of a millisecond */

static int64_t
read_clock(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
ses_time_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
ses_time_steady(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

/* Days since 1970 of a date in the proleptic Gregorian calendar: count years
 * from March, so that the leap day is the last of its year, and from 400
 * years earlier, so that none is negative. */
static int64_t
days_of(int64_t y, int64_t m, int64_t d)
{
	y += 400 - (m <= 2);
	m += m <= 2 ? 9 : -3;
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d - 1 -
	       719468 - 146097;
}

/* The times that can be written. */
static int64_t
first_time(void)
{
	return days_of(0, 1, 1) * DAY;
}

static int64_t
last_time(void)
{
	return days_of(9999, 12, 31) * DAY + DAY - 1;
}

void
ses_time_format(int64_t t, char out[SES_TIME_MAX])
{
	unsigned ms;
	time_t secs;
	struct tm tm = {0};

	t = t < first_time() ? first_time() : t > last_time() ? last_time() : t;
	ms = (unsigned)((t % 1000 + 1000) % 1000);
	secs = (time_t)((t - ms) / 1000);
	(void)gmtime_r(&secs, &tm);
	/* strftime would not pad a year below 1000 */
	(void)snprintf(out, SES_TIME_MAX, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
	    (unsigned)(tm.tm_year + 1900) % 10000U,
	    (unsigned)(tm.tm_mon + 1) % 100U, (unsigned)tm.tm_mday % 100U,
	    (unsigned)tm.tm_hour % 100U, (unsigned)tm.tm_min % 100U,
	    (unsigned)tm.tm_sec % 100U, ms % 1000U);
}

/* n digits at *s; -1 if they are none. */
static int
digits(const char **s, const char *end, int n, int64_t *out)
{
	const char *p = *s;
	int v = 0;

	if (end - p < n)
		return -1;
	for (; n > 0; n--, p++) {
		if (*p < '0' || *p > '9')
			return -1;
		v = v * 10 + (*p - '0');
	}
	*s = p;
	*out = v;
	return 0;
}

static int
skip(const char **s, const char *end, const char *any)
{
	if (*s >= end)
		return -1;
	for (; *any != '\0'; any++) {
		if (**s == *any) {
			(*s)++;
			return 0;
		}
	}
	return -1;
}

static int
parse_offset(const char **s, const char *end, int64_t *out)
{
	int64_t h;
	int64_t m;
	int sign;

	*out = 0;
	if (skip(s, end, "Zz") == 0)
		return 0;
	sign = *s < end && **s == '-' ? -1 : 1;
	if (skip(s, end, "+-") < 0 || digits(s, end, 2, &h) < 0 ||
	    skip(s, end, ":") < 0 || digits(s, end, 2, &m) < 0 || h > 23 ||
	    m > 59)
		return -1;
	*out = sign * (h * 60 + m) * 60000;
	return 0;
}

static int64_t
days_in(int64_t y, int64_t m)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
		return 29;
	return days[m - 1];
}

int
ses_time_parse(const char *s, size_t len, int64_t *out)
{
	const char *end = s + len;
	int64_t y, mo, d, h, mi, sec, offset, ms = 0, scale = 100, t;

	if (digits(&s, end, 4, &y) < 0 || skip(&s, end, "-") < 0 ||
	    digits(&s, end, 2, &mo) < 0 || skip(&s, end, "-") < 0 ||
	    digits(&s, end, 2, &d) < 0 || skip(&s, end, "Tt ") < 0 ||
	    digits(&s, end, 2, &h) < 0 || skip(&s, end, ":") < 0 ||
	    digits(&s, end, 2, &mi) < 0 || skip(&s, end, ":") < 0 ||
	    digits(&s, end, 2, &sec) < 0)
		return -1;
	if (mo < 1 || mo > 12 || d < 1 || d > days_in(y, mo) || h > 23 ||
	    mi > 59 || sec > 60)
		return -1;
	if (skip(&s, end, ".") == 0) {
		if (s >= end || *s < '0' || *s > '9')
			return -1;
		for (; s < end && *s >= '0' && *s <= '9'; s++, scale /= 10)
			ms += (*s - '0') * scale;
	}
	if (parse_offset(&s, end, &offset) < 0 || s != end)
		return -1;
	t = days_of(y, mo, d) * DAY + ((h * 60 + mi) * 60 + sec) * 1000 + ms -
	    offset;
	/* an offset may lead out of the years that can be written again */
	if (t < first_time() || t > last_time())
		return -1;
	*out = t;
	return 0;
}

int64_t
ses_time_of_http(const char *s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char name[4] = "";
	char text[SES_TIME_MAX + 8];
	const char *month;
	int64_t t = 0;

	/* Sun, 06 Nov 1994 08:49:37 GMT */
	if (strlen(s) != 29 || s[3] != ',' || strcmp(s + 25, " GMT") != 0)
		return 0;
	memcpy(name, s + 8, 3);
	month = strstr(months, name);
	if (month == NULL || (month - months) % 3 != 0)
		return 0;
	(void)snprintf(text, sizeof(text), "%.4s-%02d-%.2sT%.8sZ", s + 12,
	    (int)(month - months) / 3 + 1, s + 5, s + 17);
	return ses_time_parse(text, strlen(text), &t) < 0 ? 0 : t;
}

int64_t
ses_time_ns(int64_t t)
{
	if (t > INT64_MAX / NS)
		return INT64_MAX;
	return t < INT64_MIN / NS ? INT64_MIN : t * NS;
}

void
ses_time_ago(int64_t t, int64_t now, char out[SES_TIME_MAX])
{
	int64_t s = (now - t) / 1000;

	if (s < -60 || s >= (int64_t)30 * 86400) {
		ses_time_format(t, out);
		out[10] = '\0';
	} else if (s < 1) {
		(void)snprintf(out, SES_TIME_MAX, "now");
	} else if (s < 60) {
		(void)snprintf(out, SES_TIME_MAX, "%d s ago", (int)s);
	} else if (s < 3600) {
		(void)snprintf(out, SES_TIME_MAX, "%d min ago", (int)(s / 60));
	} else if (s < 86400) {
		(void)snprintf(out, SES_TIME_MAX, "%d h ago", (int)(s / 3600));
	} else {
		(void)snprintf(out, SES_TIME_MAX, "%d d ago", (int)(s / 86400));
	}
}

void
ses_time_pause(int64_t ms)
{
	struct timespec t = {.tv_sec = (time_t)(ms / 1000),
	    .tv_nsec = (long)(ms % 1000) * 1000000};

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		continue;
}
