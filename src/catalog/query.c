/* What a query means.  Nothing that a user writes gets into the expression but
 * inside quotes. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "base/str.h"
#include "base/time.h"
#include "catalog/query.h"
#include "harness/event.h"

#define DAY_MS       INT64_C(86400000)
#define SESSIONS_MAX 500 /* that "session:" may mean */

/* One word, phrase or filter. */
struct term {
	const char *text;
	size_t len;
	const char *key; /* with its length; NULL: a word or phrase */
	size_t key_len;
	int is_not;
	int is_prefix;
};

struct parser {
	struct ses_catalog *c;
	struct ses_query *q;
	struct ses_buf words;     /* joined by AND */
	struct ses_buf filter[7]; /* of each key, joined by OR */
	struct ses_buf not ;      /* joined by OR */
	size_t n;
};

static const char *const keys[] = {"project", "harness", "role", "kind", "tool",
    "model", "session", "since", "until"};
enum { PROJECT, HARNESS, ROLE, KIND, TOOL, MODEL, SESSION, SINCE, UNTIL };

static const char *const roles[] = {
    "other", "user", "assistant", "tool", "system", NULL};
static const char *const kinds[] = {"other", "text", "thinking", "tool_call",
    "tool_result", "image", "compaction", "title", NULL};
/* The same, as people may call them. */
static const char *const kinds_too[] = {"other", "message", "thought", "call",
    "result", "picture", "summary", "name", NULL};

const char *
ses_catalog_role(int role)
{
	return role >= 0 && role <= SES_ROLE_SYSTEM ? roles[role] : "";
}

const char *
ses_catalog_kind(int kind)
{
	return kind >= 0 && kind <= SES_CATALOG_TITLE ? kinds[kind] : "";
}

void
ses_query_free(struct ses_query *q)
{
	ses_buf_free(&q->match);
}

static int
key_of(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i]) == len && strncasecmp(keys[i], s, len) == 0)
			return (int)i;
	return -1;
}

static int
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The quoted text or word at p; answers what follows. */
static const char *
take_text(const char *p, struct term *t)
{
	const char *end;

	if (*p == '"') {
		t->text = ++p;
		end = strchr(p, '"');
		if (end == NULL)
			end = p + strlen(p);
		t->len = (size_t)(end - p);
		p = *end == '"' ? end + 1 : end;
		if (*p == '*') {
			t->is_prefix = 1;
			p++;
		}
		return p;
	}
	t->text = p;
	while (*p != '\0' && !is_space(*p) && *p != '"')
		p++;
	t->len = (size_t)(p - t->text);
	if (t->len > 1 && t->text[t->len - 1] == '*') {
		t->is_prefix = 1;
		t->len--;
	}
	return p;
}

/* The next term; NULL at the end. */
static const char *
next_term(const char *p, struct term *t)
{
	const char *colon;

	*t = (struct term){0};
	while (is_space(*p))
		p++;
	if (*p == '\0')
		return NULL;
	if (*p == '-' && p[1] != '\0' && p[1] != '-' && !is_space(p[1])) {
		t->is_not = 1;
		p++;
	}
	for (colon = p; *colon >= 'A' && *colon <= 'z'; colon++)
		;
	if (*colon == ':' && key_of(p, (size_t)(colon - p)) >= 0) {
		t->key = p;
		t->key_len = (size_t)(colon - p);
		p = colon + 1;
	}
	return take_text(p, t);
}

/* Characters beyond ASCII that stand in no word: punctuation, arrows, drawings,
 * emoji (Unicode's blocks of them; what is left out is taken for a word). */
static const struct {
	uint32_t first;
	uint32_t last;
} no_words[] = {{0x80, 0xa9}, {0xab, 0xb1}, {0xb4, 0xb4}, {0xb6, 0xb8},
    {0xbb, 0xbb}, {0xbf, 0xbf}, {0xd7, 0xd7}, {0xf7, 0xf7}, {0x2000, 0x206f},
    {0x20a0, 0x20cf}, {0x2190, 0x245f}, {0x2500, 0x2775}, {0x2794, 0x2bff},
    {0x3000, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030}, {0xfe00, 0xfe6f},
    {0xff01, 0xff0f}, {0xff1a, 0xff20}, {0x1f000, 0x1f0ff}, {0x1f300, 0x1faff}};

static int
is_word(uint32_t c)
{
	size_t i;

	if (c < 0x80)
		return c == '_' || (c >= '0' && c <= '9') ||
		       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	for (i = 0; i < sizeof(no_words) / sizeof(no_words[0]); i++)
		if (c >= no_words[i].first && c <= no_words[i].last)
			return 0;
	return 1;
}

/* Whether anything in it is a word: FTS5 finds nothing by what is none. */
static int
has_word(const char *s, size_t len)
{
	uint32_t c;
	size_t n;

	for (; len > 0; s += n, len -= n) {
		n = ses_utf8_next(s, len, &c);
		if (n == 0)
			n = 1;
		else if (is_word(c))
			return 1;
	}
	return 0;
}

static void
join(struct ses_buf *b, const char *how)
{
	if (b->len > 0)
		ses_buf_str(b, how);
}

static void
quote(struct ses_buf *b, const struct term *t)
{
	size_t i;

	ses_buf_str(b, "\"");
	for (i = 0; i < t->len; i++)
		ses_buf_add(b, t->text[i] == '"' ? " " : &t->text[i], 1);
	ses_buf_str(b, t->is_prefix ? "\" *" : "\"");
}

static int
add_word(struct parser *p, const struct term *t)
{
	if (!has_word(t->text, t->len))
		return 0;
	if (t->is_not) {
		join(&p->not, " OR ");
		ses_buf_str(&p->not, "t : ");
		quote(&p->not, t);
	} else {
		join(&p->words, " AND ");
		quote(&p->words, t);
	}
	return 0;
}

/* Where the words of a filter go. */
static struct ses_buf *
filter_of(struct parser *p, int key, const struct term *t)
{
	struct ses_buf *b = t->is_not ? &p->not : &p->filter[key];

	join(b, " OR ");
	if (t->is_not)
		ses_buf_str(b, "m : ");
	return b;
}

static int
is_name(const char *name, const struct term *t)
{
	return strlen(name) == t->len &&
	       strncasecmp(name, t->text, t->len) == 0;
}

static int
add_choice(struct parser *p, int key, const struct term *t,
    const char *const *names, struct seshat_err *err)
{
	struct ses_buf all = {0};
	int i;

	for (i = 0; names[i] != NULL; i++)
		if (is_name(names[i], t) ||
		    (key == KIND && is_name(kinds_too[i], t))) {
			ses_buf_fmt(filter_of(p, key, t), "\"%c%d\"",
			    key == ROLE ? 'r' : 'k', i);
			p->q->has_titles |=
			    key == KIND && !t->is_not && i == SES_CATALOG_TITLE;
			return 0;
		}
	for (i = 0; names[i] != NULL; i++)
		ses_buf_fmt(&all, "%s%s", i > 0 ? ", " : "", names[i]);
	ses_fail(err, SESHAT_EUSAGE, "%s:%.*s is none of %s", keys[key],
	    (int)(t->len < 40 ? t->len : 40), t->text, ses_buf_cstr(&all));
	ses_buf_free(&all);
	return -1;
}

/* Every row that fits a text becomes a word with this letter. */
static int
add_found(struct parser *p, int key, const struct term *t, const char *sql,
    int kind, struct seshat_err *err)
{
	static const char letters[] = "ph??tds";
	sqlite3_stmt *st = NULL;
	struct ses_buf b = {0};
	int rc;

	if (sqlite3_prepare_v2(p->c->db, sql, -1, &st, NULL) != SQLITE_OK)
		return ses_catalog_fail(p->c, err);
	(void)sqlite3_bind_text(st, 1, t->text, (int)t->len, SQLITE_STATIC);
	(void)sqlite3_bind_int(st, 2, kind);
	while ((rc = ses_catalog_step(p->c, st, err)) > 0) {
		join(&b, " OR ");
		ses_buf_fmt(&b, "\"%c%lld\"",
		    sqlite3_column_count(st) > 1 ? *ses_catalog_text(st, 1)
						 : letters[key],
		    (long long)sqlite3_column_int64(st, 0));
	}
	(void)sqlite3_finalize(st);
	if (b.len > 0)
		ses_buf_fmt(filter_of(p, key, t), "(%s)", ses_buf_cstr(&b));
	else if (!t->is_not)
		ses_buf_str(filter_of(p, key, t), "\"x0\"");
	ses_buf_free(&b);
	return rc;
}

/* As ses_catalog_time; of a day its end if at_end. */
static int64_t
time_of(const char *text, int at_end)
{
	char full[32];
	char *end;
	int64_t t;
	unsigned long long n;

	if (ses_time_parse(text, strlen(text), &t) == 0)
		return t;
	if (strlen(text) == 10) {
		(void)snprintf(full, sizeof(full), "%sT00:00:00Z", text);
		if (ses_time_parse(full, strlen(full), &t) == 0)
			return at_end ? t + DAY_MS : t;
	}
	if (text[0] < '0' || text[0] > '9' || strlen(text) > 6)
		return -1;
	n = strtoull(text, &end, 10);
	if (strcmp(end, "m") == 0)
		t = 60000;
	else if (strcmp(end, "h") == 0)
		t = DAY_MS / 24;
	else if (strcmp(end, "d") == 0)
		t = DAY_MS;
	else if (strcmp(end, "w") == 0)
		t = 7 * DAY_MS;
	else
		return -1;
	return ses_time_now() - (int64_t)n * t;
}

int64_t
ses_catalog_time(const char *text)
{
	return time_of(text, 0);
}

static int
add_time(
    struct parser *p, int key, const struct term *t, struct seshat_err *err)
{
	char text[40];
	int64_t when = -1;

	if (t->len < sizeof(text)) {
		memcpy(text, t->text, t->len);
		text[t->len] = '\0';
		when = time_of(text, key == UNTIL);
	}
	if (when < 0 || t->is_not)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s: takes a date (2026-01-31), a time as RFC 3339 has it, "
		    "or how long ago (12h, 7d, 2w)",
		    keys[key]);
	if (key == SINCE)
		p->q->since = when;
	else
		p->q->until = when;
	return 0;
}

static int
add_term(struct parser *p, const struct term *t, struct seshat_err *err)
{
	static const char by_name[] = "SELECT id FROM name WHERE kind = ?2 AND"
				      " name = ?1 COLLATE NOCASE LIMIT 100";
	/* and what logs say of it */
	static const char by_id[] =
	    "SELECT no, 's' FROM (SELECT no FROM session"
	    " WHERE substr(id, 1, length(?1)) = ?1"
	    " ORDER BY last_event DESC LIMIT 500) UNION ALL"
	    " SELECT id, 'j' FROM (SELECT id FROM name WHERE kind = ?2"
	    " AND substr(name, 1, length(?1)) = ?1 LIMIT 500)";
	int key = t->key == NULL ? -1 : key_of(t->key, t->key_len);

	if (key >= 0 && t->len == 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s: needs something behind it", keys[key]);
	switch (key) {
	case PROJECT:
		return add_found(p, key, t, by_name, SES_NAME_PROJECT, err);
	case HARNESS:
		return add_found(p, key, t, by_name, SES_NAME_HARNESS, err);
	case TOOL:
		return add_found(p, key, t, by_name, SES_NAME_TOOL, err);
	case MODEL:
		return add_found(p, key, t, by_name, SES_NAME_MODEL, err);
	case SESSION:
		return add_found(p, key, t, by_id, SES_NAME_SESSION, err);
	case ROLE:
		return add_choice(p, key, t, roles, err);
	case KIND:
		return add_choice(p, key, t, kinds, err);
	case SINCE:
	case UNTIL:
		return add_time(p, key, t, err);
	default:
		return add_word(p, t);
	}
}

/* All of it, as one expression. */
static int
put_together(struct parser *p, struct seshat_err *err)
{
	struct ses_buf *m = &p->q->match;
	size_t i;

	ses_buf_str(m, "(");
	p->q->has_titles |= p->words.len > 0;
	if (p->words.len > 0)
		ses_buf_fmt(m, "t : (%s)", ses_buf_cstr(&p->words));
	for (i = 0; i < sizeof(p->filter) / sizeof(p->filter[0]); i++) {
		if (p->filter[i].len == 0)
			continue;
		join(m, m->len > 1 ? " AND " : "");
		ses_buf_fmt(m, "m : (%s)", ses_buf_cstr(&p->filter[i]));
	}
	if (m->len == 1) {
		if (p->not .len == 0 && p->q->since == 0 && p->q->until == 0)
			return ses_fail(err, SESHAT_EUSAGE,
			    "the query holds no word to search for");
		/* all there is */
		ses_buf_str(m, "m : (\"r0\" OR \"r1\" OR \"r2\" OR \"r3\" OR "
			       "\"r4\")");
	}
	ses_buf_str(m, ")");
	if (p->not .len > 0)
		ses_buf_fmt(m, " NOT (%s)", ses_buf_cstr(&p->not ));
	(void)ses_buf_cstr(m);
	return ses_buf_check(m, err);
}

int
ses_query_parse(struct ses_catalog *c, const char *text, struct ses_query *out,
    struct seshat_err *err)
{
	struct parser p = {.c = c, .q = out};
	struct term t = {0};
	int is_alone;
	size_t i;
	int rc = 0;

	*out = (struct ses_query){0};
	if (strlen(text) > SES_QUERY_MAX)
		return ses_fail(err, SESHAT_EUSAGE,
		    "a query has at most %d bytes", SES_QUERY_MAX);
	if (!ses_str_is_utf8(text, strlen(text)))
		return ses_fail(err, SESHAT_EUSAGE, "the query is not UTF-8");
	while (rc == 0 && (text = next_term(text, &t)) != NULL) {
		if (++p.n > SES_QUERY_TERMS)
			rc = ses_fail(err, SESHAT_EUSAGE,
			    "a query has at most %d words", SES_QUERY_TERMS);
		else
			rc = add_term(&p, &t, err);
		is_alone = p.n == 1 && t.key == NULL && !t.is_not;
		out->alone = is_alone ? t.text : NULL;
		out->alone_len = is_alone ? t.len : 0;
	}
	if (rc == 0)
		rc = put_together(&p, err);
	ses_buf_free(&p.words);
	ses_buf_free(&p.not );
	for (i = 0; i < sizeof(p.filter) / sizeof(p.filter[0]); i++)
		ses_buf_free(&p.filter[i]);
	return rc;
}
