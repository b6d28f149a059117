#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"
#include "serve/cond.h"

static const char *
skip_blank(const char *p)
{
	return p + strspn(p, " \t");
}

/* One entity tag at *p: its text with quotes, and whether it is weak.  The
 * length, or 0 when there stands none. */
static size_t
tag_at(const char **p, int *weak)
{
	const char *end;

	*weak = strncmp(*p, "W/", 2) == 0;
	if (*weak)
		*p += 2;
	if (**p != '"')
		return 0;
	end = strchr(*p + 1, '"');
	return end == NULL ? 0 : (size_t)(end - *p) + 1;
}

static int
lists(const char *list, const char *etag, int strong)
{
	const char *p = skip_blank(list);
	size_t len;
	int weak;

	if (*p == '*' && *skip_blank(p + 1) == '\0')
		return 1;
	if (etag == NULL)
		return 0;
	for (;;) {
		p += strspn(p, " \t,");
		len = tag_at(&p, &weak);
		if (len == 0)
			return 0;
		if (!(strong && weak) && len == strlen(etag) &&
		    memcmp(p, etag, len) == 0)
			return 1;
		p += len;
	}
}

/* Digits at *p, which moves past them; too many mean a number beyond any
 * length.  -1: there are none. */
static int
number_at(const char **p, uint64_t *out)
{
	size_t n = strspn(*p, "0123456789");

	if (n == 0)
		return -1;
	if (ses_str_u64n(*p, n, out) < 0)
		*out = UINT64_MAX;
	*p += n;
	return 0;
}

/* "-n": the last n bytes. */
static int
suffix(const char *p, uint64_t len, struct ses_span *span)
{
	uint64_t n;

	if (number_at(&p, &n) < 0 || *skip_blank(p) != '\0')
		return 0;
	if (n == 0 || len == 0)
		return -1;
	span->len = n < len ? n : len;
	span->from = len - span->len;
	return 1;
}

int
ses_cond_range(const char *text, uint64_t len, struct ses_span *span)
{
	const char *p = skip_blank(text);
	uint64_t first;
	uint64_t last = UINT64_MAX;

	if (strncasecmp(p, "bytes=", 6) != 0)
		return 0;
	p = skip_blank(p + 6);
	if (*p == '-')
		return suffix(p + 1, len, span);
	if (number_at(&p, &first) < 0 || *p++ != '-')
		return 0;
	if (*p >= '0' && *p <= '9' && number_at(&p, &last) < 0)
		return 0;
	if (*skip_blank(p) != '\0' || last < first)
		return 0;
	if (first >= len)
		return -1;
	if (last >= len)
		last = len - 1;
	span->from = first;
	span->len = last - first + 1;
	return 1;
}

/* HTTP's times have no fractions. */
static int64_t
whole_seconds(int64_t ms)
{
	return ms - ms % 1000;
}

/* Whether what the client has a part of is still the same. */
static int
still_same(const char *if_range, const struct ses_resource *what)
{
	const char *p = skip_blank(if_range);
	size_t len;
	int weak;
	int64_t t;

	if (*p == '"' || strncmp(p, "W/", 2) == 0) {
		len = tag_at(&p, &weak);
		return len > 0 && !weak && what->etag != NULL &&
		       len == strlen(what->etag) &&
		       memcmp(p, what->etag, len) == 0 &&
		       *skip_blank(p + len) == '\0';
	}
	/* a time tells less than a tag: where there is one, that is asked */
	t = ses_time_of_http(p);
	return what->etag == NULL && t != 0 && what->mtime > 0 &&
	       t == whole_seconds(what->mtime);
}

/* Whether the client's copy is as good. */
static int
unchanged(const struct ses_cond *c, const struct ses_resource *what)
{
	int64_t t;

	if (c->if_none_match != NULL)
		return lists(c->if_none_match, what->etag, 0);
	if (c->if_modified_since == NULL || what->mtime <= 0)
		return 0;
	t = ses_time_of_http(c->if_modified_since);
	return t != 0 && whole_seconds(what->mtime) <= t;
}

int
ses_cond_decide(const struct ses_cond *c, const struct ses_resource *what,
    struct ses_span *span)
{
	int rc;

	span->from = 0;
	span->len = what->len;
	if (c->if_match != NULL && !lists(c->if_match, what->etag, 1))
		return 412;
	if (unchanged(c, what))
		return 304;
	if (c->range == NULL || what->len == UINT64_MAX ||
	    (c->if_range != NULL && !still_same(c->if_range, what)))
		return 200;
	rc = ses_cond_range(c->range, what->len, span);
	return rc > 0 ? 206 : rc == 0 ? 200 : 416;
}

void
ses_cond_etag(const void *data, size_t len, char out[SES_ETAG_MAX])
{
	char hex[SES_SHA256_HEX];

	ses_sha256_of(data, len, hex);
	(void)snprintf(out, SES_ETAG_MAX, "\"%.32s\"", hex);
}

void
ses_cond_date(int64_t t, char out[SES_HTTP_DATE])
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const int64_t last = INT64_C(253402300799); /* of 9999 */
	time_t seconds = (time_t)(t / 1000);
	struct tm tm = {0};

	if (t < 0)
		seconds = 0;
	if (seconds > last)
		seconds = (time_t)last;
	(void)gmtime_r(&seconds, &tm);
	/* not strftime, whose words follow the locale */
	(void)snprintf(out, SES_HTTP_DATE,
	    "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
	    days + (size_t)tm.tm_wday * 3, (unsigned)tm.tm_mday % 100,
	    months + (size_t)tm.tm_mon * 3,
	    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100,
	    (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
}
