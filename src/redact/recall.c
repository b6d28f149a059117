/* Values that were met in a session, found where nothing tells them. */
#include <string.h>

#include "redact/engine.h"
#include "redact/view.h"

/* Lines of a private key are so long. */
#define KEY_LINE 32

struct recall {
	struct ses_redact *r;
	const char *text;
	size_t next;      /* the span of the scan that comes next, */
	size_t n;         /* and how many there are */
	const char *rule; /* the last one that was told, */
	uint32_t row;     /* and its row */
};

/* Remember what the span holds, as one reads it; of several lines each. */
static int
remember(struct ses_redact *r, const char *text, const struct ses_span *s,
    struct seshat_err *err)
{
	const char *rule = r->rules[s->rule]->id;
	const char *at = text + s->from;
	const char *end = text + s->to;
	char value[SES_KNOWN_MAX + 1];
	size_t n = 0;
	size_t lines = 0;
	size_t len;
	int c;

	for (; at <= end; at += len) {
		len = ses_view_next(at, end, &c);
		if (len > 0 && c != '\n' && c != '\r') {
			if (n < sizeof(value))
				value[n++] = (char)c;
			continue;
		}
		/* short lines of a key are words or numbers, its ends are what
		 * every key has */
		if ((len == 0 && lines == 0) ||
		    (n >= KEY_LINE && memcmp(value, "-----", 5) != 0))
			if (ses_known_add(r->known, value, n, rule, err) < 0)
				return -1;
		lines++;
		n = 0;
		if (len == 0)
			break;
	}
	return 0;
}

static int
on_known(void *arg, const char *from, const char *to, const char *rule)
{
	struct recall *c = arg;
	struct ses_span span = {.from = (size_t)(from - c->text),
	    .to = (size_t)(to - c->text),
	    .told = 1};
	const struct ses_span *found = c->r->spans.v;
	uint32_t i;

	while (c->next < c->n && found[c->next].to <= span.from)
		c->next++;
	if (c->next < c->n && found[c->next].from <= span.from &&
	    found[c->next].to >= span.to)
		return 0;
	/* the first one for a rule that is gone */
	if (c->rule != rule)
		for (i = 0, c->row = c->r->first; i < c->r->n_rules; i++)
			if (strcmp(c->r->rules[i]->id, rule) == 0)
				c->row = i;
	c->rule = rule;
	span.rule = c->row;
	return ses_spans_add(&c->r->spans, span);
}

int
ses_recall(struct ses_redact *r, size_t first, const char *text, size_t len,
    struct seshat_err *err)
{
	const size_t n = r->spans.n;
	struct recall c = {.r = r, .text = text, .next = first, .n = n};
	size_t i;

	for (i = first; i < n; i++)
		if (r->spans.v[i].told &&
		    remember(r, text, &r->spans.v[i], err) < 0)
			return -1;
	return ses_known_scan(r->known, text, len, on_known, &c, err);
}
