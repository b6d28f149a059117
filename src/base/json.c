/* Walking over JSON without checking all of it; json_check.c is strict. */
#include <string.h>

#include "base/json.h"
#include "base/json_plain.h"
#include "base/str.h"
#include "base/utf8.h"

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* The next quote, or NULL.  Most strings are names and short values, for which
 * memchr costs more than the look. */
static const char *
next_quote(const char *p, const char *end)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"');
	unsigned found;
	int i;

	for (i = 0; i < 3 && end - p >= 16; i++, p += 16) {
		found = (unsigned)_mm_movemask_epi8(
		    _mm_cmpeq_epi8(_mm_loadu_si128((const void *)p), quote));
		if (found != 0)
			return p + __builtin_ctz(found);
	}
#endif
	return memchr(p, '"', (size_t)(end - p));
}

/* Past the closing quote of the string that begins at p; NULL if none. */
static const char *
skip_string(const char *p, const char *end)
{
	const char *q = p + 1;
	const char *b;

	while (q < end && (q = next_quote(q, end)) != NULL) {
		for (b = q; b[-1] == '\\'; b--)
			continue; /* stops at the opening quote at the latest */
		if ((q - b) % 2 == 0)
			return q + 1;
		q++;
	}
	return NULL;
}

/* Past the bracket that closes the one at p; NULL if none. */
static const char *
skip_nested(const char *p, const char *end)
{
	size_t depth = 0;

	while (p != NULL && p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		p++;
	}
	return NULL;
}

static const char *
skip_scalar(const char *p, const char *end)
{
	while (p < end && strchr(" \n\t\r,:]}[{\"", *p) == NULL)
		p++;
	return p;
}

size_t
ses_json_peek(const char *text, size_t len, struct ses_json *out)
{
	const char *end = text + len;
	const char *p = skip_space(text, end);
	const char *after;

	*out = (struct ses_json){.text = p};
	if (p >= end)
		return len;
	switch (*p) {
	case '"':
		after = skip_string(p, end);
		out->type = '"';
		break;
	case '{':
	case '[':
		after = skip_nested(p, end);
		out->type = *p;
		break;
	case 't':
	case 'f':
	case 'n':
		after = skip_scalar(p, end);
		out->type = *p;
		break;
	default:
		after = skip_scalar(p, end);
		out->type = *p == '-' || (*p >= '0' && *p <= '9') ? '0' : '\0';
		break;
	}
	if (after == NULL || after == p)
		out->type = '\0';
	if (out->type == '\0')
		return len;
	out->len = (size_t)(after - p);
	return (size_t)(after - text);
}

void
ses_json_walk(struct ses_json_walk *w, const struct ses_json *v)
{
	*w = (struct ses_json_walk){0};
	if (v->type != '{' && v->type != '[')
		return;
	w->p = v->text + 1;
	w->end = v->text + v->len - 1;
	w->type = v->type;
}

int
ses_json_next(
    struct ses_json_walk *w, struct ses_json *key, struct ses_json *value)
{
	struct ses_json name = {0};

	if (w->p == NULL)
		return 0;
	w->p = skip_space(w->p, w->end);
	if (w->p < w->end && *w->p == ',')
		w->p++;
	if (w->type == '{') {
		w->p += ses_json_peek(w->p, (size_t)(w->end - w->p), &name);
		w->p = skip_space(w->p, w->end);
		if (name.type != '"' || w->p >= w->end || *w->p != ':')
			goto end;
		w->p++;
	}
	w->p += ses_json_peek(w->p, (size_t)(w->end - w->p), value);
	if (value->type == '\0')
		goto end;
	if (key != NULL)
		*key = name;
	return 1;
end:
	*value = (struct ses_json){0};
	w->p = NULL;
	return 0;
}

/* Names are compared as they stand: producers do not escape plain ASCII. */
static int
named(const struct ses_json *key, const char *name, size_t len)
{
	return key->len == len + 2 && memcmp(key->text + 1, name, len) == 0;
}

static int
get(const struct ses_json *object, const char *name, size_t len,
    struct ses_json *out)
{
	struct ses_json_walk w;
	struct ses_json key = {0};

	if (object->type == '{') {
		ses_json_walk(&w, object);
		while (ses_json_next(&w, &key, out))
			if (named(&key, name, len))
				return 1;
	}
	*out = (struct ses_json){0};
	return 0;
}

int
ses_json_get(
    const struct ses_json *object, const char *name, struct ses_json *out)
{
	return get(object, name, strlen(name), out);
}

int
ses_json_path(
    const struct ses_json *object, const char *path, struct ses_json *out)
{
	struct ses_json at = *object;
	size_t len;

	for (;;) {
		len = strcspn(path, ".");
		if (!get(&at, path, len, out))
			return 0;
		if (path[len] == '\0')
			return 1;
		at = *out;
		path += len + 1;
	}
}

/* Four hex digits at p; -1 if they are none. */
static long
hex4(const char *p, const char *end)
{
	long v = 0;
	int i;

	if (end - p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		v <<= 4;
		if (p[i] >= '0' && p[i] <= '9')
			v |= p[i] - '0';
		else if ((p[i] | 32) >= 'a' && (p[i] | 32) <= 'f')
			v |= (p[i] | 32) - 'a' + 10;
		else
			return -1;
	}
	return v;
}

/* What the \u escape at p stands for; p moves past it, pairs included. */
static uint32_t
unicode(const char **p, const char *end)
{
	long hi = hex4(*p + 2, end);
	long lo;

	*p += hi < 0 ? 2 : 6;
	if (hi < 0 || (hi >= 0xdc00 && hi < 0xe000))
		return 0xfffd;
	if (hi < 0xd800 || hi >= 0xe000)
		return (uint32_t)hi;
	if (end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
		return 0xfffd;
	lo = hex4(*p + 2, end);
	if (lo < 0xdc00 || lo >= 0xe000)
		return 0xfffd;
	*p += 6;
	return 0x10000U + ((uint32_t)(hi - 0xd800) << 10) +
	       (uint32_t)(lo - 0xdc00);
}

void
ses_json_text(const struct ses_json *v, struct ses_buf *out)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *p;
	const char *end;
	const char *esc;
	const char *which;
	char utf8[4];

	if (v->type != '"')
		return;
	p = v->text + 1;
	end = v->text + v->len - 1;
	while (p < end) {
		esc = memchr(p, '\\', (size_t)(end - p));
		if (esc == NULL || esc + 1 >= end)
			esc = end;
		ses_buf_add(out, p, (size_t)(esc - p));
		p = esc;
		if (p == end)
			break;
		which = strchr(from, p[1]);
		if (p[1] == 'u') {
			ses_buf_add(
			    out, utf8, ses_utf8_put(unicode(&p, end), utf8));
			continue;
		}
		ses_buf_add(out,
		    which != NULL && *which != '\0' ? to + (which - from)
						    : p + 1,
		    1);
		p += 2;
	}
}

size_t
ses_json_offset(const struct ses_json *v, size_t n)
{
	const char *p = v->text + 1;
	const char *end = v->text + v->len - 1;
	char utf8[4];
	size_t len;

	while (n > 0 && p < end) {
		len = 1;
		if (*p != '\\' || p + 1 >= end)
			p++;
		else if (p[1] == 'u')
			len = ses_utf8_put(unicode(&p, end), utf8);
		else
			p += 2;
		if (len > n)
			return 0;
		n -= len;
	}
	return n == 0 ? (size_t)(p - v->text) : 0;
}

int
ses_json_is(const struct ses_json *v, const char *text)
{
	struct ses_buf b = {0};
	size_t len = strlen(text);
	int same;

	if (v->type != '"')
		return 0;
	if (memchr(v->text, '\\', v->len) == NULL)
		return v->len == len + 2 && memcmp(v->text + 1, text, len) == 0;
	ses_json_text(v, &b);
	same = !b.bad && b.len == len &&
	       (len == 0 || memcmp(b.data, text, len) == 0);
	ses_buf_free(&b);
	return same;
}

int
ses_json_u64(const struct ses_json *v, uint64_t *out)
{
	return v->type == '0' ? ses_str_u64n(v->text, v->len, out) : -1;
}

void
ses_json_compact(struct ses_buf *out, const struct ses_json *v)
{
	const char *from = v->text; /* [from, p) is to be kept */
	const char *p = from;
	const char *end = p + v->len;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			if (p == NULL)
				p = end;
		} else if (skip_space(p, end) > p) {
			ses_buf_add(out, from, (size_t)(p - from));
			from = p = skip_space(p, end);
		} else {
			p++;
		}
	}
	ses_buf_add(out, from, (size_t)(p - from));
}

void
ses_json_quote(struct ses_buf *out, const char *s, size_t len)
{
	uint32_t c = 0;
	size_t n;
	size_t run = 0;

	ses_buf_add(out, "\"", 1);
	while (run < len) {
		run = (size_t)(ses_json_plain(s + run, s + len) - s);
		if (run == len)
			break;
		n = ses_utf8_next(s + run, len - run, &c);
		if (n > 0 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
			run += n;
			continue;
		}
		ses_buf_add(out, s, run);
		if (n == 0)
			ses_buf_str(out, "\xef\xbf\xbd");
		else if (c == '"' || c == '\\')
			ses_buf_fmt(out, "\\%c", (char)c);
		else if (c == '\n')
			ses_buf_str(out, "\\n");
		else if (c == '\t')
			ses_buf_str(out, "\\t");
		else if (c == '\r')
			ses_buf_str(out, "\\r");
		else
			ses_buf_fmt(out, "\\u%04x", c);
		run += n == 0 ? 1 : n;
		s += run;
		len -= run;
		run = 0;
	}
	ses_buf_add(out, s, len);
	ses_buf_add(out, "\"", 1);
}
