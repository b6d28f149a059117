/* Where a token is demanded, a browser shows it once and gets a cookie. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "serve/notice.h"
#include "serve/server.h"

#define LIFE_S ((int64_t)SES_LOGIN_DAYS * 24 * 3600)

int
ses_login_is_ours(const char *next)
{
	const char *p;

	/* "//host" and "/\host" are other hosts; browsers drop tabs and ends
	 * of lines */
	if (next[0] != '/' || next[1] == '/')
		return 0;
	for (p = next; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '\\')
			return 0;
	/* it goes into a header */
	return p - next < 400;
}

int
ses_login_see(struct ses_answer *a, const char *url, struct seshat_err *err)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";
	struct ses_buf b = {0};
	int rc;

	ses_buf_str(&b, "/login");
	if (ses_login_is_ours(url) && strcmp(url, "/") != 0) {
		ses_buf_str(&b, "?next=");
		for (; *url != '\0'; url++)
			if (strchr(plain, *url) != NULL)
				ses_buf_add(&b, url, 1);
			else
				ses_buf_fmt(&b, "%%%02X", (unsigned)*url);
	}
	rc = ses_answer_see(a, b.len < 500 ? ses_buf_cstr(&b) : "/login", err);
	ses_buf_free(&b);
	return rc;
}

static const char *
checked(const char *next)
{
	return next != NULL && ses_login_is_ours(next) ? next : "/";
}

/* The form; why tells what was wrong with the last one, or is NULL. */
static int
show(const struct ses_request *r, struct ses_answer *a, const char *next,
    const char *why, struct seshat_err *err)
{
	char csrf[SES_CSRF_MAX];

	if (ses_request_csrf(r, a, csrf, err) < 0)
		return -1;
	a->type = SES_TYPE_HTML;
	ses_notice_begin(&a->body, "Log in");
	if (why != NULL)
		ses_buf_fmt(
		    &a->body, "<p id=\"why\" role=\"alert\">%s</p>\n", why);
	ses_buf_fmt(&a->body,
	    "<form method=\"post\" action=\"/login\">\n"
	    "<input type=\"hidden\" name=\"csrf\" value=\"%s\">\n"
	    "<input type=\"hidden\" name=\"next\" value=\"",
	    csrf);
	ses_notice_text(&a->body, next);
	ses_buf_fmt(&a->body,
	    "\">\n<p><label for=\"token\">Token of this server</label>\n"
	    "<input id=\"token\" name=\"token\" type=\"password\" required "
	    "autofocus autocomplete=\"current-password\"%s></p>\n"
	    "<p><button type=\"submit\">Log in</button></p>\n</form>\n"
	    "<p>It is the first line of the file that seshat serve was given "
	    "with --token-file.</p>\n",
	    why != NULL ? " aria-invalid=\"true\" aria-describedby=\"why\""
			: "");
	ses_notice_end(&a->body);
	return ses_buf_check(&a->body, err);
}

int
ses_login_page(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const char *next = checked(ses_request_param(r, "next"));

	(void)worker;
	if (!r->server->admit.has_token)
		return ses_answer_see(a, next, err);
	return show(r, a, next, NULL, err);
}

int
ses_login_post(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const char *next = checked(ses_request_form(r, "next"));
	const char *token = ses_request_form(r, "token");
	struct ses_serve *s = r->server;
	char value[SES_LOGIN_MAX];
	int is_token;
	int wait;

	(void)worker;
	if (!s->admit.has_token)
		return ses_answer_see(a, next, err);
	/* who has the token is let in, however many others try */
	is_token = token != NULL && ses_admit_is_token(&s->admit, token);
	wait = is_token ? 0 : ses_guard_wait(&s->guard, ses_time_steady());
	if (wait > 0) {
		a->status = 429;
		if (ses_answer_header(a, err, "Retry-After", "%d", wait) < 0)
			return -1;
		return show(r, a, next,
		    "Too many wrong tokens. Try again in a minute.", err);
	}
	if (!is_token) {
		ses_guard_failed(&s->guard, ses_time_steady());
		ses_log(SES_WARN, "request %llu: a login with a wrong token",
		    (unsigned long long)r->id);
		a->status = 403;
		return show(r, a, next, "This is not the token.", err);
	}
	ses_guard_login(&s->guard, ses_time_now() / 1000 + LIFE_S, value);
	if (ses_answer_header(a, err, "Set-Cookie",
		"%s=%s; Max-Age=%lld; Path=/; HttpOnly; SameSite=Strict",
		s->admit.login_cookie, value, (long long)LIFE_S) < 0)
		return -1;
	return ses_answer_see(a, next, err);
}

int
ses_logout_post(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	(void)worker;
	if (ses_answer_header(a, err, "Set-Cookie",
		"%s=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict",
		r->server->admit.login_cookie) < 0)
		return -1;
	return ses_answer_see(
	    a, r->server->admit.has_token ? "/login" : "/", err);
}
