/* Giving names and taking them away; and looking for them. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/backoff.h"
#include "store/hf.h"

#define TRIES 6

/* Changes of which some may be left to be made. */
struct changing {
	struct ses_hf *s;
	const struct ses_hf_change *v;
	size_t n;
	uint64_t *count;
	unsigned char *left;  /* to be made yet */
	unsigned char *named; /* the last answer says that it was not made */
	struct ses_buf name;
	struct ses_buf why; /* of one of them */
	int tries;
	int is_public; /* or it cannot be seen that it is not */
	int is_there;  /* the one that was to be new */
	int is_ours;   /* with what it was to hold */
};

static const char *
full_name(struct ses_hf *s, const char *key, struct ses_buf *out)
{
	ses_buf_clear(out);
	ses_buf_fmt(out, "%s%s", s->prefix.data, key);
	return ses_buf_cstr(out);
}

static void
add_line(struct changing *g, const struct ses_hf_change *c, struct ses_buf *out)
{
	const char *name = full_name(g->s, c->key, &g->name);

	ses_buf_fmt(out, "{\"type\":\"%s\",\"path\":",
	    c->hash != NULL ? "addFile" : "deleteFile");
	ses_json_quote(out, name, strlen(name));
	if (c->hash != NULL)
		ses_buf_fmt(out, ",\"xetHash\":\"%s\"", c->hash);
	ses_buf_str(out, "}\n");
	out->bad |= g->name.bad;
}

static size_t
n_left(const struct changing *g)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < g->n; i++)
		n += g->left[i];
	return n;
}

static void
on_failed(void *arg, const char *path, const char *why)
{
	struct changing *g = arg;
	size_t i;

	if (path[0] == '\0' && g->why.len == 0) {
		ses_buf_str(&g->why, why);
		(void)ses_buf_cstr(&g->why);
	}
	for (i = 0; i < g->n; i++)
		if (g->left[i] &&
		    strcmp(full_name(g->s, g->v[i].key, &g->name), path) == 0) {
			g->named[i] = 1;
			ses_buf_clear(&g->why);
			ses_buf_fmt(&g->why, "%s: %s", g->v[i].key, why);
			(void)ses_buf_cstr(&g->why);
			return;
		}
}

static int
on_new(void *arg, const struct ses_hf_object *o, struct seshat_err *err)
{
	struct changing *g = arg;

	(void)err;
	if (strcmp(o->path, full_name(g->s, g->v[0].key, &g->name)) == 0) {
		g->is_there = 1;
		g->is_ours = strcmp(o->hash, g->v[0].hash) == 0;
	}
	return 0;
}

/* No condition is heeded there: it is looked at first, as late as can be, and
 * before each try, since a limit may have been waited for; two writers at once
 * are not told apart. */
static int
before_new(void *arg, struct seshat_err *err)
{
	struct changing *g = arg;

	g->is_there = 0;
	if (ses_hf_writable(g->s, err) < 0) {
		g->is_public = g->s->notes->down;
		return -1;
	}
	if (!g->v[0].is_new)
		return 0;
	if (ses_hf_look(g->s, &g->v[0].key, 1, &g->s->notes->counts.head,
		on_new, g, err) < 0)
		return -1;
	return g->is_there ? ses_fail(err, SESHAT_EEXISTS, "exists already")
			   : 0;
}

/* One request: 0 when the answer tells what was done, whatever that is. */
static int
send_once(struct changing *g, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf body = {0};
	struct ses_hf_call c = {.method = "POST",
	    .path = &path,
	    .type = "application/x-ndjson",
	    .also = 422,
	    .does = g->v[0].hash != NULL ? "write to" : "delete from",
	    .before = g->v[0].hash != NULL ? before_new : NULL,
	    .arg = g,
	    .count = g->count};
	struct ses_hf_batch answer;
	size_t sent = n_left(g);
	size_t i;
	int rc;

	memset(g->named, 0, g->n);
	for (i = 0; i < g->n; i++)
		if (g->left[i])
			add_line(g, &g->v[i], &body);
	ses_hf_api(g->s, &path, "/batch");
	c.body = body.data;
	c.len = body.len;
	rc = ses_buf_check(&body, err);
	if (rc == 0)
		rc = ses_hf_call(g->s, &c, err);
	/* what is to be done about that is the same for all objects */
	g->s->notes->down |= rc < 0 && g->is_public;
	if (rc < 0 && g->is_there && g->is_ours && g->tries > 0) {
		/* a try that was told as a failure had made it */
		memset(g->left, 0, g->n);
		rc = 1;
	}
	if (rc == 0)
		rc = ses_hf_batch_read(&c.answer.body,
		    ses_hf_secrets(g->s).list, &answer, on_failed, g, err);
	if (rc == 0)
		(void)ses_hf_batch_left(&answer, sent, g->named, g->left, g->n);
	if (rc < 0 && g->v[0].hash != NULL && c.answer.begun &&
	    (c.answer.status < 300 || c.answer.status >= 500))
		g->s->notes->uncertain = 1;
	ses_hf_done(&c);
	ses_buf_free(&path);
	ses_buf_free(&body);
	return rc < 0 ? -1 : 0;
}

static int
on_there(void *arg, const struct ses_hf_object *o, struct seshat_err *err)
{
	struct changing *g = arg;

	(void)err;
	on_failed(g, o->path, "it is still there");
	return 0;
}

/* A name that is gone need not be deleted, whatever the hub thinks of being
 * asked to. */
static int
forget_gone(struct changing *g, struct seshat_err *err)
{
	const char **keys = ses_calloc(g->n, sizeof(*keys));
	size_t n = 0;
	size_t i;
	int rc;

	if (keys == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < g->n; i++)
		if (g->left[i])
			keys[n++] = g->v[i].key;
	memset(g->named, 0, g->n);
	rc = ses_hf_look(g->s, keys, n, g->count, on_there, g, err);
	if (rc == 0)
		memcpy(g->left, g->named, g->n);
	free(keys);
	return rc;
}

static int
not_made(struct changing *g, struct seshat_err *err)
{
	size_t i;

	/* what no answer names may be there all the same */
	for (i = 0; i < g->n; i++)
		if (g->left[i] && !g->named[i] && g->v[i].hash != NULL)
			g->s->notes->uncertain = 1;
	g->s->notes->vain = 1; /* it was tried often enough */
	return ses_fail(err, SESHAT_ENET,
	    "%s did not make %zu of %zu changes%s%.200s", g->s->hub.host.data,
	    n_left(g), g->n, g->why.len > 0 ? ": " : "",
	    g->why.len > 0 ? g->why.data : "");
}

static int
change(struct changing *g, struct seshat_err *err)
{
	struct ses_backoff b = ses_backoff_far();

	for (; g->tries < TRIES; g->tries++) {
		if (send_once(g, err) < 0)
			return -1;
		if (n_left(g) > 0 && g->v[0].hash == NULL &&
		    forget_gone(g, err) < 0)
			return -1;
		if (n_left(g) == 0)
			return 0;
		ses_log(SES_DEBUG, "hf: %zu of %zu changes are not made: %s",
		    n_left(g), g->n, g->why.len > 0 ? g->why.data : "");
		if (!ses_backoff_wait(&b, 0))
			break;
	}
	return not_made(g, err);
}

int
ses_hf_change(struct ses_hf *s, const struct ses_hf_change *v, size_t n,
    uint64_t *count, struct seshat_err *err)
{
	struct changing g = {.s = s, .v = v, .n = n};
	int rc = -1;

	g.count = count;
	g.left = ses_calloc(n, 1);
	g.named = ses_calloc(n, 1);
	if (g.left == NULL || g.named == NULL) {
		ses_fail_nomem(err);
	} else {
		memset(g.left, 1, n);
		rc = change(&g, err);
	}
	free(g.left);
	free(g.named);
	ses_buf_free(&g.name);
	ses_buf_free(&g.why);
	return rc;
}

int
ses_hf_look(struct ses_hf *s, const char *const *keys, size_t n,
    uint64_t *count, ses_hf_seen *seen, void *arg, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf body = {0};
	struct ses_buf name = {0};
	struct ses_hf_call c = {.method = "POST",
	    .path = &path,
	    .type = "application/json",
	    .does = "read from"};
	const char *full;
	size_t i;
	int rc;

	c.count = count;
	ses_buf_str(&body, "{\"paths\":[");
	for (i = 0; i < n; i++) {
		full = full_name(s, keys[i], &name);
		if (i > 0)
			ses_buf_str(&body, ",");
		ses_json_quote(&body, full, strlen(full));
	}
	ses_buf_str(&body, "]}");
	ses_hf_api(s, &path, "/paths-info");
	body.bad |= name.bad;
	c.body = body.data;
	c.len = body.len;
	rc = ses_buf_check(&body, err);
	if (rc == 0)
		rc = ses_hf_call(s, &c, err);
	if (rc == 0)
		rc = ses_hf_objects(&c.answer.body, seen, arg, err);
	ses_hf_done(&c);
	ses_buf_free(&path);
	ses_buf_free(&body);
	ses_buf_free(&name);
	return rc;
}
