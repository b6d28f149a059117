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

/* The value of the next header of that name from *line on, which goes behind
 * it; NULL when there is none. */
static const char *
next_value(const char **line, const char *name, size_t *value_len)
{
	size_t len = strlen(name);
	const char *p = *line;
	const char *found = NULL;

	while (*p != '\0' && found == NULL) {
		if (strncasecmp(p, name, len) == 0 && p[len] == ':')
			found = p + len + 1;
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	*line = p;
	if (found == NULL)
		return NULL;
	found += strspn(found, " \t");
	len = strcspn(found, "\r\n");
	while (len > 0 && (found[len - 1] == ' ' || found[len - 1] == '\t'))
		len--;
	*value_len = len;
	return found;
}

int
ses_http_header(
    const struct ses_http_answer *a, const char *name, struct ses_buf *out)
{
	const char *line = a->headers.len == 0 ? "" : a->headers.data;
	const char *found = NULL;
	const char *value;
	size_t found_len = 0;
	size_t len;

	while ((value = next_value(&line, name, &len)) != NULL) {
		found = value;
		found_len = len;
	}
	if (found == NULL)
		return 0;
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
	if (rc && host != NULL &&
	    strncmp(ses_buf_cstr(&location), "//", 2) == 0)
		ses_buf_add(to, from, (size_t)(host - from) + 1);
	else if (rc && host != NULL && ses_buf_cstr(&location)[0] == '/')
		ses_buf_add(to, from, /* of the same host */
		    (size_t)(host - from) + 3 + strcspn(host + 3, "/?#"));
	ses_buf_str(to, ses_buf_cstr(&location));
	to->bad |= location.bad;
	ses_buf_free(&location);
	(void)ses_buf_cstr(to);
	return rc && !to->bad;
}

#define BLANK " \t"

/* One parameter of a link, RFC 8288: its name and value. */
struct param {
	const char *name;
	const char *value;
	size_t name_len;
	size_t value_len;
};

static const char *
skip_blank(const char *p)
{
	return p + strspn(p, BLANK);
}

/* Behind a parameter; NULL when it is none. */
static const char *
parse_param(const char *p, struct param *out)
{
	*out = (struct param){.name = p, .value = ""};
	out->name_len = strcspn(p, BLANK "=;,\"<>");
	p = skip_blank(p + out->name_len);
	if (*p != '=')
		return p;
	p = skip_blank(p + 1);
	if (*p != '"') {
		out->value = p;
		out->value_len = strcspn(p, BLANK ";,\"<>");
		return skip_blank(p + out->value_len);
	}
	out->value = ++p;
	for (; *p != '"'; p++) {
		if (*p == '\\')
			p++;
		if (*p == '\0')
			return NULL;
	}
	out->value_len = (size_t)(p - out->value);
	return skip_blank(p + 1);
}

static int
has_word(const struct param *list, const char *word)
{
	const char *end = list->value + list->value_len;
	const char *p = list->value;
	size_t len = strlen(word);
	size_t n;

	for (; p < end; p += n + 1) {
		for (n = 0; p + n < end && p[n] != ' ' && p[n] != '\t'; n++)
			;
		if (n == len && strncasecmp(p, word, n) == 0)
			return 1;
	}
	return 0;
}

/* Behind the parameters of a link; NULL when they are none.  Of several rel
 * the first counts. */
static const char *
parse_params(const char *p, const char *rel, int *fits)
{
	struct param param;
	int seen = 0;

	*fits = 0;
	for (p = skip_blank(p); *p == ';';) {
		p = parse_param(skip_blank(p + 1), &param);
		if (p == NULL)
			return NULL;
		if (seen || param.name_len != 3 ||
		    strncasecmp(param.name, "rel", 3) != 0)
			continue;
		seen = 1;
		*fits = has_word(&param, rel);
	}
	return *p == '\0' || *p == ',' ? p : NULL;
}

/* 1 when one of the links of a header has the relation, 0, or -1 when what
 * stands there is no list of links. */
static int
find_link(const char *p, const char *rel, struct ses_buf *out)
{
	const char *url;
	size_t len;
	int fits;

	for (;;) {
		p += strspn(p, BLANK ",");
		if (*p == '\0')
			return 0;
		url = p + 1;
		len = strcspn(url, ">");
		if (*p != '<' || url[len] == '\0')
			return -1;
		p = parse_params(url + len + 1, rel, &fits);
		if (p == NULL)
			return -1;
		if (!fits)
			continue;
		ses_buf_add(out, url, len);
		return 1;
	}
}

int
ses_http_link(
    const struct ses_http_answer *a, const char *rel, struct ses_buf *out)
{
	const char *line = a->headers.len == 0 ? "" : a->headers.data;
	struct ses_buf link = {0};
	const char *value;
	size_t len;
	int is_odd = 0;
	int rc = 0;

	while (rc != 1 && (value = next_value(&line, "Link", &len)) != NULL) {
		ses_buf_clear(&link);
		ses_buf_add(&link, value, len);
		rc = find_link(ses_buf_cstr(&link), rel, out);
		is_odd |= rc < 0 || link.bad;
	}
	ses_buf_free(&link);
	if (rc == 1)
		return 1;
	return is_odd ? -1 : 0;
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
