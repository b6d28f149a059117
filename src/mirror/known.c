/* The secrets that a session had so far, kept beside its state so that they
 * are found again where nothing tells what they are. */
#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/keep.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"
#include "mirror/flush.h"
#include "mirror/known.h"

/* A line of known.h's text is shorter. */
#define KNOWN_MAX ((size_t)SES_KNOWN_VALUES * 192)

/* Beside "<id>.json" stands "<id>.known". */
static int
known_path(const char *state_path, struct ses_buf *out, struct seshat_err *err)
{
	ses_buf_add(out, state_path, strlen(state_path) - strlen(".json"));
	ses_buf_str(out, ".known");
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

int
ses_flush_has_known(const struct ses_flush *f)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int has = known_path(f->state_path.data, &path, &ignored) == 0 &&
		  access(path.data, F_OK) == 0;

	ses_buf_free(&path);
	return has;
}

static int
new_set(struct ses_known **out, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf hex = {0};
	unsigned char key[SES_KNOWN_KEY];
	int rc = -1;

	if (ses_xdg_path(SES_XDG_STATE, "key", &path, err) < 0)
		goto out;
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	if (ses_keep_random(path.data, (size_t)2 * SES_KNOWN_KEY, &hex, err) <
	    0) {
		ses_xdg_fail_state(err);
		goto out;
	}
	if (ses_unhex(ses_buf_cstr(&hex), SES_KNOWN_KEY, key) < 0) {
		ses_fail(err, SESHAT_ECORRUPT,
		    "%s: not a key of 64 hex digits; delete it, another one is "
		    "made",
		    path.data);
		goto out;
	}
	rc = ses_known_new(key, out, err);
out:
	OPENSSL_cleanse(key, sizeof(key));
	ses_buf_free(&hex);
	ses_buf_free(&path);
	return rc;
}

int
ses_known_load(
    const char *state_path, struct ses_known **out, struct seshat_err *err)
{
	struct ses_known *known = NULL;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	int rc = -1;

	if (new_set(&known, err) < 0 || known_path(state_path, &path, err) < 0)
		goto out;
	if (ses_fs_slurp(path.data, KNOWN_MAX, &text, err) < 0) {
		rc = err->code == SESHAT_ENOTFOUND ? 0 : -1;
		goto out;
	}
	rc = ses_known_parse(known, ses_buf_cstr(&text), text.len, err);
	if (rc < 0 && err->code == SESHAT_ECORRUPT) {
		ses_log(SES_DEBUG, "%s: %s", path.data, err->msg);
		ses_known_free(known);
		known = NULL;
		rc = new_set(&known, err);
	}
out:
	if (rc < 0) {
		ses_known_free(known);
		known = NULL;
	}
	*out = known;
	ses_buf_free(&text);
	ses_buf_free(&path);
	return rc;
}

/* The path that allow lists may name.  Of an import it is what somebody else
 * wrote, and lets nothing through. */
static const char *
source_path(const struct ses_flush *f)
{
	return f->session == NULL || f->how->origin != NULL ? NULL
							    : f->session->path;
}

int
ses_flush_no_redact(const struct ses_flush *f)
{
	return f->m->opts.no_redact ||
	       ses_custom_lets_path(f->m->opts.custom, source_path(f));
}

int
ses_flush_redact(
    struct ses_flush *f, struct ses_redact **out, struct seshat_err *err)
{
	struct ses_mirror *m = f->m;

	*out = NULL;
	if (ses_flush_no_redact(f))
		return 0;
	if (m->redact == NULL &&
	    ses_redact_open(&m->redact, m->opts.custom, err) < 0)
		return ses_fail_in(
		    err, "nothing was stored: the redaction engine cannot run");
	if (f->known == NULL) {
		if (ses_known_load(f->state_path.data, &f->known, err) < 0)
			return ses_fail_in(err, "nothing was stored");
		f->known_saved = ses_known_added(f->known);
		ses_redact_remember(m->redact, f->known);
	}
	ses_redact_source(m->redact, source_path(f));
	*out = m->redact;
	return 0;
}

/* Scrub a block only to learn what is in it; *next is where to go on. */
static int
learn(struct ses_flush *f, const struct ses_block *b, int in_line,
    uint64_t *next, struct seshat_err *err)
{
	struct ses_redact_counts *counts = ses_calloc(1, sizeof(*counts));
	struct ses_buf *clean = &f->m->clean;
	size_t cut = b->stop;
	int rc;

	if (counts == NULL)
		return ses_fail_nomem(err);
	ses_buf_clear(clean);
	if (b->kind == SES_BLOCK_PIECE || in_line)
		rc = ses_redact_piece(f->m->redact, b->data, b->len, b->start,
		    b->stop, clean, &cut, counts, err);
	else
		rc = ses_redact_lines(f->m->redact, b->data + b->start,
		    b->stop - b->start, clean, counts, err);
	*next = b->to - (b->stop - cut);
	free(counts);
	return rc < 0 ? -1 : 0;
}

/* Read the source before the cursor once more. */
static int
read_again(struct ses_flush *f, struct seshat_err *err)
{
	const struct ses_state_source *src = f->src;
	struct ses_source *source = &f->m->source;
	struct ses_block b;
	uint64_t at = 0;
	int in_line = 0;

	ses_log(SES_DEBUG, "%s: looking for what was scrubbed before %llu",
	    f->path, (unsigned long long)src->cursor);
	while (at < src->cursor) {
		if (ses_source_check(source, at, NULL, err) < 0 ||
		    ses_source_next(source, at, in_line, 0, &b, err) < 0)
			return -1;
		if (b.kind == SES_BLOCK_NONE)
			break;
		if (learn(f, &b, in_line, &at, err) < 0)
			return -1;
		in_line = at < b.to || b.inside;
	}
	return 0;
}

int
ses_flush_recall(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	struct ses_redact *r = NULL;
	size_t min;

	if (ses_flush_no_redact(f))
		return SES_FLUSH_OK;
	if (src->known == 0 || src->cursor == 0) {
		src->known = 0;
		return SES_FLUSH_OK;
	}
	if (ses_flush_redact(f, &r, err) < 0)
		return -1;
	/* a full set forgets half */
	min = src->known > SES_KNOWN_VALUES / 2 ? SES_KNOWN_VALUES / 2
						: (size_t)src->known;
	if (src->known > 0 && ses_known_count(f->known) >= min)
		return SES_FLUSH_OK;
	if (read_again(f, err) < 0)
		return err->code == SESHAT_ECONFLICT ? SES_FLUSH_RESTART : -1;
	src->known = (int64_t)ses_known_count(f->known);
	if (ses_flush_remember(f, err) < 0)
		return -1;
	/* what is read next begins behind the cursor again */
	return ses_source_check(&f->m->source, src->cursor, NULL, err) < 0
		   ? -1
		   : SES_FLUSH_OK;
}

int
ses_flush_remember(struct ses_flush *f, struct seshat_err *err)
{
	if (ses_flush_no_redact(f)) {
		f->src->known = -1;
		return 0;
	}
	if (f->src->known >= 0)
		f->src->known = (int64_t)ses_known_count(f->known);
	return ses_known_keep(f, err);
}

int
ses_known_keep(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	int rc = -1;

	if (ses_known_added(f->known) == f->known_saved)
		return 0;
	ses_known_format(f->known, &text);
	if (known_path(f->state_path.data, &path, err) < 0 ||
	    ses_buf_check(&text, err) < 0)
		goto out;
	rc = ses_state_write(path.data, text.data, text.len, err);
	if (rc == 0)
		f->known_saved = ses_known_added(f->known);
out:
	ses_buf_free(&text);
	ses_buf_free(&path);
	return rc;
}

void
ses_known_drop(struct ses_flush *f)
{
	if (access(f->state_path.data, F_OK) < 0)
		ses_flush_forget(f);
}

void
ses_flush_forget(struct ses_flush *f)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	(void)unlink(f->state_path.data);
	if (known_path(f->state_path.data, &path, &ignored) == 0)
		(void)unlink(path.data);
	ses_buf_free(&path);
}
