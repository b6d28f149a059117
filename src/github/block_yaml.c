#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "github/block_yaml.h"
#include "github/scalar.h"

#define DEPTH 16

/* The YAML of a block, event by event, so that nothing is expanded. */
struct reading {
	const char *body;
	size_t begin;
	size_t end;
	struct ses_metadata *out;
	size_t room;  /* for fields */
	size_t chars; /* how many characters... */
	size_t at;    /* ...lead to this byte of the body */
	size_t value; /* where the value of the last field begins */
	unsigned depth;
	int documents;
	int wants_value; /* the last field has none yet */
};

/* libyaml counts characters.  It counts them upwards, but for the marks of
 * what is not there. */
static size_t
byte_of(struct reading *r, size_t chars)
{
	uint32_t c;
	size_t n;

	if (chars < r->chars) {
		r->chars = 0;
		r->at = r->begin;
	}
	for (; r->chars < chars && r->at < r->end; r->chars++) {
		n = ses_utf8_next(r->body + r->at, r->end - r->at, &c);
		r->at += n > 0 ? n : 1;
	}
	return r->at;
}

/* How long the line break is that stands here, for libyaml. */
static size_t
break_at(const struct reading *r, size_t at)
{
	const char *p = r->body + at;
	size_t left = r->end - at;

	if (left >= 1 && (*p == '\n' || *p == '\r'))
		return 1;
	if (left >= 2 && memcmp(p, "\xc2\x85", 2) == 0)
		return 2;
	if (left >= 3 && (memcmp(p, "\xe2\x80\xa8", 3) == 0 ||
			     memcmp(p, "\xe2\x80\xa9", 3) == 0))
		return 3;
	return 0;
}

static int
begins_line(const struct reading *r, size_t at)
{
	size_t n;

	if (at == r->begin)
		return 1;
	for (n = 1; n <= 3 && at >= r->begin + n; n++)
		if (break_at(r, at - n) == n)
			return 1;
	return 0;
}

static struct ses_field *
last(const struct reading *r)
{
	return &r->out->fields[r->out->n - 1];
}

/* The lines of the last field are known when the next one begins: they end
 * with its value's, not with what is empty below it. */
static void
end_field(struct reading *r, size_t limit)
{
	struct ses_field *f;
	size_t end;

	if (r->out->n == 0)
		return;
	f = last(r);
	end = f->end < limit ? f->end : limit;
	while (end > f->begin && strchr(" \t\r\n", r->body[end - 1]) != NULL)
		end--;
	while (end < limit && break_at(r, end) == 0)
		end++;
	f->end = end;
}

static int
add_field(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	struct ses_metadata *b = r->out;
	const char *name = (const char *)e->data.scalar.value;
	struct ses_field *more;
	size_t at = byte_of(r, e->start_mark.index);

	if (e->data.scalar.tag != NULL)
		return ses_fail(
		    err, SESHAT_EFORMAT, "the name of a field has a tag");
	if (strlen(name) != e->data.scalar.length)
		return ses_fail(
		    err, SESHAT_EFORMAT, "the name of a field has a NUL");
	if (b->n == SES_BLOCK_FIELDS)
		return ses_fail(err, SESHAT_ELIMIT,
		    "more than %d fields are too many", SES_BLOCK_FIELDS);
	while (!b->inlined && !begins_line(r, at))
		at--;
	end_field(r, at);
	more = ses_grow(b->fields, b->n, &r->room, sizeof(*more));
	if (more == NULL)
		return ses_fail_nomem(err);
	b->fields = more;
	b->fields[b->n++] = (struct ses_field){.begin = at, .end = at};
	last(r)->name = ses_str_dup(name);
	if (last(r)->name == NULL)
		return ses_fail_nomem(err);
	r->wants_value = 1;
	return 0;
}

/* What a plain scalar stands for; a time is text, as it was meant. */
static enum ses_field_kind
kind_of_plain(const char **text)
{
	switch (ses_scalar_type(*text)) {
	case SES_SCALAR_NULL:
		*text = NULL;
		return SES_FIELD_NULL;
	case SES_SCALAR_BOOL:
		*text = strchr("yYtT", **text) != NULL ||
				strcmp(*text + 1, "n") == 0 ||
				strcmp(*text + 1, "N") == 0
			    ? "true"
			    : "false";
		return SES_FIELD_BOOL;
	case SES_SCALAR_INT:
		return ses_scalar_is_decimal(*text) ? SES_FIELD_INT
						    : SES_FIELD_OTHER;
	case SES_SCALAR_TEXT:
	case SES_SCALAR_TIME:
		return SES_FIELD_TEXT;
	case SES_SCALAR_FLOAT:
	case SES_SCALAR_MARK:
	default:
		return SES_FIELD_OTHER;
	}
}

static int
take_scalar(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	const char *text = (const char *)e->data.scalar.value;
	struct ses_field *f = last(r);

	f->end = byte_of(r, e->end_mark.index);
	if (e->data.scalar.tag != NULL || strlen(text) != e->data.scalar.length)
		f->kind = SES_FIELD_OTHER;
	else if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		f->kind = kind_of_plain(&text);
	else
		f->kind = SES_FIELD_TEXT;
	if (f->kind == SES_FIELD_OTHER)
		f->text = ses_str_ndup(r->body + r->value, f->end - r->value);
	else if (text != NULL)
		f->text = ses_str_dup(text);
	return f->kind != SES_FIELD_NULL && f->text == NULL
		   ? ses_fail_nomem(err)
		   : 0;
}

/* What nests is kept as it stands. */
static int
take_nested(struct reading *r, struct seshat_err *err)
{
	struct ses_field *f = last(r);

	f->kind = SES_FIELD_OTHER;
	f->text = ses_str_ndup(
	    r->body + r->value, f->end > r->value ? f->end - r->value : 0);
	return f->text == NULL ? ses_fail_nomem(err) : 0;
}

static int
begin_nested(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	int map = e->type == YAML_MAPPING_START_EVENT;

	if (r->depth == 0) {
		if (!map || e->data.mapping_start.tag != NULL)
			return ses_fail(err, SESHAT_EFORMAT,
			    "no mapping of names to values");
		r->out->inlined =
		    e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
	} else if (r->depth == 1 && !r->wants_value) {
		return ses_fail(
		    err, SESHAT_EFORMAT, "the name of a field is no text");
	} else if (r->depth == DEPTH) {
		return ses_fail(err, SESHAT_EFORMAT, "nested too deep");
	}
	if (r->depth == 1)
		r->value = byte_of(r, e->start_mark.index);
	r->depth++;
	return 0;
}

/* The mark where a list in brackets ends is that of its bracket; any other is
 * that of what follows. */
static int
end_nested(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	r->depth--;
	if (r->depth > 0 && e->start_mark.index < e->end_mark.index)
		last(r)->end = byte_of(r, e->end_mark.index);
	if (r->depth != 1)
		return 0;
	r->wants_value = 0;
	return take_nested(r, err);
}

static int
on_scalar(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	if (r->depth == 0)
		return ses_fail(
		    err, SESHAT_EFORMAT, "no mapping of names to values");
	if (r->depth > 1) {
		last(r)->end = byte_of(r, e->end_mark.index);
		return 0;
	}
	if (!r->wants_value)
		return add_field(r, e, err);
	r->value = byte_of(r, e->start_mark.index);
	r->wants_value = 0;
	return take_scalar(r, e, err);
}

static int
is_shared(const yaml_event_t *e)
{
	return e->type == YAML_ALIAS_EVENT ||
	       (e->type == YAML_SCALAR_EVENT &&
		   e->data.scalar.anchor != NULL) ||
	       (e->type == YAML_SEQUENCE_START_EVENT &&
		   e->data.sequence_start.anchor != NULL) ||
	       (e->type == YAML_MAPPING_START_EVENT &&
		   e->data.mapping_start.anchor != NULL);
}

static int
on_event(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	if (is_shared(e))
		return ses_fail(
		    err, SESHAT_EFORMAT, "aliases and anchors are not taken");
	switch ((int)e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++r->documents > 1)
			return ses_fail(
			    err, SESHAT_EFORMAT, "more than one document");
		return 0;
	case YAML_SCALAR_EVENT:
		return on_scalar(r, e, err);
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		return begin_nested(r, e, err);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		return end_nested(r, e, err);
	default:
		return 0;
	}
}

static size_t
lines_before(const char *body, size_t at)
{
	size_t n = 0;

	while (at-- > 0)
		n += body[at] == '\n';
	return n;
}

static int
fail_parse(const yaml_parser_t *p, struct seshat_err *err)
{
	if (p->error == YAML_MEMORY_ERROR)
		return ses_fail_nomem(err);
	return ses_fail(err, SESHAT_EFORMAT, "%s",
	    p->problem != NULL ? p->problem : "malformed YAML");
}

int
ses_block_yaml(const char *body, size_t begin, size_t end,
    struct ses_metadata *out, struct seshat_err *err)
{
	struct reading r = {
	    .body = body, .begin = begin, .end = end, .out = out, .at = begin};
	yaml_parser_t parser;
	yaml_event_t e;
	size_t line = 0;
	int more = 1;
	int rc = -1;

	if (!yaml_parser_initialize(&parser))
		return ses_fail_nomem(err);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &parser, (const unsigned char *)body + begin, end - begin);
	while (more) {
		if (!yaml_parser_parse(&parser, &e)) {
			line = parser.problem_mark.line;
			rc = fail_parse(&parser, err);
			goto out;
		}
		more = e.type != YAML_STREAM_END_EVENT;
		line = e.start_mark.line;
		rc = on_event(&r, &e, err);
		yaml_event_delete(&e);
		if (rc < 0)
			goto out;
	}
	rc = r.depth == 0 && r.documents == 1
		 ? 0
		 : ses_fail(
		       err, SESHAT_EFORMAT, "no mapping of names to values");
	end_field(&r, end);
out:
	yaml_parser_delete(&parser);
	return rc < 0 ? ses_fail_in(err, "line %zu",
			    lines_before(body, begin) + line + 1)
		      : 0;
}
