#include <string.h>

#include "base/str.h"
#include "github/block.h"
#include "github/scalar.h"

#define WARNING                                                                \
	"<!-- WARNING: Machine-generated. Manual edits may break erk "         \
	"tooling. -->"
#define CLOSE "<!-- /erk:metadata-block"

static size_t
count_chars(const char *s, size_t len)
{
	size_t n = 0;

	/* every byte but those that go on with a character */
	for (; len > 0; s++, len--)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

int
ses_body_check(const char *body, size_t len, struct seshat_err *err)
{
	size_t n = count_chars(body, len);

	if (n > SES_BODY_CHARS)
		return ses_fail(err, SESHAT_ELIMIT,
		    "the body has %zu characters, GitHub takes at most %u", n,
		    SES_BODY_CHARS);
	return 0;
}

static int
is_same(const struct ses_field *a, const struct ses_field *b)
{
	if (a->kind != b->kind)
		return 0;
	return a->kind == SES_FIELD_NULL || strcmp(a->text, b->text) == 0;
}

static int
check_literal(const struct ses_field *f, struct seshat_err *err)
{
	if (f->kind == SES_FIELD_NULL ||
	    (f->kind == SES_FIELD_INT && ses_scalar_is_decimal(f->text)) ||
	    (f->kind == SES_FIELD_BOOL && (strcmp(f->text, "true") == 0 ||
					      strcmp(f->text, "false") == 0)))
		return 0;
	return ses_fail(
	    err, SESHAT_EUSAGE, "the value is neither text nor a number");
}

static int
write_value(struct ses_buf *out, const struct ses_field *f, size_t column,
    const char *eol, struct seshat_err *err)
{
	if (f->kind == SES_FIELD_TEXT) {
		if (strstr(f->text, CLOSE) != NULL)
			return ses_fail(err, SESHAT_EFORMAT,
			    "the value holds the mark that ends a block, "
			    "'%s'",
			    CLOSE);
		return ses_scalar_value(out, f->text, column, eol, err);
	}
	if (check_literal(f, err) < 0)
		return -1;
	ses_buf_str(out, " ");
	ses_buf_str(out, f->kind == SES_FIELD_NULL ? "null" : f->text);
	return ses_buf_check(out, err);
}

/* The lines of a field, without the end of the last. */
static int
write_field(struct ses_buf *out, const struct ses_field *f, const char *eol,
    struct seshat_err *err)
{
	size_t at = out->len;

	if (ses_scalar_key(out, f->name, err) < 0)
		return -1;
	if (write_value(out, f, count_chars(out->data + at, out->len - at), eol,
		err) < 0)
		return ses_fail_in(err, "'%.60s'", f->name);
	return 0;
}

/* What was written must say what was meant: a value may hold what ends the
 * block early. */
static int
check_written(const struct ses_buf *text, const char *key, size_t n,
    const struct ses_block_set *set, struct seshat_err *err)
{
	struct ses_metadata b = {0};
	const struct ses_field *f;
	size_t i;
	int rc = 0;

	if (ses_block_find(text->data, text->len, key, &b, err) < 0) {
		if (err->code == SESHAT_ENOTFOUND)
			err->code = SESHAT_EFORMAT;
		return ses_fail_in(err, "the values would break the block");
	}
	if (b.n != n)
		rc = ses_fail(
		    err, SESHAT_EFORMAT, "the values would break the block");
	for (i = 0; i < set->n && rc == 0; i++) {
		f = ses_block_get(&b, set->fields[i].name);
		if (f == NULL || !is_same(f, &set->fields[i]))
			rc = ses_fail(err, SESHAT_EFORMAT,
			    "'%.60s' would not be read back as it was given",
			    set->fields[i].name);
	}
	ses_block_free(&b);
	return rc;
}

static int
check_key(const char *key, struct seshat_err *err)
{
	static const char ok[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz"
				 "0123456789-_";

	if (key[0] == '\0' || key[strspn(key, ok)] != '\0')
		return ses_fail(
		    err, SESHAT_EUSAGE, "'%.60s' is no key of a block", key);
	return 0;
}

int
ses_block_render(const char *key, const struct ses_field *fields, size_t n,
    struct ses_buf *out, struct seshat_err *err)
{
	const struct ses_block_set all = {fields, n};
	struct ses_buf b = {0};
	size_t i;
	int rc = -1;

	if (check_key(key, err) < 0)
		return -1;
	if (n == 0)
		return ses_fail(
		    err, SESHAT_EUSAGE, "a block has one field at least");
	ses_buf_fmt(&b,
	    WARNING "\n<!-- erk:metadata-block:%s -->\n<details>\n"
		    "<summary><code>%s</code></summary>\n\n```yaml\n\n",
	    key, key);
	for (i = 0; i < n; i++) {
		if (write_field(&b, &fields[i], "\n", err) < 0)
			goto out;
		ses_buf_str(&b, "\n");
	}
	ses_buf_fmt(&b, "\n```\n\n</details>\n" CLOSE ":%s -->", key);
	if (ses_buf_check(&b, err) < 0 ||
	    check_written(&b, key, n, &all, err) < 0)
		goto out;
	ses_buf_add(out, b.data, b.len);
	rc = ses_buf_check(out, err);
out:
	ses_buf_free(&b);
	return rc;
}

static const char *
line_end(const char *body, const struct ses_metadata *b)
{
	const char *at = memchr(body + b->begin, '\n', b->end - b->begin);

	return at != NULL && at > body + b->begin && at[-1] == '\r' ? "\r\n"
								    : "\n";
}

/* How long the WARNING line is that ends where len bytes end; 0: none does. */
static size_t
warning_before(const char *body, size_t len)
{
	size_t end = len;

	if (end == 0 || body[end - 1] != '\n')
		return 0;
	end -= end > 1 && body[end - 2] == '\r' ? 2 : 1;
	if (end < strlen(WARNING) ||
	    memcmp(body + end - strlen(WARNING), WARNING, strlen(WARNING)) != 0)
		return 0;
	return len - end + strlen(WARNING);
}

/* All in front of the block, with one WARNING line at its end. */
static void
write_before(struct ses_buf *out, const char *body,
    const struct ses_metadata *b, const char *eol)
{
	size_t one = warning_before(body, b->begin);
	size_t begin = b->begin - one;
	size_t more;

	while ((more = warning_before(body, begin)) > 0)
		begin -= more;
	ses_buf_add(out, body, begin);
	if (one > 0)
		ses_buf_add(out, body + b->begin - one, one);
	else
		ses_buf_fmt(out, WARNING "%s", eol);
}

/* What a field is to become; NULL: it stays. */
static const struct ses_field *
new_value(
    const struct ses_metadata *b, size_t i, const struct ses_block_set *set)
{
	const struct ses_field *old = &b->fields[i];
	size_t k;

	for (k = 0; k < set->n; k++)
		if (strcmp(set->fields[k].name, old->name) == 0 &&
		    ses_block_get(b, old->name) == old)
			return is_same(old, &set->fields[k]) ? NULL
							     : &set->fields[k];
	return NULL;
}

/* The body from the block on.  Answers how many fields were written. */
static int
write_block(struct ses_buf *out, const char *body, const struct ses_metadata *b,
    const struct ses_block_set *set, struct seshat_err *err)
{
	const char *eol = line_end(body, b);
	const struct ses_field *f;
	size_t at = b->begin;
	size_t i;
	int n = 0;

	for (i = 0; i < b->n; i++) {
		f = new_value(b, i, set);
		if (f == NULL)
			continue;
		ses_buf_add(out, body + at, b->fields[i].begin - at);
		if (write_field(out, f, eol, err) < 0)
			return -1;
		at = b->fields[i].end;
		n++;
	}
	ses_buf_add(out, body + at, b->fields[b->n - 1].end - at);
	at = b->fields[b->n - 1].end;
	for (i = 0; i < set->n; i++) {
		if (ses_block_get(b, set->fields[i].name) != NULL)
			continue;
		ses_buf_str(out, eol);
		if (write_field(out, &set->fields[i], eol, err) < 0)
			return -1;
		n++;
	}
	ses_buf_add(out, body + at, b->end - at);
	return n;
}

static size_t
count_new(const struct ses_metadata *b, const struct ses_block_set *set)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < set->n; i++)
		n += ses_block_get(b, set->fields[i].name) == NULL;
	return n;
}

int
ses_block_update(const char *body, size_t len, const char *key,
    const struct ses_block_set *set, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_metadata b = {0};
	struct ses_buf new = {0};
	int changed;
	int rc = -1;

	if (ses_block_find(body, len, key, &b, err) < 0)
		return -1;
	if (b.inlined) {
		ses_fail(err, SESHAT_EFORMAT,
		    "the fields of '%s' stand on one line; write one a line, "
		    "'name: value', without braces",
		    key);
		goto out;
	}
	write_before(&new, body, &b, line_end(body, &b));
	changed = write_block(&new, body, &b, set, err);
	if (changed < 0)
		goto out;
	if (changed == 0) {
		ses_buf_add(out, body, len);
		rc = ses_buf_check(out, err);
		goto out;
	}
	ses_buf_add(&new, body + b.end, len - b.end);
	if (ses_buf_check(&new, err) < 0 ||
	    ses_body_check(new.data, new.len, err) < 0 ||
	    check_written(&new, key, b.n + count_new(&b, set), set, err) < 0)
		goto out;
	ses_buf_add(out, new.data, new.len);
	rc = ses_buf_check(out, err) < 0 ? -1 : 1;
out:
	ses_block_free(&b);
	ses_buf_free(&new);
	return rc;
}
