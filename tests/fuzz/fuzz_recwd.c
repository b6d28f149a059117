/*
 * Any bytes on their way to another working directory, in pieces of any size:
 * nothing but strings that name the old one changes, whatever the pieces are;
 * to the same one nothing does.  What another reader finds in a line that is
 * JSON is what was there, but for those strings, and they are what they should
 * be; so for a document of several lines.  The first byte says how large the
 * pieces are.
 */
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "fuzz/fuzz.h"
#include "harness/recwd.h"

static const char *const paths[] = {
    "cwd", "payload.cwd", "payload.roots.*", "payload.state.*.cwd", NULL};

static const char from[] = "/old/\xc3\xa9";
static const char to[] = "/n\"w\\\xc3\xa9";

static uint64_t
push(const uint8_t *data, size_t len, size_t piece, const char *new,
    int document, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_buf(out);
	struct ses_recwd r = {.paths = paths,
	    .from = from,
	    .to = new,
	    .next = &sink,
	    .document = document};
	struct ses_sink in = ses_recwd_sink(&r);
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = len < piece ? len : piece;
		MUST(ses_sink_write(&in, data, n, &err) == 0);
	}
	MUST(ses_recwd_end(&r, &err) == 0);
	return r.changed;
}

/* What the string must read afterwards; NULL: as it did. */
static json_t *
moved(const json_t *v)
{
	const char *s = json_string_value(v);
	size_t len = json_string_length(v);
	size_t n = strlen(from);
	struct ses_buf b = {0};
	json_t *out;

	if (s == NULL || len < n || memcmp(s, from, n) != 0 ||
	    (len > n && s[n] != '/'))
		return NULL;
	ses_buf_str(&b, to);
	ses_buf_add(&b, s + n, len - n);
	MUST(!b.bad);
	out = json_stringn(b.data, b.len);
	ses_buf_free(&b);
	return out;
}

static void
move_member(json_t *object, const char *name)
{
	json_t *v = moved(json_object_get(object, name));

	if (v != NULL)
		MUST(json_object_set_new(object, name, v) == 0);
}

/* The same by way of a tree. */
static void
move_all(json_t *doc)
{
	json_t *payload = json_object_get(doc, "payload");
	json_t *roots = json_object_get(payload, "roots");
	json_t *state = json_object_get(payload, "state");
	const char *name;
	json_t *v;
	json_t *new;
	void *next;
	size_t i;

	move_member(doc, "cwd");
	move_member(payload, "cwd");
	for (i = 0; i < json_array_size(roots); i++) {
		new = moved(json_array_get(roots, i));
		if (new != NULL)
			MUST(json_array_set_new(roots, i, new) == 0);
	}
	json_object_foreach_safe(roots, next, name, v)
	{
		new = moved(v);
		if (new != NULL)
			MUST(json_object_set_new(roots, name, new) == 0);
	}
	for (i = 0; i < json_array_size(state); i++)
		move_member(json_array_get(state, i), "cwd");
	json_object_foreach(state, name, v) move_member(v, "cwd");
}

/* One line, or document, before and after. */
static void
check_line(const char *was, size_t was_len, const char *is, size_t is_len)
{
	const size_t how = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
	json_t *doc = json_loadb(was, was_len, how, NULL);
	json_t *now;

	/* longer strings are no paths; names with escapes are not known */
	if (json_is_object(doc) && was_len < 8192 &&
	    memchr(was, '\\', was_len) == NULL) {
		now = json_loadb(is, is_len, how, NULL);
		MUST(now != NULL);
		move_all(doc);
		MUST(json_equal(doc, now));
		json_decref(now);
	} else if (doc != NULL) {
		now = json_loadb(is, is_len, how, NULL);
		MUST(now != NULL);
		json_decref(now);
	}
	json_decref(doc);
}

static void
check_lines(const char *was, size_t was_len, const struct ses_buf *is)
{
	const char *p = is->data;
	size_t left = is->len;
	const char *a;
	const char *b;
	size_t n;
	size_t k;

	while (was_len > 0) {
		a = memchr(was, '\n', was_len);
		n = a == NULL ? was_len : (size_t)(a - was);
		b = left == 0 ? NULL : memchr(p, '\n', left);
		k = b == NULL ? left : (size_t)(b - p);
		MUST((a == NULL) == (b == NULL));
		check_line(was, n, p, k);
		n += a != NULL;
		k += b != NULL;
		was += n;
		was_len -= n;
		p += k;
		left -= k;
	}
	MUST(left == 0);
}

static void
check(const uint8_t *data, size_t len, size_t piece, int document)
{
	struct ses_buf whole = {0};
	struct ses_buf pieces = {0};
	struct ses_buf same = {0};
	uint64_t changed = push(data, len, len, to, document, &whole);

	MUST(push(data, len, piece, to, document, &pieces) == changed);
	MUST(whole.len == pieces.len);
	MUST(memcmp(whole.data, pieces.data, whole.len) == 0);
	MUST(push(data, len, piece, from, document, &same) == 0);
	MUST(same.len == len && memcmp(same.data, data, len) == 0);
	if (changed == 0)
		MUST(whole.len == len && memcmp(whole.data, data, len) == 0);
	if (document)
		check_line((const char *)data, len, whole.data, whole.len);
	else
		check_lines((const char *)data, len, &whole);
	ses_buf_free(&whole);
	ses_buf_free(&pieces);
	ses_buf_free(&same);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t piece;

	if (len < 2)
		return 0;
	piece = (size_t)data[0] % 17 + 1;
	check(data + 1, len - 1, piece, 0);
	check(data + 1, len - 1, piece, 1);
	return 0;
}
