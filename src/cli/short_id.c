#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "cli/short_id.h"

#define SHORT 8
/* A name that a person gave is no help when it is cut; ids that programs make
 * are longer. */
#define WHOLE 20

static int
add(struct ses_short_list *l, const char *id, size_t len,
    struct seshat_err *err)
{
	size_t cap = l->cap == 0 ? 64 : l->cap * 2;
	char **v;

	if (l->n == l->cap) {
		v = ses_realloc(l->v, cap * sizeof(*v));
		if (v == NULL)
			return ses_fail_nomem(err);
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n] = ses_str_ndup(id, len);
	if (l->v[l->n] == NULL)
		return ses_fail_nomem(err);
	l->n++;
	l->sorted = 0;
	return 0;
}

/* How long what stands before "." is; where there is none, before "@". */
static size_t
base_len(const char *id)
{
	size_t len = strcspn(id, ".");

	return id[len] == '.' ? len : strcspn(id, "@");
}

int
ses_short_ids_add(
    struct ses_short_ids *s, const char *id, struct seshat_err *err)
{
	if (add(&s->parents, id, base_len(id), err) < 0)
		return -1;
	return add(&s->whole, id, strlen(id), err);
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Each once: then only neighbours can be alike. */
static void
sort(struct ses_short_list *l)
{
	size_t kept = 0;
	size_t i;

	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_bytes);
	for (i = 0; i < l->n; i++) {
		if (kept > 0 && strcmp(l->v[kept - 1], l->v[i]) == 0)
			free(l->v[i]);
		else
			l->v[kept++] = l->v[i];
	}
	l->n = kept;
	l->sorted = 1;
}

static size_t
common(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return n;
}

/* How many bytes of id tell it apart from all others of the list. */
static size_t
needed(struct ses_short_list *l, const char *id)
{
	char **at;
	size_t i;
	size_t n = 0;

	if (!l->sorted)
		sort(l);
	at = l->n == 0 ? NULL
		       : bsearch(&id, l->v, l->n, sizeof(*l->v), by_bytes);
	if (at == NULL)
		return strlen(id);
	i = (size_t)(at - l->v);
	if (i > 0)
		n = common(l->v[i - 1], id);
	if (i + 1 < l->n && common(l->v[i + 1], id) > n)
		n = common(l->v[i + 1], id);
	return n + 1;
}

/* Half a character is a prefix of nothing that can be shown or typed. */
static void
put(struct ses_buf *out, const char *id, size_t len, size_t need)
{
	if (need < SHORT)
		need = SHORT;
	while (need < len && ((unsigned char)id[need] & 0xc0) == 0x80)
		need++;
	ses_buf_add(out, id, len < need ? len : need);
}

/* Whether base, or base and another owner, is an id, too. */
static int
is_shared(struct ses_short_list *l, const char *base, const char *id)
{
	size_t len = strlen(base);
	char **at;
	size_t i;

	if (l->n == 0)
		return 1;
	if (!l->sorted)
		sort(l);
	if (bsearch(&base, l->v, l->n, sizeof(*l->v), by_bytes))
		return 1;
	at = bsearch(&id, l->v, l->n, sizeof(*l->v), by_bytes);
	if (at == NULL)
		return 1;
	i = (size_t)(at - l->v);
	return (i > 0 && common(l->v[i - 1], id) > len) ||
	       (i + 1 < l->n && common(l->v[i + 1], id) > len);
}

void
ses_short_ids_name(struct ses_short_ids *s, const char *id, struct ses_buf *out)
{
	size_t len = base_len(id);
	char *base = ses_str_ndup(id, len);
	size_t need = base == NULL ? len + 1 : needed(&s->parents, base);
	int is_alone = base != NULL && id[len] == '@' && need <= len &&
		       !is_shared(&s->whole, base, id);

	free(base);
	if ((need > len && id[len] != '\0') || strcspn(id, "@") < len) {
		/* what another one begins with, or a subagent of what is owned:
		 * only all of it means this */
		ses_buf_str(out, id);
		return;
	}
	put(out, id, len, len <= WHOLE ? len : need);
	if (id[len] == '\0' || is_alone)
		return;
	need = needed(&s->whole, id);
	ses_buf_add(out, id + len, 1);
	put(out, id + len + 1, strlen(id + len + 1),
	    need > len ? need - len - 1 : 0);
}

static void
release(struct ses_short_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
}

void
ses_short_ids_free(struct ses_short_ids *s)
{
	release(&s->parents);
	release(&s->whole);
	*s = (struct ses_short_ids){0};
}
