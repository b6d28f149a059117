/* Walking over JSON without checking all of it; json_check.c is strict. */
#include <string.h>

#include "base/json.h"
#include "base/json_plain.h"
#include "base/json_skip.h"
#include "base/str.h"
#include "base/utf8.h"

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

static const char *
skip_scalar(const char *p, const char *end)
{
	static const unsigned char ends[256] = {['\0'] = 1,
	    [' '] = 1,
	    ['\n'] = 1,
	    ['\t'] = 1,
	    ['\r'] = 1,
	    [','] = 1,
	    [':'] = 1,
	    ['"'] = 1,
	    ['['] = 1,
	    [']'] = 1,
	    ['{'] = 1,
	    ['}'] = 1};

	while (p < end && !ends[(unsigned char)*p])
		p++;
	return p;
}

/* Past the string at p.  Most are names and short values, which end within
 * the first bytes. */
static inline const char *
skip_string(const char *p, const char *end)
{
#if defined(__SSE2__)
	__m128i x;
	unsigned quote;
	unsigned slash;

	if (end - p > 16) {
		x = _mm_loadu_si128((const void *)(p + 1));
		quote = (unsigned)_mm_movemask_epi8(
		    _mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
		slash = (unsigned)_mm_movemask_epi8(
		    _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
		if (quote != 0 && (slash & ((quote & -quote) - 1)) == 0)
			return p + __builtin_ctz(quote) + 2;
	}
#endif
	return ses_json_skip_string(p, end);
}

/* The value at p, which is no white space; past it, or NULL. */
static inline const char *
take(const char *p, const char *end, struct ses_json *out)
{
	const char *after;
	char type = *p;

	switch (type) {
	case '"':
		after = skip_string(p, end);
		break;
	case '{':
	case '[':
		after = ses_json_skip_out(p + 1, end);
		break;
	case 't':
	case 'f':
	case 'n':
		after = skip_scalar(p, end);
		break;
	default:
		if (type != '-' && (type < '0' || type > '9'))
			return NULL;
		type = '0';
		after = skip_scalar(p, end);
		break;
	}
	if (after != NULL)
		*out = (struct ses_json){p, (size_t)(after - p), type};
	return after;
}

size_t
ses_json_peek(const char *text, size_t len, struct ses_json *out)
{
	const char *end = text + len;
	const char *p = skip_space(text, end);
	const char *after = p < end ? take(p, end, out) : NULL;

	if (after == NULL) {
		*out = (struct ses_json){.text = p};
		return len;
	}
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
ses_json_name(struct ses_json_walk *w, struct ses_json *key)
{
	const char *p = w->p;
	const char *end = w->end;

	*key = (struct ses_json){0};
	if (w->type == '\0')
		return 0;
	p = skip_space(p, end);
	if (p < end && *p == ',')
		p = skip_space(p + 1, end);
	if (w->type == '{') {
		if (p >= end || *p != '"')
			goto end;
		p = take(p, end, key);
		if (p == NULL)
			goto end;
		p = skip_space(p, end);
		if (p >= end || *p != ':')
			goto end;
		p = skip_space(p + 1, end);
	}
	w->p = p;
	return 1;
end:
	w->type = '\0';
	return 0;
}

int
ses_json_value(struct ses_json_walk *w, struct ses_json *value)
{
	const char *p = w->p < w->end ? take(w->p, w->end, value) : NULL;

	if (p == NULL) {
		*value = (struct ses_json){0};
		w->type = '\0';
		return 0;
	}
	w->p = p;
	return 1;
}

int
ses_json_next(
    struct ses_json_walk *w, struct ses_json *key, struct ses_json *value)
{
	struct ses_json name;

	if (!ses_json_name(w, &name)) {
		*value = (struct ses_json){0};
		return 0;
	}
	if (!ses_json_value(w, value))
		return 0;
	if (key != NULL)
		*key = name;
	return 1;
}

void
ses_json_open(struct ses_json_walk *w, const char *text, size_t len)
{
	const char *end = text + len;
	const char *p = skip_space(text, end);

	*w = (struct ses_json_walk){0};
	if (p >= end || (*p != '{' && *p != '['))
		return;
	w->from = text;
	w->text = p;
	w->p = p + 1;
	w->end = end;
	w->type = *p;
}

size_t
ses_json_close(struct ses_json_walk *w, struct ses_json *out)
{
	const char *p;

	*out = (struct ses_json){0};
	w->type = '\0';
	if (w->from == NULL)
		return 0;
	p = skip_space(w->p, w->end);
	p = p < w->end && (*p == '}' || *p == ']')
		? p + 1
		: ses_json_skip_out(p, w->end);
	if (p == NULL)
		return 0;
	*out = (struct ses_json){w->text, (size_t)(p - w->text), *w->text};
	return (size_t)(p - w->from);
}

void
ses_json_enter(const struct ses_json_walk *w, struct ses_json_walk *inner)
{
	ses_json_open(inner, w->p, (size_t)(w->end - w->p));
}

int
ses_json_leave(struct ses_json_walk *w, struct ses_json_walk *inner,
    struct ses_json *value)
{
	size_t used = ses_json_close(inner, value);

	if (used == 0) /* of no members, or nothing closes it */
		return ses_json_value(w, value);
	w->p += used;
	return 1;
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

/* What a letter behind a backslash stands for; others stand for themselves. */
static char
one_escape(char c)
{
	switch (c) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return c;
	}
}

/* Write what stands from p on to *to, which has room for as many bytes and
 * moves past what is written; to end or up to the first \u. */
static const char *
unescape(const char *p, const char *end, char **to)
{
	char *w = *to;

	while (p < end) {
#if defined(__SSE2__)
		if (end - p >= 16) {
			__m128i x = _mm_loadu_si128((const void *)p);
			unsigned slash = (unsigned)_mm_movemask_epi8(
			    _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
			int n = slash == 0 ? 16 : __builtin_ctz(slash);

			_mm_storeu_si128((void *)w, x);
			w += n;
			p += n;
			if (slash == 0)
				continue;
		}
#endif
		if (*p != '\\' || p + 1 == end) {
			*w++ = *p++;
			continue;
		}
		if (p[1] == 'u')
			break;
		*w++ = one_escape(p[1]);
		p += 2;
	}
	*to = w;
	return p;
}

void
ses_json_text(const struct ses_json *v, struct ses_buf *out)
{
	const char *p;
	const char *end;
	char *room;
	char *to;
	char utf8[4];

	if (v->type != '"')
		return;
	p = v->text + 1;
	end = v->text + v->len - 1;
	while (p < end) {
		room = to = ses_buf_room(out, (size_t)(end - p));
		if (room == NULL)
			return;
		p = unescape(p, end, &to);
		ses_buf_grew(out, (size_t)(to - room));
		if (p < end)
			ses_buf_add(
			    out, utf8, ses_utf8_put(unicode(&p, end), utf8));
	}
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
			p = ses_json_skip_string(p, end);
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
