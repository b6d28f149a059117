/* What a client says: its URL, and the headers about ranges and copies.  The
 * input is lines: URL, Range, If-Range, If-None-Match, If-Match. */
#include <string.h>

#include "fuzz/fuzz.h"

#include "base/str.h"
#include "serve/cond.h"
#include "serve/route.h"
#include "serve/target.h"

#define LEN 1000

static void
is_clean(const char *s)
{
	MUST(ses_str_is_utf8(s, strlen(s)));
	for (; *s != '\0'; s++)
		MUST((unsigned char)*s >= 0x20 && *s != 0x7f);
}

static void
try_target(const char *url)
{
	static const struct ses_route routes[] = {
	    {.pattern = "/api/sessions/{id}/download"},
	    {.pattern = "/{a}/{b}/{c}/{d}/{e}"},
	};
	const char *segment[SES_REQUEST_SEGMENTS];
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_request r = {0};
	struct ses_target t = {0};
	size_t i;
	int n = -1;

	if (ses_target_split(&t, url, &err) == 0)
		n = ses_target_segments(t.path, segment, &err);
	MUST(n >= 0 || err.msg[0] != '\0');
	for (i = 0; n > 0 && i < (size_t)n; i++) {
		is_clean(segment[i]);
		MUST(strchr(segment[i], '/') == NULL);
		MUST(strcmp(segment[i], "..") != 0);
	}
	if (n > 0 && ses_route_find(routes, 2, segment, (size_t)n, &r) != NULL)
		for (i = 0; i < r.n_vars; i++)
			MUST(r.var[i][0] != '\0');
	if (n > 0 && ses_target_query(t.query, &r, &err) == 0) {
		for (i = 0; i < r.n_params; i++) {
			is_clean(r.param[i].name);
			is_clean(r.param[i].value);
		}
	}
	ses_target_free(&t);
}

static void
try_cond(const struct ses_cond *c)
{
	const struct ses_resource what = {"\"abc\"", 784111777000, LEN};
	struct ses_span span = {0};
	int status = ses_cond_decide(c, &what, &span);

	MUST(status == 200 || status == 206 || status == 304 || status == 412 ||
	     status == 416);
	if (status == 206)
		MUST(span.len > 0 && span.from < LEN &&
		     span.len <= LEN - span.from);
	if (status == 200)
		MUST(span.from == 0 && span.len == LEN);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *line[5] = {NULL};
	char *text = malloc(len + 1);
	char *next = text;
	size_t i;

	MUST(text != NULL);
	memcpy(text, data, len);
	text[len] = '\0';
	for (i = 0; i < 5 && next != NULL; i++) {
		line[i] = next;
		next = strchr(next, '\n');
		if (next != NULL)
			*next++ = '\0';
	}
	try_target(line[0]);
	try_cond(&(struct ses_cond){.range = line[1],
	    .if_range = line[2],
	    .if_none_match = line[3],
	    .if_match = line[4],
	    .if_modified_since = line[2]});
	free(text);
	return 0;
}
