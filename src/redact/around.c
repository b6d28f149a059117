#include "redact/around.h"
#include "redact/view.h"

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
	if ((size_t)(at - from) < a->before_min ||
	    ses_view_align(base, from, end) != from)
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
