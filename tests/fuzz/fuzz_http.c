/* What a client says: its URL, the headers about ranges and copies, cookies, a
 * form.  The input is lines: URL, Range, If-Range, If-None-Match, If-Match,
 * Cookie, Content-Type; the body is all behind them. */
#include <string.h>

#include "fuzz/fuzz.h"

#include "base/str.h"
#include "serve/cond.h"
#include "serve/cookie.h"
#include "serve/form.h"
#include "serve/guard.h"
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

/* Nothing that leads up, or to the root, when it is joined to a folder. */
static void
is_path(const char *s)
{
	size_t n;

	for (; *s != '\0'; s += n + (s[n] == '/')) {
		n = strcspn(s, "/");
		MUST(n > 0 && (s[n] == '\0' || s[n + 1] != '\0'));
		MUST(!(n == 1 && s[0] == '.'));
		MUST(!(n == 2 && s[0] == '.' && s[1] == '.'));
	}
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
		is_path(segment[i]);
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

static void
try_cookie(const char *header)
{
	struct ses_guard g;
	char out[SES_LOGIN_MAX];
	int n;

	ses_guard_init(&g, "0123456789abcdef");
	memset(out, 'x', sizeof(out));
	n = ses_cookie_find(header, SES_COOKIE_LOGIN, out, sizeof(out));
	MUST(n >= -1 && n <= 1);
	if (n > 0) {
		MUST(out[0] != '\0' && strlen(out) < sizeof(out));
		/* nobody can guess one */
		MUST(!ses_guard_login_fits(&g, out, 0));
	}
	n = ses_cookie_find(header, SES_COOKIE_CSRF, out, SES_CSRF_COOKIE);
	if (n > 0 && ses_guard_is_cookie(out))
		MUST(!ses_guard_csrf_fits(&g, out, header));
	ses_guard_free(&g);
}

static void
is_field(const struct ses_param *field)
{
	const char *p;

	MUST(field->name[0] != '\0');
	is_clean(field->name);
	for (p = field->value; *p != '\0'; p++)
		MUST((unsigned char)*p >= 0x20 || *p == '\n');
	MUST(ses_str_is_utf8(field->value, strlen(field->value)));
}

/* The body comes in two pieces, cut anywhere. */
static void
try_form(const char *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_request r = {0};
	struct ses_form f = {0};
	size_t i;

	(void)ses_form_add(&f, data, len / 2);
	(void)ses_form_add(&f, data + len / 2, len - len / 2);
	MUST(f.came == len);
	if (len <= SES_FORM_BODY && ses_form_read(&f, &r, &err) == 0) {
		MUST(r.n_form <= SES_FORM_FIELDS);
		for (i = 0; i < r.n_form; i++)
			is_field(&r.form[i]);
	} else {
		MUST(len > SES_FORM_BODY || err.msg[0] != '\0');
	}
	ses_form_free(&f);
}

#define LINES 7

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *line[LINES] = {NULL};
	char *text = malloc(len + 1);
	char *next = text;
	size_t i;

	MUST(text != NULL);
	memcpy(text, data, len);
	text[len] = '\0';
	for (i = 0; i < LINES && next != NULL; i++) {
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
	if (line[5] != NULL)
		try_cookie(line[5]);
	(void)ses_form_is_type(line[6]);
	if (next != NULL)
		try_form(next, len - (size_t)(next - text));
	free(text);
	return 0;
}
