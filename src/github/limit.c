/* memmem is GNU's. */
#define _GNU_SOURCE
#include <string.h>

#include "base/str.h"
#include "github/limit.h"

#define MINUTE_MS INT64_C(60000)
#define FAR       INT64_C(1000000000)

static int
number(const struct ses_http_answer *a, const char *name, uint64_t *out)
{
	struct ses_buf b = {0};
	int rc = ses_http_header(a, name, &b) &&
		 ses_str_u64(ses_buf_cstr(&b), out) == 0;

	ses_buf_free(&b);
	return rc;
}

int
ses_github_says(const struct ses_http_answer *a, const char *words)
{
	return a->body.len > 0 &&
	       memmem(a->body.data, a->body.len, words, strlen(words)) != NULL;
}

int
ses_github_is_limit(const struct ses_http_answer *a)
{
	uint64_t n;

	if (a->status == 429)
		return 1;
	if (a->status != 403)
		return 0;
	if (number(a, "retry-after", &n))
		return 1;
	if (number(a, "x-ratelimit-remaining", &n) && n == 0)
		return 1;
	return ses_github_says(a, "rate limit") ||
	       ses_github_says(a, "secondary") ||
	       ses_github_says(a, "abuse detection");
}

int64_t
ses_github_limit_wait(
    const struct ses_http_answer *a, unsigned tries, int64_t now)
{
	uint64_t n;

	if (number(a, "retry-after", &n))
		return (int64_t)(n == 0 ? 1 : n < FAR ? n : FAR) * 1000;
	if (number(a, "x-ratelimit-remaining", &n) && n == 0 &&
	    number(a, "x-ratelimit-reset", &n)) {
		/* its clock is not ours: by the date of the answer */
		if (a->date > 0)
			now = a->date;
		n = n < (uint64_t)FAR * 10 ? n : (uint64_t)FAR * 10;
		return (int64_t)n * 1000 > now ? (int64_t)n * 1000 - now + 1000
					       : 1000;
	}
	return MINUTE_MS << (tries < 5 ? tries : 5);
}
