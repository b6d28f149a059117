/* Bringing a bundle into a gist. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "share/gist.h"

/* A request that makes or changes a gist is at most about so long. */
#define BODY_MAX ((size_t)4000000)

/* How often a gist is made whose making may or may not have worked, and is
 * looked for each time. */
#define CREATE_TRIES 3
#define LOOK_MS      2000
#define SECOND_MS    1000

/* What is there when GitHub answers late. */
#define VERIFY_TRIES 3

/* One writing of a bundle. */
struct put {
	const struct ses_share_gist *s;
	struct ses_bundle *b;
	struct ses_gist *gist;   /* what is there now; no id: nothing */
	struct ses_buf manifest; /* empty for a single file */
	struct ses_buf content;
	struct ses_buf files; /* members of "files", of the next request */
	int kept[SES_BUNDLE_FILES]; /* files that are there already */
};

/* Whether a file of the gist holds these bytes: git tells by the blob's id in
 * its URL. */
static int
is_there(
    const struct ses_gist *g, const char *name, uint64_t size, const char *blob)
{
	const struct ses_gist_file *f = ses_gist_file(g, name);

	return f != NULL && f->size == size && blob[0] != '\0' &&
	       strstr(f->raw_url, blob) != NULL;
}

/* The number in "session-ID.NNN.", or -1. */
static int
number_of(const char *name, const char *prefix)
{
	uint64_t n;
	size_t digits;

	if (!ses_str_starts(name, prefix))
		return -1;
	name += strlen(prefix);
	digits = strspn(name, "0123456789");
	if (digits == 0 || digits > 6 || name[digits] != '.' ||
	    ses_str_u64n(name, digits, &n) < 0)
		return -1;
	return (int)n;
}

static void
make_prefix(const struct put *p, struct ses_buf *out)
{
	ses_buf_str(out, "session-");
	ses_bundle_slug(p->s->id, out);
	ses_buf_str(out, ".");
}

/* A file whose bytes are there already keeps its name; others get numbers that
 * nothing has, so that the old manifest stays true until the new one is there.
 */
static int
number(struct put *p, struct seshat_err *err)
{
	struct ses_bundle *b = p->b;
	struct ses_buf prefix = {0};
	unsigned next = 0;
	size_t i;
	size_t k;
	int n;

	if (b->is_single) {
		p->kept[0] = is_there(p->gist, b->files[0].name,
		    b->files[0].size, b->files[0].blob);
		return 0;
	}
	make_prefix(p, &prefix);
	(void)ses_buf_cstr(&prefix);
	if (ses_buf_check(&prefix, err) < 0)
		return -1;
	for (k = 0; k < p->gist->n_files; k++) {
		n = number_of(p->gist->files[k].name, prefix.data);
		if (n >= (int)next)
			next = (unsigned)n + 1;
	}
	for (i = 0; i < b->n; i++) {
		for (k = 0; k < p->gist->n_files && !p->kept[i]; k++) {
			n = number_of(p->gist->files[k].name, prefix.data);
			if (n < 0)
				continue;
			ses_bundle_number(b, i, p->s->id, (unsigned)n);
			p->kept[i] = is_there(p->gist, b->files[i].name,
			    b->files[i].size, b->files[i].blob);
		}
		if (!p->kept[i])
			ses_bundle_number(b, i, p->s->id, next++);
	}
	ses_buf_free(&prefix);
	return 0;
}

static void
add_member(struct put *p, const char *name)
{
	ses_buf_str(&p->files, p->files.len > 0 ? "," : "");
	ses_json_quote(&p->files, name, strlen(name));
	ses_buf_str(&p->files, ":");
}

static void
add_content(struct put *p, const char *name, const char *data, size_t len)
{
	add_member(p, name);
	ses_buf_str(&p->files, "{\"content\":");
	ses_json_quote(&p->files, data, len);
	ses_buf_str(&p->files, "}");
}

static void
begin_body(const struct put *p, struct ses_buf *body)
{
	const struct ses_buf *d = &p->s->description;

	ses_buf_str(body, "{\"description\":");
	ses_json_quote(body, d->data, d->len);
	if (p->gist->id[0] == '\0')
		ses_buf_fmt(
		    body, ",\"public\":%s", p->s->is_public ? "true" : "false");
}

/* Make the gist.  What was made although GitHub said no is found by its mark;
 * of two that two machines made at once the older one stays. */
static int
create(struct put *p, const struct ses_buf *body, struct seshat_err *err)
{
	char made[SES_GIST_ID];
	char id[SES_GIST_ID];
	int uncertain = 0;
	int tries;
	int found = 0;
	int rc = -1;

	for (tries = 0; tries < CREATE_TRIES && rc < 0 && !found; tries++) {
		rc = ses_gist_create(
		    p->s->github, body, p->gist, &uncertain, err);
		if (rc == 0)
			break;
		if (!uncertain)
			return -1;
		ses_log(SES_INFO, "%s; looking whether it is there", err->msg);
		ses_time_pause(LOOK_MS);
		found = ses_share_gist_search(p->s, id, err);
		if (found < 0)
			return -1;
	}
	if (rc < 0 && !found)
		return -1;
	if (rc < 0) {
		if (ses_gist_get(p->s->github, id, p->gist, err) < 0 ||
		    ses_share_gist_keep(p->s, id, err) < 0)
			return -1;
		return 1;
	}
	memcpy(made, p->gist->id, sizeof(made));
	/* Times are in seconds: once that of ours is over, all who made one in
	 * it see the same gists and choose the same.  Killed here, the next run
	 * finds it by its mark. */
	ses_time_pause(SECOND_MS);
	found = ses_share_gist_search(p->s, id, err);
	if (found < 0)
		return -1;
	if (found == 0 || strcmp(id, made) == 0)
		return ses_share_gist_keep(p->s, made, err);
	ses_log(SES_INFO, "another machine made gist %s at the same time", id);
	ses_gist_free(p->gist);
	if (ses_gist_get(p->s->github, id, p->gist, err) < 0 ||
	    ses_share_gist_keep(p->s, id, err) < 0)
		return -1;
	return ses_gist_delete(p->s->github, made, err) < 0 ? -1 : 1;
}

/* Send what has gathered.  1 when another gist than was thought is gone on
 * with, which is to be written from the start. */
static int
send(struct put *p, struct seshat_err *err)
{
	struct ses_gist after = {0};
	struct ses_buf body = {0};
	int rc;

	begin_body(p, &body);
	if (p->files.len > 0)
		ses_buf_fmt(&body, ",\"files\":{%s}", ses_buf_cstr(&p->files));
	ses_buf_str(&body, "}");
	rc = ses_buf_check(&body, err) < 0 || ses_buf_check(&p->files, err) < 0
		 ? -1
		 : 0;
	ses_buf_clear(&p->files);
	if (rc == 0 && p->gist->id[0] == '\0') {
		rc = create(p, &body, err);
	} else if (rc == 0) {
		rc = ses_gist_change(
		    p->s->github, p->gist->id, &body, &after, err);
		if (rc == 0) {
			ses_gist_free(p->gist);
			*p->gist = after;
		}
	}
	ses_buf_free(&body);
	return rc;
}

static int
is_wanted(const struct put *p, const char *name)
{
	size_t i;

	if (strcmp(name, SES_BUNDLE_MANIFEST) == 0)
		return !p->b->is_single;
	for (i = 0; i < p->b->n; i++)
		if (strcmp(p->b->files[i].name, name) == 0)
			return 1;
	return 0;
}

/* Of what is in the gist, files of this session that it no longer has. */
static void
drop_old(struct put *p)
{
	struct ses_buf prefix = {0};
	const char *name;
	size_t i;

	make_prefix(p, &prefix);
	(void)ses_buf_cstr(&prefix);
	for (i = 0; i < p->gist->n_files && !prefix.bad; i++) {
		name = p->gist->files[i].name;
		if (is_wanted(p, name) ||
		    (!ses_str_starts(name, prefix.data) &&
			strcmp(name, SES_BUNDLE_MANIFEST) != 0))
			continue;
		add_member(p, name);
		ses_buf_str(&p->files, "null");
	}
	ses_buf_free(&prefix);
}

/* GitHub refuses a change that only removes: something that is there already
 * goes with it. */
static int
add_company(struct put *p, struct seshat_err *err)
{
	if (!p->b->is_single) {
		add_content(
		    p, SES_BUNDLE_MANIFEST, p->manifest.data, p->manifest.len);
		return 0;
	}
	if (ses_bundle_read(p->b, 0, &p->content, err) < 0)
		return -1;
	add_content(p, p->b->files[0].name, p->content.data, p->content.len);
	return 0;
}

static int
write_files(struct put *p, struct seshat_err *err)
{
	const struct ses_bundle *b = p->b;
	size_t i;
	int adds;
	int rc;

	for (i = 0; i < b->n; i++) {
		if (p->kept[i])
			continue;
		if (ses_bundle_read(b, i, &p->content, err) < 0)
			return -1;
		/* a single file takes the old one's place, and what that was
		 * goes, in one request */
		if (p->files.len > 0 &&
		    p->files.len + p->content.len > BODY_MAX) {
			rc = send(p, err);
			if (rc != 0)
				return rc;
		}
		add_content(
		    p, b->files[i].name, p->content.data, p->content.len);
	}
	if (!b->is_single) {
		if (p->files.len > 0 &&
		    p->files.len + p->manifest.len > BODY_MAX) {
			rc = send(p, err);
			if (rc != 0)
				return rc;
		}
		if (!is_there(p->gist, SES_BUNDLE_MANIFEST, p->manifest.len,
			p->b->manifest_blob))
			add_content(p, SES_BUNDLE_MANIFEST, p->manifest.data,
			    p->manifest.len);
	}
	adds = p->files.len > 0;
	drop_old(p);
	if (!adds && p->files.len > 0 && add_company(p, err) < 0)
		return -1;
	if (p->files.len == 0 && p->gist->id[0] != '\0' &&
	    strcmp(p->gist->description, p->s->description.data) == 0)
		return 0;
	return send(p, err);
}

/* One file as it came back: 1 when it is what was sent. */
static int
is_same(struct put *p, const char *name, uint64_t size, const char *sha256,
    struct seshat_err *err)
{
	const struct ses_gist_file *f = ses_gist_file(p->gist, name);
	struct ses_sink sink = ses_sink_buf(&p->content);
	char got[SES_SHA256_HEX];

	if (f == NULL || f->size != size)
		return 0;
	ses_buf_clear(&p->content);
	if (ses_gist_read(p->s->github, f, size, &sink, err) < 0)
		return err->code == SESHAT_ECORRUPT ||
			       err->code == SESHAT_ELIMIT
			   ? 0
			   : -1;
	ses_sha256_of(ses_buf_cstr(&p->content), p->content.len, got);
	return strcmp(got, sha256) == 0;
}

/* Read all of it back: 1 when it is what was sent, 0 or -1. */
static int
verify_once(struct put *p, const char *manifest_sha256, struct seshat_err *err)
{
	char id[SES_GIST_ID];
	size_t i;
	int rc = 1;

	memcpy(id, p->gist->id, sizeof(id));
	ses_gist_free(p->gist);
	if (ses_gist_get(p->s->github, id, p->gist, err) < 0)
		return -1;
	if (!p->b->is_single)
		rc = is_same(p, SES_BUNDLE_MANIFEST, p->manifest.len,
		    manifest_sha256, err);
	for (i = 0; i < p->b->n && rc == 1; i++)
		rc = is_same(p, p->b->files[i].name, p->b->files[i].size,
		    p->b->files[i].sha256, err);
	return rc;
}

static int
verify(struct put *p, struct seshat_err *err)
{
	char manifest[SES_SHA256_HEX];
	int tries;
	int rc = 0;

	ses_sha256_of(ses_buf_cstr(&p->manifest), p->manifest.len, manifest);
	for (tries = 0; tries < VERIFY_TRIES && rc == 0; tries++) {
		if (tries > 0)
			ses_time_pause(LOOK_MS);
		rc = verify_once(p, manifest, err);
	}
	if (rc == 0)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "gist %s: GitHub gives other bytes than were sent",
		    p->gist->id);
	return rc < 0 ? -1 : 0;
}

/* Whoever has the URL of what was encrypted is not to find it readable one day,
 * because an option was forgotten. */
static int
check_encrypted(const struct put *p, struct seshat_err *err)
{
	size_t i;

	if (p->b->encoding == SES_BUNDLE_AGE ||
	    p->b->encoding == SES_BUNDLE_GZIP_AGE)
		return 0;
	for (i = 0; i < p->gist->n_files; i++)
		if (ses_str_ends(p->gist->files[i].name, ".age"))
			return ses_fail(err, SESHAT_EUSAGE,
			    "gist %s holds the session encrypted: say "
			    "--encrypt-to, or 'seshat gists delete %s' first",
			    p->gist->id, p->gist->id);
	return 0;
}

int
ses_share_gist_put(const struct ses_share_gist *s, struct ses_bundle *b,
    const struct ses_share_text *text, struct ses_gist *gist,
    struct seshat_err *err)
{
	struct put p = {.s = s, .b = b, .gist = gist};
	int tries;
	int rc = 1;

	for (tries = 0; tries < 3 && rc == 1; tries++) {
		if (check_encrypted(&p, err) < 0) {
			rc = -1;
			break;
		}
		memset(p.kept, 0, sizeof(p.kept));
		ses_buf_clear(&p.manifest);
		ses_buf_clear(&p.files);
		rc = number(&p, err);
		if (rc == 0 && !b->is_single) {
			ses_manifest_render(
			    b, s->harness, s->id, text, &p.manifest);
			rc = ses_buf_check(&p.manifest, err);
			ses_bundle_blob(
			    p.manifest.data, p.manifest.len, b->manifest_blob);
		}
		if (rc == 0)
			rc = write_files(&p, err);
	}
	if (rc == 1)
		rc = ses_fail(err, SESHAT_ECONFLICT,
		    "session %s is being shared by another machine", s->id);
	if (rc == 0)
		rc = verify(&p, err);
	ses_buf_free(&p.manifest);
	ses_buf_free(&p.content);
	ses_buf_free(&p.files);
	return rc;
}
