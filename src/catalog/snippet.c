/*
 * What is shown of a hit: some words around what was searched for, marked.
 * FTS5's own snippet() compares all places in a text with each other, which
 * takes seconds where a word stands in it ten thousand times.
 */
#include <string.h>

#include "catalog/db.h"

#define WORDS  24  /* of a snippet */
#define BEFORE 4   /* of them in front of what was found */
#define LOOK   64  /* places that are compared */
#define GAP    60  /* bytes between two words; more are left out */
#define LONG   160 /* bytes of a word */
#define DOTS   "\xe2\x80\xa6"

struct piece {
	struct ses_buf out;
	const char *text;
	int len;
	int first; /* number of the first word that is shown */
	int n;     /* words that went by */
	int end;   /* byte behind what was put out */
	int more;  /* words follow */
	char hit[WORDS];
	char joined[WORDS]; /* with the next one, of the same phrase */
};

/* Not in the middle of a character. */
static int
whole(const char *s, int len)
{
	while (len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* Text, of which the middle is left out where it is long. */
static void
add(struct piece *p, int from, int to, int most)
{
	const char *s = p->text + from;
	int len = to - from;

	if (len <= most) {
		ses_buf_add(&p->out, s, (size_t)len);
		return;
	}
	ses_buf_add(&p->out, s, (size_t)whole(s, most / 2));
	ses_buf_str(&p->out, DOTS);
	from = whole(s, len - most / 2);
	ses_buf_add(&p->out, s + from, (size_t)(len - from));
}

static int
on_word(void *arg, int flags, const char *word, int len, int from, int to)
{
	static const char mark = SES_CATALOG_MARK;
	static const char end = SES_CATALOG_MARK_END;
	struct piece *p = arg;
	int k = p->n - p->first;

	(void)flags;
	(void)word;
	(void)len;
	p->n++;
	if (k < 0)
		return SQLITE_OK;
	if (k >= WORDS) {
		p->more = 1;
		return SQLITE_DONE;
	}
	if (k == 0 && p->first > 0)
		ses_buf_str(&p->out, DOTS);
	else
		add(p, p->end, from, GAP);
	if (p->hit[k] && (k == 0 || !p->joined[k - 1]))
		ses_buf_add(&p->out, &mark, 1);
	add(p, from, to, LONG);
	if (p->hit[k] && (!p->joined[k] || k + 1 == WORDS))
		ses_buf_add(&p->out, &end, 1);
	p->end = to;
	return SQLITE_OK;
}

/* A place where a phrase of the query stands. */
struct place {
	int phrase;
	int at;
};

/* Of the first places in the text the one around which most phrases stand. */
static int
choose(const struct place *v, int n)
{
	unsigned long long seen;
	int most = 0;
	int best = 0;
	int count;
	int i;
	int k;

	for (i = 0; i < n; i++) {
		seen = 0;
		count = 0;
		for (k = i; k < n && v[k].at < v[i].at + WORDS - BEFORE; k++) {
			if (!(seen >> (v[k].phrase & 63) & 1))
				count++;
			seen |= 1ULL << (v[k].phrase & 63);
		}
		if (count > most) {
			most = count;
			best = i;
		}
	}
	return best;
}

static void
mark(struct piece *p, int at, int words)
{
	int k;
	int w;

	for (w = 0; w < words; w++) {
		k = at + w - p->first;
		if (k < 0 || k >= WORDS)
			continue;
		p->hit[k] = 1;
		if (w + 1 < words)
			p->joined[k] = 1;
	}
}

static int
find(const Fts5ExtensionApi *api, Fts5Context *fts, struct piece *p)
{
	struct place v[LOOK];
	int all;
	int n = 0;
	int col;
	int i;
	int rc = api->xInstCount(fts, &all);

	for (i = 0; rc == SQLITE_OK && i < all && n < LOOK; i++) {
		rc = api->xInst(fts, i, &v[n].phrase, &col, &v[n].at);
		n += col == 0;
	}
	if (rc != SQLITE_OK || n == 0)
		return rc;
	i = choose(v, n);
	p->first = v[i].at > BEFORE ? v[i].at - BEFORE : 0;
	for (i = 0; i < n; i++)
		mark(p, v[i].at, api->xPhraseSize(fts, v[i].phrase));
	return SQLITE_OK;
}

static void
snippet(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *ctx,
    int n, sqlite3_value **v)
{
	struct piece p = {0};
	int rc = find(api, fts, &p);

	(void)n;
	(void)v;
	if (rc == SQLITE_OK)
		rc = api->xColumnText(fts, 0, &p.text, &p.len);
	if (rc == SQLITE_OK)
		rc = api->xTokenize(fts, p.text, p.len, &p, on_word);
	if (rc == SQLITE_DONE)
		rc = SQLITE_OK;
	if (rc == SQLITE_OK && p.more)
		ses_buf_str(&p.out, DOTS);
	else if (rc == SQLITE_OK)
		add(&p, p.end, p.len, GAP);
	if (rc == SQLITE_OK && p.out.bad)
		rc = SQLITE_NOMEM;
	if (rc != SQLITE_OK)
		sqlite3_result_error_code(ctx, rc);
	else
		sqlite3_result_text(ctx, p.out.len > 0 ? p.out.data : "",
		    (int)p.out.len, SQLITE_TRANSIENT);
	ses_buf_free(&p.out);
}

int
ses_catalog_snippets(fts5_api *api)
{
	return api->xCreateFunction(api, "ses_snippet", NULL, snippet, NULL);
}
