/* What the headers of an answer say. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "net/http.h"

void
ses_http_answer_free(struct ses_http_answer *a)
{
	ses_buf_free(&a->headers);
	ses_buf_free(&a->body);
	*a = (struct ses_http_answer){0};
}

int
ses_http_header(
    const struct ses_http_answer *a, const char *name, struct ses_buf *out)
{
	const char *line = a->headers.len == 0 ? "" : a->headers.data;
	const char *found = NULL;
	size_t len = strlen(name);
	size_t found_len;

	for (; *line != '\0';
	     line += strcspn(line, "\n"), line += *line == '\n')
		if (strncasecmp(line, name, len) == 0 && line[len] == ':')
			found = line + len + 1;
	if (found == NULL)
		return 0;
	found += strspn(found, " \t");
	found_len = strcspn(found, "\r\n");
	while (found_len > 0 &&
	       (found[found_len - 1] == ' ' || found[found_len - 1] == '\t'))
		found_len--;
	ses_buf_add(out, found, found_len);
	return 1;
}

int
ses_http_location(
    const struct ses_http_answer *a, const char *from, struct ses_buf *to)
{
	const char *host = strstr(from, "://");
	struct ses_buf location = {0};
	int rc = 0;

	switch (a->status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		rc = ses_http_header(a, "Location", &location);
		break;
	default:
		break;
	}
	ses_buf_clear(to);
	if (rc && host != NULL && ses_buf_cstr(&location)[0] == '/')
		ses_buf_add(to, from, /* of the same host */
		    (size_t)(host - from) + 3 + strcspn(host + 3, "/?#"));
	ses_buf_str(to, ses_buf_cstr(&location));
	to->bad |= location.bad;
	ses_buf_free(&location);
	(void)ses_buf_cstr(to);
	return rc && !to->bad;
}

/* Whether the parameters of a link, up to its end, have rel="..." with the
 * word among them. */
static int
has_rel(const char *p, const char *end, const char *rel)
{
	size_t len = strlen(rel);
	const char *stop;
	size_t n;

	for (; p + 4 < end; p++)
		if (strncasecmp(p, "rel=", 4) == 0)
			break;
	if (p + 4 >= end)
		return 0;
	p += 4;
	stop = *p == '"' ? memchr(p + 1, '"', (size_t)(end - p - 1)) : NULL;
	if (stop == NULL)
		return (size_t)(end - p) >= len && memcmp(p, rel, len) == 0 &&
		       ((size_t)(end - p) == len || p[len] == ';' ||
			   p[len] == ' ');
	for (p++; p < stop; p += n + (p + n < stop)) {
		n = strcspn(p, " \"");
		if (n == len && memcmp(p, rel, n) == 0)
			return 1;
	}
	return 0;
}

int
ses_http_link(
    const struct ses_http_answer *a, const char *rel, struct ses_buf *out)
{
	struct ses_buf link = {0};
	const char *p;
	const char *url;
	const char *end;
	int found = 0;

	if (!ses_http_header(a, "Link", &link))
		return 0;
	for (p = ses_buf_cstr(&link); (url = strchr(p, '<')) != NULL; p = end) {
		p = strchr(++url, '>');
		if (p == NULL)
			break;
		/* a URL has no "<" of its own: it begins the next link */
		end = p + strcspn(p, "<");
		if (!has_rel(p, end, rel))
			continue;
		ses_buf_add(out, url, (size_t)(p - url));
		found = 1;
		break;
	}
	ses_buf_free(&link);
	return found;
}

int64_t
ses_http_wait(const struct ses_http_answer *a)
{
	struct ses_buf v = {0};
	int64_t at;
	int64_t ms = 0;

	if (ses_http_header(a, "Retry-After", &v)) {
		at = ses_time_of_http(ses_buf_cstr(&v));
		if (at != 0)
			ms = at - a->date;
		else if (strspn(v.data, "0123456789") < sizeof("99999"))
			ms = strtoll(v.data, NULL, 10) * 1000;
	}
	ses_buf_free(&v);
	return ms < 0 ? 0 : ms;
}
