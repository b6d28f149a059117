#include <string.h>

#include "redact/around.h"
#include "redact/view.h"

/* So far behind the id of an AWS key its secret is looked for. */
#define PAIR_MAX 160

#define AWS_ID     20
#define AWS_SECRET 40

#define SQUARE_MIN 60
#define SQUARE_MAX 68

#define GOOGLE_MIN 40

/* No token is longer. */
#define RUN_MAX 1024

/* What stands before and behind the anchor. */
struct around {
	int (*before)(int c);
	int (*behind)(int c);
	size_t before_min;
	size_t before_max;
	size_t anchor;
	size_t behind_min;
	size_t behind_max;
};

static int
hex(int c)
{
	return ses_view_digit(c) || (c >= 'a' && c <= 'f');
}

static int
word(int c)
{
	return ses_view_alnum(c) || c == '_' || c == '-';
}

/* Without what fills it up. */
static int
base64(int c)
{
	return ses_view_alnum(c) || c == '+' || c == '/';
}

static int
any_base64(int c)
{
	return base64(c) || c == '-' || c == '_' || c == '=';
}

static int
azure_secret(int c)
{
	return ses_view_alnum(c) || c == '.' || c == '_' || c == '~' ||
	       c == '-';
}

static int
session(int c)
{
	return ses_view_alnum(c) || c == '.' || c == '_';
}

/* Bytes only: where there are escapes the text is read decoded once more. */
static int
find(const struct around *a, const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	const char *behind = at + a->anchor;
	const char *from = at;
	const char *to;

	while (from > base && (size_t)(at - from) < a->before_max &&
	       a->before(from[-1]))
		from--;
	/* The letter of an escape is none of the secret. */
	while (from < at && ses_view_align(base, from, end) != from)
		from++;
	if ((size_t)(at - from) < a->before_min)
		return 0;
	if (from > base && a->before(from[-1]) &&
	    ses_view_word_before(base, from))
		return 0;
	for (to = behind; to < end && (size_t)(to - behind) < a->behind_max &&
			  a->behind(*to);
	     to++)
		continue;
	if ((size_t)(to - behind) < a->behind_min ||
	    (to < end && a->behind(*to)))
		return 0;
	hit->from = hit->body = from;
	hit->to = hit->end = to;
	return 1;
}

int
ses_around_telegram(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const struct around a = {.before = ses_view_digit,
	    .behind = word,
	    .before_min = 8,
	    .before_max = 10,
	    .anchor = sizeof(":AA") - 1,
	    .behind_min = 30,
	    .behind_max = 36};

	return find(&a, base, at, end, hit);
}

int
ses_around_atlas(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const struct around a = {.before = ses_view_alnum,
	    .behind = word,
	    .before_min = 14,
	    .before_max = 14,
	    .anchor = sizeof(".atlasv1.") - 1,
	    .behind_min = 40,
	    .behind_max = 100};

	return find(&a, base, at, end, hit);
}

int
ses_around_azure(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const struct around a = {.before = ses_view_alnum,
	    .behind = ses_view_alnum,
	    .before_min = 40,
	    .before_max = 60,
	    .anchor = sizeof("JQQJ99") - 1,
	    .behind_min = 20,
	    .behind_max = 32};

	return find(&a, base, at, end, hit);
}

int
ses_around_mailchimp(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const struct around a = {.before = hex,
	    .behind = ses_view_digit,
	    .before_min = 32,
	    .before_max = 32,
	    .anchor = sizeof("-us") - 1,
	    .behind_min = 1,
	    .behind_max = 2};

	return find(&a, base, at, end, hit);
}

int
ses_around_firebase(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const struct around a = {.before = word,
	    .behind = word,
	    .before_min = 11,
	    .before_max = 11,
	    .anchor = sizeof(":APA91b") - 1,
	    .behind_min = 100,
	    .behind_max = 200};

	return find(&a, base, at, end, hit);
}

int
ses_around_azure_key(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const struct {
		const char *mark;
		size_t before;
		size_t behind;
	} keys[] = {
	    {"AZDO", 76, 4},
	    {"+ASt", 76, 6},
	    {"ACDb", 76, 6},
	    {"+ACR", 42, 6},
	    {"AzFu", 44, 6},
	    {"AzSe", 42, 6},
	};
	struct around a = {.before = any_base64, .behind = any_base64};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		a.anchor = strlen(keys[i].mark);
		if ((size_t)(end - at) < a.anchor ||
		    memcmp(at, keys[i].mark, a.anchor) != 0)
			continue;
		a.before_min = a.before_max = keys[i].before;
		a.behind_min = keys[i].behind;
		a.behind_max = keys[i].behind + strlen("==");
		return find(&a, base, at, end, hit);
	}
	return 0;
}

int
ses_around_azure_secret(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const struct around a = {.before = azure_secret,
	    .behind = azure_secret,
	    .before_min = 4,
	    .before_max = 4,
	    .anchor = sizeof("Q~") - 1,
	    .behind_min = 31,
	    .behind_max = 35};

	return find(&a, base, at + 1, end, hit);
}

int
ses_around_newrelic(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const struct around a = {.before = ses_view_alnum,
	    .behind = ses_view_alnum,
	    .before_min = 36,
	    .before_max = 36,
	    .anchor = sizeof("NRAL") - 1};

	return find(&a, base, at, end, hit);
}

/* The characters from p on that are of the kind, as many as any token has. */
static size_t
run(const char *p, const char *end, int (*is)(int c))
{
	const char *q = p;

	if (end - p > RUN_MAX)
		end = p + RUN_MAX;
	while (q < end && is(*q))
		q++;
	return (size_t)(q - p);
}

/* Letters of both cases and digits, and few slashes: neither a hash nor a
 * name nor a path. */
static int
mixed(const char *p, size_t len)
{
	int slashes = 0;
	int kinds = 0;

	for (; len > 0; len--, p++) {
		slashes += *p == '/' ? 1 : 0;
		kinds |= ses_view_digit(*p)       ? 1
			 : *p >= 'a' && *p <= 'z' ? 2
			 : *p >= 'A' && *p <= 'Z' ? 4
						  : 0;
	}
	return kinds == 7 && slashes < 4;
}

int
ses_around_aws(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	const char *p = at + AWS_ID;
	const char *stop;
	size_t len;
	int c;

	if (ses_view_word_before(base, at) ||
	    run(at, end, ses_view_alnum) != AWS_ID)
		return 0;
	stop = end - p > PAIR_MAX ? p + PAIR_MAX : end;
	for (; p < stop; p += len) {
		len = run(p, end, base64);
		if (len == AWS_SECRET && mixed(p, len)) {
			hit->from = hit->body = p;
			hit->to = hit->end = p + len;
			return 1;
		}
		/* The secret behind another id is that one's. */
		if (len == AWS_ID && memcmp(p, at, strlen("AKIA")) == 0)
			return 0;
		if (len == 0)
			len = ses_view_next(p, end, &c);
	}
	return 0;
}

/* Letters and digits, or with what the keys of GoCardless have besides. */
#define LIVE_ANY 40
#define LIVE_MIN 30

int
ses_around_live(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	const char *p = at + strlen("live_");
	size_t len = run(p, end, word);

	/* Others write "pk_live_", and that may be public. */
	if ((at > base && at[-1] == '_') || ses_view_word_before(base, at) ||
	    len < LIVE_MIN ||
	    (len != LIVE_ANY && run(p, end, ses_view_alnum) != len))
		return 0;
	hit->from = at;
	hit->body = p;
	hit->to = hit->end = p + len;
	return 1;
}

/* Tokens that begin as much else in base64 does: whether n characters of such
 * a word stand at at, and neither before nor behind them more of a blob. */
static int
stands_alone(const char *base, const char *at, const char *end, size_t n)
{
	return !ses_view_word_before(base, at) &&
	       (at == base || (at[-1] != '/' && at[-1] != '+')) &&
	       (at + n == end || !any_base64(at[n]));
}

int
ses_around_square(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	size_t len = run(at, end, word);

	if (len < SQUARE_MIN || len > SQUARE_MAX ||
	    !stands_alone(base, at, end, len))
		return 0;
	hit->from = at;
	hit->body = at + strlen("EAAA");
	hit->to = hit->end = at + len;
	return 1;
}

int
ses_around_google(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	const char *p = at + strlen("1//0");
	size_t len = run(p, end, word);

	if (len < GOOGLE_MIN ||
	    !stands_alone(base, at, end, len + (size_t)(p - at)))
		return 0;
	hit->from = at;
	hit->body = p;
	hit->to = hit->end = p + len;
	return 1;
}

int
ses_around_maxmind(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit)
{
	static const struct around a = {.before = session,
	    .behind = word,
	    .before_min = 36,
	    .before_max = 36,
	    .anchor = sizeof("_mmk") - 1};

	return find(&a, base, at, end, hit);
}
