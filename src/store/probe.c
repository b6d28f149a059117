#include <stdio.h>
#include <string.h>

#include "base/rand.h"
#include "base/time.h"
#include "store/probe.h"

#define OBJECT "seshat doctor tries whether this can be written\n"

struct probing {
	struct ses_store *s;
	struct ses_probe *out;
	unsigned caps; /* after the put: what it really does */
	char tag[SES_STORE_TAG];
};

static int
stop(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	(void)arg;
	(void)o;
	(void)err;
	return 1;
}

static int
try_list(struct probing *p, struct seshat_err *err)
{
	const struct ses_store_list what = {.prefix = ".seshat-", .shallow = 1};
	int64_t began = ses_time_steady();
	int rc = ses_store_list(p->s, &what, stop, NULL, err);

	p->out->took_ms = ses_time_steady() - began;
	return rc < 0 ? -1 : SES_PROBE_OK;
}

/* Of what is not there: where this is forbidden the object has one name, so
 * that not each run leaves one more. */
static int
try_delete(struct probing *p, struct seshat_err *err)
{
	char key[sizeof(p->out->key)] = ".seshat-probe-";

	ses_rand_hex(key + strlen(key), 16);
	if (ses_store_del(p->s, key, err) < 0)
		return -1;
	memcpy(p->out->key, key, sizeof(key));
	return SES_PROBE_OK;
}

static int
put(struct probing *p, const struct ses_put *what, struct seshat_err *err)
{
	int64_t when;

	if (ses_store_put(p->s, p->out->key, what, &when, err) < 0)
		return -1;
	p->out->left = p->out->key;
	p->out->has_time = when != 0;
	p->out->skew_ms = ses_time_now() - when;
	return 0;
}

static int
try_put(struct probing *p, struct seshat_err *err)
{
	const struct ses_put what = {.data = OBJECT, .len = strlen(OBJECT)};

	return put(p, &what, err) < 0 ? -1 : SES_PROBE_OK;
}

static int
try_get(struct probing *p, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = -1;

	if (ses_store_read(p->s, p->out->key, sizeof(OBJECT), &b, err) < 0) {
		/* nothing was written, and it says so: it can be read */
		if (err->code == SESHAT_ENOTFOUND && p->out->left == NULL)
			rc = SES_PROBE_OK;
	} else if (p->out->left != NULL &&
		   (b.len != strlen(OBJECT) ||
		       memcmp(b.data, OBJECT, b.len) != 0)) {
		ses_fail(err, SESHAT_ECORRUPT,
		    "what is read is not what was written");
	} else {
		(void)snprintf(
		    p->tag, sizeof(p->tag), "%s", ses_store_tag(p->s));
		rc = SES_PROBE_OK;
	}
	ses_buf_free(&b);
	return rc;
}

/* A put that must be refused: whether it was. */
static int
refused(struct probing *p, const struct ses_put *what, int code,
    struct seshat_err *err)
{
	if (put(p, what, err) == 0)
		return SES_PROBE_UNHEEDED;
	return err->code == code ? SES_PROBE_OK : -1;
}

static int
try_create(struct probing *p, struct seshat_err *err)
{
	const struct ses_put what = {
	    .data = "?", .len = 1, .how = SES_PUT_CREATE};
	int rc;

	if (p->out->left == NULL)
		return SES_PROBE_NOT;
	if (ses_store_learn(p->s, &p->caps, err) < 0)
		return -1;
	if (!(p->caps & SES_STORE_CREATE_ONLY))
		return SES_PROBE_UNHEEDED;
	rc = refused(p, &what, SESHAT_EEXISTS, err);
	if (rc == SES_PROBE_UNHEEDED)
		ses_store_forget(p->s);
	return rc;
}

static int
try_match(struct probing *p, struct seshat_err *err)
{
	static const char wrong[] = "\"00000000000000000000000000000000\"";
	struct ses_put what = {.data = "!", .len = 1, .tag = wrong};
	int rc;

	if (p->out->left == NULL || !(ses_store_caps(p->s) & SES_STORE_MATCH) ||
	    p->out->of[SES_PROBE_CREATE].state == SES_PROBE_FAILED)
		return SES_PROBE_NOT;
	if (!(p->caps & SES_STORE_MATCH) || p->tag[0] == '\0')
		return SES_PROBE_UNHEEDED;
	rc = refused(p, &what, SESHAT_ECONFLICT, err);
	if (rc != SES_PROBE_OK)
		return rc;
	what.tag = p->tag;
	return put(p, &what, err) < 0 ? -1 : SES_PROBE_OK;
}

static const struct {
	const char *name;
	int (*go)(struct probing *p, struct seshat_err *err);
} tries[SES_PROBE_TRIES] = {
    [SES_PROBE_LIST] = {"list", try_list},
    [SES_PROBE_DELETE] = {"delete", try_delete},
    [SES_PROBE_PUT] = {"write", try_put},
    [SES_PROBE_GET] = {"read", try_get},
    [SES_PROBE_CREATE] = {"write only what is new", try_create},
    [SES_PROBE_MATCH] = {"replace only what is known", try_match},
};

const char *
ses_probe_name(int what)
{
	return tries[what].name;
}

/* Whether what failed would make all others fail: what is forbidden may be
 * only one of them. */
static int
is_hopeless(const struct ses_probe *out)
{
	const struct ses_probe_result *r = &out->of[SES_PROBE_LIST];

	return r->state == SES_PROBE_FAILED && r->why.code != SESHAT_EAUTH;
}

void
ses_store_probe(struct ses_store *s,
    void (*begins)(void *arg, const char *what), void *arg,
    struct ses_probe *out)
{
	struct probing p = {.s = s, .out = out};
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_probe_result *r;
	int i;
	int rc;

	*out = (struct ses_probe){.key = ".seshat-probe"};
	for (i = 0; i < SES_PROBE_TRIES && !is_hopeless(out); i++) {
		if (begins != NULL)
			begins(arg, tries[i].name);
		r = &out->of[i];
		rc = tries[i].go(&p, &r->why);
		r->state = rc < 0 ? SES_PROBE_FAILED : rc;
	}
	r = &out->of[SES_PROBE_DELETE];
	if (out->left != NULL && ses_store_del(s, out->key, &why) == 0) {
		out->left = NULL;
	} else if (out->left != NULL && r->state == SES_PROBE_OK) {
		r->state = SES_PROBE_FAILED;
		r->why = why;
	}
}

const struct ses_probe_result *
ses_probe_failed(const struct ses_probe *p)
{
	static const int needed[] = {
	    SES_PROBE_LIST, SES_PROBE_PUT, SES_PROBE_GET};
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (p->of[needed[i]].state == SES_PROBE_FAILED)
			return &p->of[needed[i]];
	return NULL;
}
