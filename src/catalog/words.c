/* Words, as the catalog has them: those of SQLite's unicode61 (letters and
 * digits of any script, case and accents folded), with "_" inside them, cut
 * where they are long, and of Chinese, Japanese and Korean text, which has no
 * spaces, each character. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/db.h"

/* Keys, hashes and base64 are words without end, and no two of them alike:
 * their beginning is enough to find them by. */
#define WORD_MAX 64

struct words {
	fts5_tokenizer inner;
	Fts5Tokenizer *tokenizer;
};

struct pass {
	void *arg;
	int (*token)(
	    void *arg, int flags, const char *word, int len, int from, int to);
};

/* Bytes of the character at s if it is one that stands for a word, else 0. */
static int
ideograph(const unsigned char *s, int len)
{
	unsigned c;

	if (len < 3 || s[0] < 0xe3)
		return 0;
	if (s[0] >= 0xf0) /* the planes 2 and 3 */
		return len >= 4 && s[0] == 0xf0 && s[1] >= 0xa0 ? 4 : 0;
	c = (s[0] & 0x0fU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
	return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) ||
		       (c >= 0xac00 && c <= 0xd7a3) ||
		       (c >= 0xf900 && c <= 0xfaff)
		   ? 3
		   : 0;
}

/* A word that has ideographs, of len bytes in the text as here. */
static int
split(const struct pass *p, int flags, const char *word, int len, int from)
{
	const unsigned char *s = (const unsigned char *)word;
	int begin = 0;
	int rc = SQLITE_OK;
	int i = 0;
	int n;

	while (i < len && rc == SQLITE_OK) {
		n = ideograph(s + i, len - i);
		if (n == 0) {
			i++;
			continue;
		}
		if (i > begin)
			rc = p->token(p->arg, flags, word + begin, i - begin,
			    from + begin, from + i);
		if (rc == SQLITE_OK)
			rc = p->token(
			    p->arg, flags, word + i, n, from + i, from + i + n);
		i += n;
		begin = i;
	}
	if (rc == SQLITE_OK && begin < len)
		rc = p->token(p->arg, flags, word + begin, len - begin,
		    from + begin, from + len);
	return rc;
}

static int
has_ideograph(const char *word, int len)
{
	int i;

	for (i = 0; i < len; i++)
		if ((unsigned char)word[i] >= 0xe3 &&
		    ideograph((const unsigned char *)word + i, len - i) > 0)
			return 1;
	return 0;
}

static int
on_token(void *arg, int flags, const char *word, int len, int from, int to)
{
	const struct pass *p = arg;

	/* folding leaves ideographs as they are: the bytes are the text's */
	if (len >= 3 && to - from == len && has_ideograph(word, len))
		return split(p, flags, word, len, from);
	return p->token(
	    p->arg, flags, word, len < WORD_MAX ? len : WORD_MAX, from, to);
}

static int
cut(Fts5Tokenizer *t, void *arg, int flags, const char *text, int len,
    int (*token)(
	void *arg, int flags, const char *word, int len, int from, int to))
{
	struct words *w = (struct words *)(void *)t;
	struct pass pass = {arg, token};

	return w->inner.xTokenize(
	    w->tokenizer, &pass, flags, text, len, on_token);
}

static void
drop(Fts5Tokenizer *t)
{
	struct words *w = (struct words *)(void *)t;

	if (w->tokenizer != NULL)
		w->inner.xDelete(w->tokenizer);
	free(w);
}

static int
create(void *arg, const char **v, int n, Fts5Tokenizer **out)
{
	static const char *args[] = {
	    "remove_diacritics", "2", "tokenchars", "_"};
	fts5_api *api = arg;
	struct words *w = ses_calloc(1, sizeof(*w));
	void *inner;
	int rc;

	(void)v;
	(void)n;
	if (w == NULL)
		return SQLITE_NOMEM;
	rc = api->xFindTokenizer(api, "unicode61", &inner, &w->inner);
	if (rc == SQLITE_OK)
		rc = w->inner.xCreate(inner, args, 4, &w->tokenizer);
	if (rc != SQLITE_OK) {
		w->tokenizer = NULL;
		drop((Fts5Tokenizer *)(void *)w);
		return rc;
	}
	*out = (Fts5Tokenizer *)(void *)w;
	return SQLITE_OK;
}

int
ses_catalog_words(sqlite3 *db)
{
	fts5_tokenizer words = {create, drop, cut};
	sqlite3_stmt *st = NULL;
	fts5_api *api = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_pointer(
		    st, 1, (void *)&api, "fts5_api_ptr", NULL);
	if (rc == SQLITE_OK)
		(void)sqlite3_step(st);
	(void)sqlite3_finalize(st);
	if (rc != SQLITE_OK || api == NULL)
		return SQLITE_ERROR;
	rc = api->xCreateTokenizer(api, "seshat", api, &words, NULL);
	return rc == SQLITE_OK ? ses_catalog_snippets(api) : rc;
}
