/* Accidents of the vault and of the local state. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "pack/archive.h"
#include "pack/member.h"
#include "pack/part.h"
#include "sim/sim.h"
#include "vault/doc.h"

#define FOLDER SIM_SESSION_KEY

static void
state_path(const struct sim *s, int machine, char *out, size_t size)
{
	char hex[SES_SHA256_HEX];

	ses_sha256_of(s->url, strlen(s->url), hex);
	(void)snprintf(out, size,
	    "state-%d/seshat/mirror/%.16s/claude-code/" SIM_SESSION ".json",
	    machine, hex);
}

void
sim_state_keep(struct sim *s, int machine)
{
	char path[160];

	state_path(s, machine, path, sizeof(path));
	if (sim_one_in(s, 3))
		(void)sim_file_read(
		    path, &s->states[machine][sim_below(s, SIM_OLDER)]);
}

/* Whether the stream still holds the last object that the state speaks of: it
 * may have been merged, or archived, since. */
static int
stands(const json_t *src)
{
	const char *last = ses_doc_str(src, "last");
	uint64_t next = ses_doc_u64(src, "next_seq");
	const struct sim_object *o;
	struct sim_tree vault;
	char name[SES_PART_NAME] = "";
	char path[256];
	int rc;

	if (last[0] == '\0' && next > 0) {
		ses_key_part(
		    name, (uint32_t)next - 1, ses_doc_str(src, "stream"));
		last = name;
	}
	(void)snprintf(path, sizeof(path), FOLDER "%s", last);
	sim_tree_read(&vault, "vault");
	o = sim_tree_find(&vault, path);
	rc = last[0] != '\0' && o != NULL && sim_is_used(&vault, o);
	sim_tree_free(&vault);
	return rc;
}

void
sim_state_note(struct sim *s, int machine)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	const json_t *src;
	json_t *doc = NULL;
	char path[160];

	s->cursor_of[0] = '\0';
	state_path(s, machine, path, sizeof(path));
	if (sim_file_read(path, &b))
		doc = ses_doc_parse(ses_buf_cstr(&b), b.len, &err);
	src = json_array_get(json_object_get(doc, "sources"), 0);
	if (src != NULL &&
	    json_array_size(json_object_get(doc, "sources")) == 1) {
		(void)snprintf(s->cursor_of, sizeof(s->cursor_of), "%.8s",
		    ses_doc_str(src, "stream"));
		s->cursor = ses_doc_u64(src, "cursor");
		s->stands = stands(src);
	}
	json_decref(doc);
	ses_buf_free(&b);
}

static void
drop_state(int machine)
{
	char dir[32];

	(void)snprintf(dir, sizeof(dir), "state-%d", machine);
	sim_wipe(dir);
}

void
sim_state_step(struct sim *s, int machine)
{
	const struct ses_buf *old =
	    &s->states[machine][sim_below(s, SIM_OLDER)];
	struct ses_buf b = {0};
	char path[160];
	unsigned what = sim_below(s, 4);

	state_path(s, machine, path, sizeof(path));
	if (what == 0) {
		drop_state(machine);
		sim_say(s, "state %d: its folder is deleted", machine);
	} else if (!sim_file_read(path, &b)) {
		sim_say(s, "state %d: there is none", machine);
	} else if (what == 1) {
		(void)unlink(path);
		sim_say(s, "state %d: the session's is deleted", machine);
	} else if (what == 2) {
		b.len =
		    sim_one_in(s, 3) ? 0 : sim_below(s, (unsigned)b.len + 1);
		sim_file_write(path, O_TRUNC, b.data, b.len);
		sim_say(s, "state %d: half-written, %zu bytes", machine, b.len);
	} else if (old->len > 0) {
		sim_file_write(path, O_TRUNC, old->data, old->len);
		s->behind[machine] = 1;
		sim_say(s, "state %d: an older copy is restored", machine);
	}
	ses_buf_free(&b);
}

static int
is_archive(const struct sim_object *o)
{
	return strncmp(o->path, FOLDER "archive-", strlen(FOLDER "archive-")) ==
	       0;
}

static int
parse(const struct sim_object *o, struct ses_member *m)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	return is_archive(o) ? ses_archive_parse(o->data, o->len, m, &err)
			     : ses_member_parse(o->data, o->len, m, &err);
}

static int
unpack(const struct sim_object *o, const char *data, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_buf(out);

	return is_archive(o)
		   ? ses_archive_unpack(data, o->len, UINT64_MAX, &sink, &err)
		   : ses_member_inflate(data, o->len, UINT64_MAX, &sink, &err);
}

static void
path_of(const struct sim_object *o, char *path, size_t size)
{
	(void)snprintf(path, size, "vault/%s", o->path);
}

json_t *
sim_checkpoint(const struct sim_tree *t, const char *stream)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct sim_object *o;
	char path[256];

	(void)snprintf(path, sizeof(path), FOLDER "stream-%s.json", stream);
	o = sim_tree_find(t, path);
	return o == NULL ? NULL : ses_doc_parse(o->data, o->len, &err);
}

static int
lists(const json_t *doc, const char *name)
{
	const json_t *parts = json_object_get(doc, "parts");
	size_t i;

	for (i = 0; i < json_array_size(parts); i++)
		if (strcmp(ses_doc_str(json_array_get(parts, i), "key"),
			name) == 0)
			return 1;
	return 0;
}

int
sim_is_used(const struct sim_tree *t, const struct sim_object *o)
{
	const char *name = o->path + strlen(FOLDER);
	char id[SES_STREAM_ID];
	uint32_t seq = 0;
	int kind = ses_key_kind(name, id, &seq);
	json_t *doc = sim_checkpoint(t, id);
	size_t i;
	int rc;

	if (doc != NULL) {
		rc = lists(doc, name) ||
		     (kind == SES_OBJECT_PART &&
			 seq >= ses_doc_u64(doc, "next_seq"));
		json_decref(doc);
		return rc;
	}
	/* merged ones go before parts then, and which of them is not told */
	for (i = 0; i < t->n; i++)
		if (strncmp(t->v[i].path, FOLDER "merged-",
			strlen(FOLDER "merged-")) == 0 ||
		    is_archive(&t->v[i]))
			return 0;
	return 1;
}

/* An object of the session whose name begins so, by chance. */
static const struct sim_object *
choose(struct sim *s, const struct sim_tree *t, const char *prefix)
{
	const struct sim_object *found = NULL;
	unsigned n = 0;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strncmp(t->v[i].path, FOLDER, strlen(FOLDER)) == 0 &&
		    strncmp(t->v[i].path + strlen(FOLDER), prefix,
			strlen(prefix)) == 0 &&
		    sim_below(s, ++n) == 0)
			found = &t->v[i];
	return found;
}

/* The stream that an object belongs to. */
static void
stream_of(const struct sim_object *o, char id[SES_STREAM_ID], uint32_t *seq)
{
	*seq = 0;
	if (ses_key_kind(o->path + strlen(FOLDER), id, seq) == SES_OBJECT_OTHER)
		id[0] = '\0';
}

static int
is_torn(const struct sim_object *o)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head head;
	struct ses_member m = {0};

	return parse(o, &m) == 0 && m.extra != NULL &&
	       ses_part_head_parse(m.extra, m.extra_len, &head, &err) == 0 &&
	       head.torn;
}

/* An object of the stream is damaged; NULL: its checkpoint is. */
static void
mark(struct sim *s, const char *id, const struct sim_object *o)
{
	int vaguely = o != NULL && is_torn(o);
	size_t i;

	for (i = 0; i < s->n_damaged; i++)
		if (strcmp(s->damaged[i], id) == 0) {
			s->vaguely[i] &= vaguely;
			return;
		}
	if (s->n_damaged == sizeof(s->damaged) / sizeof(s->damaged[0]))
		sim_fail(s, "too much is damaged");
	s->vaguely[s->n_damaged] = vaguely;
	memcpy(s->damaged[s->n_damaged++], id, SES_STREAM_ID);
}

/* Whether the damaged object still says what it said. */
static int
is_harmless(struct sim *s, const struct sim_object *was, const char *now)
{
	struct ses_buf a = {0};
	struct ses_buf b = {0};
	int rc;

	if (unpack(was, was->data, &a) < 0)
		rc = 0; /* it was damaged before */
	else
		rc = unpack(was, now, &b) == 0;
	if (rc && (a.len != b.len || memcmp(a.data, b.data, a.len) != 0))
		sim_fail(s, "damage that no checksum shows");
	ses_buf_free(&a);
	ses_buf_free(&b);
	return rc;
}

/* Damage does not change when it was stored. */
static void
put_damaged(const struct sim_object *o, const char *path, size_t len)
{
	struct timespec times[2] = {0};

	times[0].tv_sec = times[1].tv_sec = (time_t)o->mtime;
	sim_file_write(path, O_TRUNC, o->data, len);
	(void)utimensat(AT_FDCWD, path, times, 0);
}

static const char *
choose_kind(struct sim *s)
{
	static const char *const kinds[] = {
	    "part-", "part-", "part-", "part-", "merged-", "archive-"};

	return kinds[sim_below(s, 6)];
}

static void
damage_part(struct sim *s, const struct sim_tree *t)
{
	const struct sim_object *o = choose(s, t, choose_kind(s));
	struct ses_member m;
	char id[SES_STREAM_ID];
	char path[256];
	uint32_t seq;
	size_t at;

	if (o == NULL || !sim_is_used(t, o))
		return;
	path_of(o, path, sizeof(path));
	stream_of(o, id, &seq);
	if (sim_one_in(s, 2)) {
		at = sim_below(s, (unsigned)o->len);
		put_damaged(o, path, at);
		sim_say(s, "vault: part %u of %s is cut at %zu", seq, id, at);
		mark(s, id, o);
		sim_taken(s);
		return;
	}
	if (parse(o, &m) < 0)
		return;
	at = (size_t)m.body + sim_below(s, (unsigned)(o->len - m.body));
	o->data[at] = (char)(o->data[at] ^ (1 << sim_below(s, 8)));
	if (is_harmless(s, o, o->data))
		return;
	put_damaged(o, path, o->len);
	sim_say(s, "vault: byte %zu of part %u of %s is flipped", at, seq, id);
	mark(s, id, o);
	sim_taken(s);
}

/* What the checkpoint lists, and what another part follows, is missed. */
static int
is_missed(const struct sim_tree *t, const char *id, uint32_t seq)
{
	char path[256];
	char name[SES_PART_NAME];
	json_t *doc;
	int rc;

	ses_key_part(name, seq + 1, id);
	(void)snprintf(path, sizeof(path), FOLDER "%s", name);
	if (sim_tree_find(t, path) != NULL)
		return 1;
	doc = sim_checkpoint(t, id);
	rc = doc != NULL && ses_doc_u64(doc, "next_seq") > seq;
	json_decref(doc);
	return rc;
}

static void
delete_part(struct sim *s, const struct sim_tree *t)
{
	const struct sim_object *o = choose(s, t, choose_kind(s));
	char id[SES_STREAM_ID];
	char path[256];
	uint32_t seq;
	uint32_t last;

	if (o == NULL || !sim_is_used(t, o))
		return;
	stream_of(o, id, &seq);
	if (ses_key_merged_range(o->path + strlen(FOLDER), &seq, &last) < 0)
		last = seq;
	if (sim_is_damaged(s, id))
		return; /* it may hide what is damaged */
	path_of(o, path, sizeof(path));
	(void)unlink(path);
	sim_say(s, "vault: part %u to %u of %s is deleted", seq, last, id);
	if (is_missed(t, id, last))
		mark(s, id, o);
	sim_taken(s);
}

/* Whether all parts are there that the older checkpoint counts on: those that
 * it lists, and each behind it.  Else nobody can know what it does not say. */
static int
has_all(const struct sim_tree *t, const char *id, const struct sim_object *old)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *doc = ses_doc_parse(old->data, old->len, &err);
	json_t *now = sim_checkpoint(t, id);
	const json_t *parts = json_object_get(doc, "parts");
	char path[256];
	char name[SES_PART_NAME];
	uint64_t seq;
	size_t i;
	int rc = now != NULL;

	for (i = 0; i < json_array_size(parts); i++) {
		(void)snprintf(path, sizeof(path), FOLDER "%s",
		    ses_doc_str(json_array_get(parts, i), "key"));
		rc &= sim_tree_find(t, path) != NULL;
	}
	for (seq = ses_doc_u64(doc, "next_seq");
	     seq < ses_doc_u64(now, "next_seq"); seq++) {
		ses_key_part(name, (uint32_t)seq, id);
		(void)snprintf(path, sizeof(path), FOLDER "%s", name);
		rc &= sim_tree_find(t, path) != NULL;
	}
	json_decref(doc);
	json_decref(now);
	return rc;
}

static void
damage_checkpoint(struct sim *s, const struct sim_tree *t)
{
	const struct sim_object *o = choose(s, t, "stream-");
	const struct sim_object *old;
	char id[SES_STREAM_ID];
	char path[256];
	uint32_t seq;

	if (o == NULL)
		return;
	stream_of(o, id, &seq);
	if (sim_is_damaged(s, id))
		return;
	path_of(o, path, sizeof(path));
	old = sim_tree_find(&s->vault, o->path);
	switch (sim_below(s, 3)) {
	case 0:
		(void)unlink(path);
		sim_say(s, "vault: the checkpoint of %s is deleted", id);
		break;
	case 1:
		if (old != NULL && has_all(t, id, old)) {
			sim_file_write(path, O_TRUNC, old->data, old->len);
			sim_say(s, "vault: %s has an older checkpoint", id);
		}
		break;
	default:
		sim_file_write(
		    path, O_TRUNC, o->data, sim_below(s, (unsigned)o->len - 2));
		sim_say(s, "vault: the checkpoint of %s is damaged", id);
		mark(s, id, NULL);
	}
	sim_taken(s);
}

static void
delete_cache(struct sim *s)
{
	if (sim_one_in(s, 2)) {
		(void)unlink("vault/" FOLDER "meta.json");
		sim_say(s, "vault: meta.json is deleted");
	} else {
		(void)unlink("vault/ids/claude-code/" SIM_SESSION);
		sim_say(s, "vault: the pin is deleted");
	}
}

static void
roll_back(struct sim *s)
{
	switch (sim_below(s, 4)) {
	case 0:
		sim_wipe("vault");
		sim_say(s, "vault: is emptied");
		break;
	case 1:
		sim_wipe("vault/" FOLDER);
		sim_say(s, "vault: the session's folder is deleted");
		break;
	default:
		if (s->vault.n == 0)
			return;
		sim_tree_write(&s->vault, "vault");
		sim_say(s, "vault: an older copy is put back");
	}
	s->n_damaged = 0;
	s->mending = 0;
	sim_taken(s);
}

void
sim_vault_step(struct sim *s)
{
	struct sim_tree t;
	unsigned what = sim_below(s, 20);

	if (s->n_damaged == 0 && sim_one_in(s, 2)) {
		sim_tree_free(&s->vault);
		sim_tree_read(&s->vault, "vault");
		sim_say(s, "vault: a copy is made");
		return;
	}
	sim_tree_read(&t, "vault");
	if (what < 3)
		damage_part(s, &t);
	else if (what < 5)
		delete_part(s, &t);
	else if (what < 8)
		damage_checkpoint(s, &t);
	else if (what < 10)
		delete_cache(s);
	else
		roll_back(s);
	sim_tree_free(&t);
}

void
sim_tell_objects(struct sim *s)
{
	struct sim_tree t;
	char id[SES_STREAM_ID];
	unsigned n[4] = {0};
	uint32_t seq;
	size_t i;

	sim_tree_read(&t, "vault");
	for (i = 0; i < t.n; i++)
		if (strncmp(t.v[i].path, FOLDER, strlen(FOLDER)) == 0)
			n[ses_key_kind(
			    t.v[i].path + strlen(FOLDER), id, &seq)]++;
	sim_say(s, "vault: %u checkpoints, %u parts, %u merged objects",
	    n[SES_OBJECT_CHECKPOINT], n[SES_OBJECT_PART], n[SES_OBJECT_MERGED]);
	sim_tree_free(&t);
}
