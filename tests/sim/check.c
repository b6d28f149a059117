/* What was promised, and whether it holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"
#include "vault/doc.h"
#include "vault/read.h"

static const struct ses_where where = {"demo", "claude-code", SIM_SESSION};

int
sim_is_damaged(const struct sim *s, const char *stream)
{
	size_t i;

	for (i = 0; i < s->n_damaged; i++)
		if (strcmp(s->damaged[i], stream) == 0)
			return 1;
	return 0;
}

void
sim_texts_free(struct sim_texts *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		ses_buf_free(&t->v[i].text);
	t->n = 0;
}

/* Whether the stream is one that this machine wrote, which another may have
 * taken over since, or took over itself. */
static int
is_of(const struct sim *s, const struct ses_stream *st, int machine)
{
	char path[sizeof(s->src.path)];
	char w[SES_WRITER_ID];
	struct ses_owner o;
	unsigned i;

	if (s->owners < 2)
		return 1;
	sim_owner(s, machine, &o);
	if (st->doc != NULL && strcmp(ses_doc_str(st->doc, "owner"), o.id) == 0)
		return 1;
	for (i = 0; i < SIM_FOLDERS; i++) {
		(void)snprintf(
		    path, sizeof(path), "p%u/%s.jsonl", i, SIM_SESSION);
		ses_owner_writer(&o, path, w);
		if (strcmp(w, st->w) == 0)
			return 1;
	}
	return 0;
}

/* Two states of one owner: what they may do to each other is borne. */
static int
is_twin(const struct sim *s)
{
	return s->machines > s->owners && (s->with & SIM_TWINS) == 0;
}

/* Whether the stream is the current one of this machine's; where a file that
 * moved is allowed to have several, of those of its writer.  Of machines that
 * have the same owner any may be. */
static int
is_current(const struct sim *s, const struct ses_streams *l, int machine,
    const struct ses_stream *st)
{
	static struct ses_stream v[SIM_STREAMS];
	struct ses_streams some = {.v = v};
	const struct ses_stream *best;
	size_t i;

	if (!is_of(s, st, machine))
		return 0;
	if (is_twin(s))
		return 1;
	for (i = 0; i < l->n; i++)
		if (is_of(s, &l->v[i], machine) &&
		    ((s->with & SIM_MOVED) != 0 ||
			strcmp(l->v[i].w, st->w) == 0))
			v[some.n++] = l->v[i];
	best = ses_streams_current(&some);
	return best != NULL && strcmp(best->id, st->id) == 0;
}

void
sim_look(struct sim *s, struct sim_texts *t, int machine)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_streams l;
	struct ses_sink sink;
	struct sim_text *one;
	size_t i;

	sim_texts_free(t);
	if (ses_streams_load(s->store, &where, &l, &err) < 0)
		sim_fail(s, "the streams cannot be read: %s", err.msg);
	if (l.n > sizeof(t->v) / sizeof(t->v[0]))
		sim_fail(s, "%zu streams", l.n);
	for (i = 0; i < l.n; i++) {
		one = &t->v[t->n++];
		*one = (struct sim_text){0};
		(void)snprintf(one->id, sizeof(one->id), "%s", l.v[i].id);
		(void)snprintf(one->w, sizeof(one->w), "%s", l.v[i].w);
		one->current = is_current(s, &l, machine, &l.v[i]);
		sink = ses_sink_buf(&one->text);
		one->bad = ses_session_read(
			       s->store, &where, one->id, &sink, &err) < 0;
		if (one->bad && !sim_is_damaged(s, one->id))
			sim_fail(s, "stream %s cannot be read: %s", one->id,
			    err.msg);
	}
	ses_streams_free(&l);
}

/* Whether a part that is gone was replaced, and old enough. */
static int
may_be_gone(const struct sim *s, const struct sim_tree *now,
    const struct sim_object *was, const char *name)
{
	json_t *doc;
	char id[SES_STREAM_ID];
	uint32_t seq;
	int rc;

	if (ses_key_kind(name, id, &seq) != SES_OBJECT_PART)
		return 0;
	doc = sim_checkpoint(now, id);
	rc = doc != NULL && ses_doc_u64(doc, "next_seq") > seq &&
	     !sim_is_used(now, was) &&
	     /* of its time the seconds are known, and no more */
	     s->now / 1000 - was->mtime >= 7200;
	json_decref(doc);
	return rc;
}

void
sim_check_parts(struct sim *s, const struct sim_tree *before, const char *when)
{
	struct sim_tree now;
	const struct sim_object *is;
	const struct sim_object *was;
	const char *name;
	size_t i;

	sim_tree_read(&now, "vault");
	for (i = 0; i < before->n; i++) {
		was = &before->v[i];
		name = strrchr(was->path, '/');
		name = name == NULL ? was->path : name + 1;
		if (strncmp(was->path, "ids/", 4) != 0 &&
		    strncmp(name, "part-", 5) != 0 &&
		    strncmp(name, "merged-", 7) != 0 &&
		    strncmp(name, "archive-", 8) != 0)
			continue;
		if (s->mending && strlen(name) > 22 &&
		    sim_is_damaged(
			s, (char[9]){name[14], name[15], name[16], name[17],
			       name[18], name[19], name[20], name[21], 0}))
			continue;
		is = sim_tree_find(&now, was->path);
		if (is == NULL && (strncmp(name, "merged-", 7) == 0 ||
				      strncmp(name, "archive-", 8) == 0 ||
				      may_be_gone(s, &now, was, name)))
			continue;
		if (is == NULL || is->len != was->len ||
		    memcmp(is->data, was->data, is->len) != 0)
			sim_fail(s, "%s: %s %s", when, was->path,
			    is == NULL ? "vanished" : "was changed");
	}
	sim_tree_free(&now);
}

static int
begins_with(const struct ses_buf *b, const char *p, size_t len)
{
	return b->len >= len && (len == 0 || memcmp(b->data, p, len) == 0);
}

static int
equals(const struct ses_buf *b, const char *p, size_t len)
{
	return b->len == len && begins_with(b, p, len);
}

void
sim_check_promises(struct sim *s)
{
	const struct ses_buf *p;
	size_t i;
	size_t j;

	for (i = 0; i < s->n_promises; i++) {
		p = &s->promises[i];
		for (j = 0; j < s->seen.n; j++)
			if (begins_with(&s->seen.v[j].text, p->data, p->len))
				break;
		if (j == s->seen.n && p->len > 0)
			sim_fail(s,
			    "lost: %zu bytes that were stored are in no stream",
			    p->len);
	}
}

/* Promise what was just read; what is the beginning of it is promised, too. */
static void
promise(struct sim *s, const char *data, size_t len)
{
	size_t i = 0;

	while (i < s->n_promises) {
		if (begins_with(&s->promises[i], data, len))
			return;
		if (s->promises[i].len <= len &&
		    memcmp(data, s->promises[i].data, s->promises[i].len) ==
			0) {
			ses_buf_free(&s->promises[i]);
			s->promises[i] = s->promises[--s->n_promises];
			s->promises[s->n_promises] = (struct ses_buf){0};
			continue;
		}
		i++;
	}
	if (s->n_promises == sizeof(s->promises) / sizeof(s->promises[0]))
		return;
	ses_buf_add(&s->promises[s->n_promises++], data, len);
}

/* Append a text as it is to be stored. */
static void
scrub(struct sim *s, const char *data, size_t len, struct ses_buf *out)
{
	static struct ses_redact_counts counts;
	struct seshat_err err = SESHAT_ERR_INIT;
	int rc = 0;

	if (s->redacts && len > 0)
		rc = ses_redact_lines(s->redact, data, len, out, &counts, &err);
	if (rc < 0)
		sim_fail(s, "redact: %s", err.msg);
	if (rc == 0)
		ses_buf_add(out, data, len);
}

/* The same of whole lines, and of a torn one behind them. */
static void
scrubbed(struct sim *s, const char *data, size_t len, struct ses_buf *out)
{
	size_t whole = len;

	while (whole > 0 && data[whole - 1] != '\n')
		whole--;
	ses_buf_clear(out);
	scrub(s, data, whole, out);
	if (s->redact != NULL)
		ses_redact_torn(s->redact, 1);
	scrub(s, data + whole, len - whole, out);
	if (s->redact != NULL)
		ses_redact_torn(s->redact, 0);
}

void
sim_keep_tail(struct sim *s)
{
	size_t whole = sim_whole(&s->src.text);

	if (s->src.text.len > whole)
		scrubbed(s, s->src.text.data + whole, s->src.text.len - whole,
		    &s->tails[s->n_tails++ % SIM_TAILS]);
}

/* Whole lines as wanted, perhaps with a torn one behind that was stored. */
static int
is_lines(const struct sim *s, const struct ses_buf *x, const struct ses_buf *w)
{
	const struct ses_buf *t;
	size_t i;

	if (!begins_with(x, w->data, w->len))
		return 0;
	if (x->len == w->len)
		return 1;
	for (i = 0; i < SIM_TAILS; i++) {
		t = &s->tails[i];
		if (t->len > 0 && t->len == x->len - w->len &&
		    memcmp(x->data + w->len, t->data, t->len) == 0)
			return 1;
	}
	return 0;
}

/* Whether x is the source, up to its last whole line or, at the end, all. */
static int
is_source(struct sim *s, const struct ses_buf *x, const struct ses_buf *src,
    const char *end)
{
	struct ses_buf want = {0};
	size_t whole = sim_whole(src);
	int rc;

	scrubbed(s, src->data, end != NULL ? src->len : whole, &want);
	rc = end != NULL ? equals(x, want.data, want.len)
			 : is_lines(s, x, &want);
	/* of an endless line some may be stored already */
	if (!rc && end == NULL && src->len - whole > SES_LINE_MAX)
		rc = x->len >= whole && begins_with(src, x->data, x->len);
	ses_buf_free(&want);
	return rc;
}

/* Whether the bytes that prove a cursor are the same. */
static int
same_before(const struct ses_buf *a, const struct ses_buf *b, size_t cursor)
{
	size_t len = cursor < SES_CHECK_LEN ? cursor : SES_CHECK_LEN;

	return cursor <= a->len && cursor <= b->len &&
	       memcmp(a->data + cursor - len, b->data + cursor - len, len) == 0;
}

/* Whether nobody need see that src is not what was stored, old: the edit is
 * too far from the cursor, which is that of the state where it has one.  Behind
 * it all is compared, part by part; but where what it counts on was replaced
 * the store is asked, as without a state, and its end has to fit. */
static int
is_unseen(const struct sim *s, const struct ses_buf *src,
    const struct ses_buf *old, const char *stream)
{
	size_t base = sim_whole(old);
	size_t cursor = (size_t)s->cursor;

	if (base == 0 || base > src->len)
		return 0;
	if (stream != NULL && strcmp(stream, s->cursor_of) == 0 &&
	    cursor <= base) {
		if (!same_before(src, old, cursor))
			return 0;
		if (s->stands)
			return memcmp(src->data + cursor, old->data + cursor,
				   base - cursor) == 0;
	}
	return same_before(src, old, base) || same_before(src, old, old->len);
}

/* Whether x goes on from what was stored before of a source that has since
 * been edited, too far from the cursor to be seen. */
static int
is_far_of(struct sim *s, const struct ses_buf *x, const struct ses_buf *src,
    const struct ses_buf *old, const char *stream)
{
	struct ses_buf want = {0};
	size_t whole = sim_whole(src);
	size_t base = sim_whole(old);
	int rc;

	if (s->redacts || !is_unseen(s, src, old, stream))
		return 0;
	ses_buf_add(&want, old->data, base);
	if (whole > base)
		ses_buf_add(&want, src->data + base, whole - base);
	rc = is_lines(s, x, &want);
	ses_buf_free(&want);
	return rc;
}

static int
is_far(struct sim *s, const struct ses_buf *x, const struct ses_buf *src)
{
	size_t i;

	for (i = 0; i < s->seen.n; i++)
		if (is_far_of(s, x, src, &s->seen.v[i].text, s->seen.v[i].id))
			return 1;
	return 0;
}

/* There was nothing to store: what counted counts. */
static int
is_kept(const struct sim *s, const struct ses_buf *x)
{
	size_t i;

	for (i = 0; i < s->seen.n; i++)
		if (equals(x, s->seen.v[i].text.data, s->seen.v[i].text.len))
			return 1;
	return 0;
}

/* Whether there is nothing in it to store. */
static int
is_nothing(const struct ses_buf *src, const char *end)
{
	return src->len == 0 ||
	       (end == NULL && sim_whole(src) == 0 && src->len <= SES_LINE_MAX);
}

static void
tell_difference(struct sim *s, const struct ses_buf *x)
{
	struct ses_buf want = {0};
	size_t n = 0;

	scrubbed(s, s->src.text.data, s->src.text.len, &want);
	while (n < x->len && n < want.len && x->data[n] == want.data[n])
		n++;
	sim_say(s, "  has %zu bytes, the source %zu; equal up to %zu", x->len,
	    want.len, n);
	ses_buf_free(&want);
}

/* Whether another state's run had stored more of it, or of what it was before
 * it was cut. */
static int
is_ahead(struct sim *s, const struct ses_buf *x)
{
	struct ses_buf want = {0};
	int rc;

	if (is_twin(s) && x->len > s->src.text.len && is_kept(s, x))
		return 1;
	scrubbed(s, s->src.text.data, sim_whole(&s->src.text), &want);
	rc = begins_with(x, want.data, want.len);
	ses_buf_free(&want);
	return rc;
}

/* Whether a run found so many bytes of what was written anew while it looked:
 * as many as there had been. */
static int
is_cut_short(struct sim *s, const struct ses_buf *x, const struct ses_buf *was)
{
	size_t whole = sim_whole(x);

	if (!s->src.rewritten || x->len != was->len ||
	    !begins_with(&s->src.text, x->data, x->len))
		return 0;
	scrubbed(s, x->data + whole, x->len - whole,
	    &s->tails[s->n_tails++ % SIM_TAILS]);
	return 1;
}

/* Whether this is what a run of now, or of just before, makes of it. */
static int
is_right(struct sim *s, const struct ses_buf *x, const char *end,
    const struct ses_buf *was)
{
	const struct ses_buf *src = &s->src.text;

	return is_source(s, x, src, end) ||
	       (was != NULL &&
		   (is_source(s, x, was, end) || is_source(s, x, was, NULL))) ||
	       (is_twin(s) && is_ahead(s, x)) ||
	       (end == NULL && is_far(s, x, src)) ||
	       (was != NULL && (is_cut_short(s, x, was) || is_far(s, x, was) ||
				   is_far_of(s, x, src, was, NULL)));
}

/* None of those that may count does. */
static _Noreturn void
tell_wrong(struct sim *s, const struct sim_texts *now)
{
	size_t i;

	for (i = 0; i < now->n; i++) {
		sim_say(s, "stream %s, writer %s%s%s", now->v[i].id,
		    now->v[i].w, now->v[i].current ? ", current" : "",
		    now->v[i].bad ? ", damaged" : "");
		tell_difference(s, &now->v[i].text);
	}
	sim_fail(s, "the current stream is not the source");
}

void
sim_check_current(
    struct sim *s, int machine, const char *end, const struct ses_buf *was)
{
	struct sim_texts now = {0};
	const struct sim_text *t;
	/* of what is rewritten while it is read nothing may be whole */
	int nothing =
	    is_nothing(&s->src.text, end) ||
	    (was != NULL && (s->src.rewritten || is_nothing(was, end)));
	int borne =
	    end == NULL && s->behind[machine] && (s->with & SIM_BEHIND) == 0;
	int right = nothing;
	size_t i;

	sim_look(s, &now, machine);
	for (i = 0; i < now.n; i++)
		if (now.v[i].current)
			right = 0;
	for (i = 0; i < now.n; i++) {
		t = &now.v[i];
		if (!t->current) {
			right |= borne && is_right(s, &t->text, end, was);
			continue;
		}
		if (!sim_is_damaged(s, t->id) &&
		    is_right(s, &t->text, end, was)) {
			promise(s, t->text.data, sim_whole(&t->text));
			s->behind[machine] = 0;
			right = 1;
		}
		right |= sim_is_damaged(s, t->id) ||
			 (nothing && is_kept(s, &t->text)) ||
			 (borne && is_ahead(s, &t->text));
	}
	if (!right)
		tell_wrong(s, &now);
	sim_texts_free(&s->seen);
	s->seen = now;
}

void
sim_taken(struct sim *s)
{
	struct ses_buf *p;
	size_t best;
	size_t len;
	size_t i;
	size_t j;

	sim_look(s, &s->seen, 0);
	for (i = 0; i < s->n_promises; i++) {
		p = &s->promises[i];
		best = 0;
		for (j = 0; j < s->seen.n; j++) {
			for (len = 0;
			     len < p->len && len < s->seen.v[j].text.len &&
			     p->data[len] == s->seen.v[j].text.data[len];
			     len++)
				;
			best = len > best ? len : best;
		}
		p->len = best;
		p->len = sim_whole(p);
	}
}
