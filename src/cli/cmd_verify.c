#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/cataloged.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "base/human.h"
#include "cli/pins.h"
#include "cli/verified.h"
#include "cli/verify_beside.h"
#include "harness/twin.h"
#include "mirror/repair.h"
#include "mirror/state.h"
#include "vault/companion.h"
#include "vault/doc.h"
#include "vault/pin.h"
#include "vault/workspace.h"

struct values {
	int repair;
	int source;
};

static const struct ses_opt opts[] = {
    {"source", 0, SES_OPT_FLAG, offsetof(struct values, source), NULL,
	"compare with the agent's files on this machine too"},
    {"repair", 0, SES_OPT_FLAG, offsetof(struct values, repair), NULL,
	"store damaged sessions anew from those files"},
    {0},
};

struct totals {
	uint64_t sessions;
	uint64_t parts;
	uint64_t files;  /* of workspaces */
	uint64_t beside; /* transcripts: such files */
	uint64_t bytes;
	uint64_t damaged;
	uint64_t repaired;
	uint64_t unread;             /* their sources could not be */
	struct ses_catalog *catalog; /* which is told; or NULL */
	int has_looked;              /* for a catalog */
};

/* A session under check. */
struct checked {
	const struct ses_cli *cli;
	const struct values *v;
	struct totals *t;
	const struct ses_found *f;
	json_t *problems;
	json_t *damaged;             /* set of the streams with a problem */
	const char *current;         /* the stream that is shown, or NULL */
	char part[SES_PART_NAME];    /* of it, that cannot be read; or "" */
	int pin;                     /* enum ses_pin_state */
	int mended;                  /* the pin was */
	char foreign[SES_PART_NAME]; /* stands where a part of ours should */
};

static void
on_problem(void *arg, const struct ses_stream *st, const struct ses_entry *e,
    const char *what)
{
	struct checked *k = arg;

	(void)json_object_set_new(k->damaged, st->id, json_true());
	if (k->part[0] == '\0' && k->current != NULL && e != NULL &&
	    strcmp(k->current, st->id) == 0)
		memcpy(k->part, e->name, sizeof(k->part));
	if (k->cli->json) {
		(void)json_array_append_new(k->problems,
		    json_pack("{s:s,s:s?,s:s,s:I,s:I}", "stream", st->id,
			"part", e == NULL ? NULL : e->name, "problem", what,
			"from", (json_int_t)(e == NULL ? st->cursor : e->from),
			"to", (json_int_t)(e == NULL ? st->cursor : e->to)));
		return;
	}
	(void)printf("%s/%s: stream %s: ", k->f->harness, k->f->id, st->id);
	if (e != NULL && e->known)
		(void)printf("source bytes %llu to %llu: ",
		    (unsigned long long)e->from, (unsigned long long)e->to);
	(void)printf("%s\n", what);
}

/* What is wrong with the session as a whole. */
static void
tell(struct checked *k, const char *what)
{
	if (k->cli->json)
		(void)json_array_append_new(
		    k->problems, json_pack("{s:n,s:n,s:s}", "stream", "part",
				     "problem", what));
	else
		(void)printf("%s/%s: %s\n", k->f->harness, k->f->id, what);
}

/* A file of its workspace. */
static void
on_file(void *arg, const char *path, const char *what)
{
	struct checked *k = arg;
	struct ses_buf b = {0};

	ses_buf_fmt(&b, "workspace/%s %s", path, what);
	tell(k, ses_buf_cstr(&b));
	ses_buf_free(&b);
}

/* A file that stood beside its transcript. */
static void
on_beside(void *arg, const char *name, const char *what)
{
	(void)name; /* it is in what is said */
	tell(arg, what);
}

/* What the pin is now: it may have changed since the store was surveyed.
 * SES_PIN_OK also when the session was removed meanwhile: *gone then. */
static int
look_at_pin(struct ses_context *c, const struct checked *k, int *gone,
    struct seshat_err *err)
{
	struct ses_where w = ses_found_where(k->f);
	struct ses_buf project = {0};
	int rc = ses_pin_get(c->store, &w, &project, err);

	ses_buf_free(&project);
	*gone = rc < 0 && err->code == SESHAT_ENOTFOUND;
	if (rc == 0 || *gone)
		return SES_PIN_OK;
	return err->code == SESHAT_ECORRUPT || err->code == SESHAT_EFORMAT
		   ? SES_PIN_BAD
		   : -1;
}

/* 1: its pin leads to it (again), 0: it does not. */
static int
check_pin(struct ses_context *c, struct checked *k, const struct values *v,
    struct seshat_err *err)
{
	struct ses_where w = ses_found_where(k->f);
	int rc = 0;

	if (k->pin == SES_PIN_OK)
		return 1;
	tell(k, ses_pin_problem(k->pin));
	if (v->repair)
		rc = ses_pin_repair(c, &w, k->pin, err);
	k->mended = rc > 0;
	return rc;
}

/* What could not be looked at is told, and is no reason to stop. */
static void
tell_unread(struct totals *t, const struct seshat_err *why)
{
	t->unread++;
	ses_cli_complain(why);
}

/* The agent's file of the session, if it is on this machine. */
static int
find_source(const struct ses_context *c, const struct checked *k,
    struct ses_session_list *src, struct totals *t, struct seshat_err *err)
{
	if (ses_context_source(c, k->f, src, err) == 0)
		return 0;
	if (err->code == SESHAT_ENOTFOUND)
		return 0;
	if (src->unreadable == 0)
		return -1;
	tell_unread(t, err);
	return 0;
}

/* Of several sources of a session the one that the stream was read from. */
static const struct ses_session *
source_of(const struct ses_session_list *src, const struct ses_stream *st)
{
	const char *path = ses_doc_str(st->doc, "source_path");
	size_t i;

	for (i = 0; i < src->n; i++)
		if (strlen(path) == ses_twin_plain_len(src->v[i].path) &&
		    strncmp(src->v[i].path, path, strlen(path)) == 0)
			return &src->v[i];
	return &src->v[0];
}

/* --source tells of these; for a repair only the answer counts. */
static void
on_other_bytes(void *arg, const struct ses_stream *st,
    const struct ses_entry *e, const char *what)
{
	(void)arg;
	(void)st;
	(void)e;
	(void)what;
}

/* Of the damaged streams those that were read from a source which still holds
 * all of them. */
static int
find_repairable(struct ses_context *c, struct checked *k,
    const struct ses_streams *l, const struct ses_session_list *src,
    const struct ses_session *source, const char **ids, struct seshat_err *err)
{
	struct ses_verify v = {.problem = on_other_bytes};
	struct ses_where w = ses_found_where(k->f);
	size_t i;
	int n = 0;
	int rc;

	for (i = 0; i < l->n; i++) {
		if (json_object_get(k->damaged, l->v[i].id) == NULL ||
		    source_of(src, &l->v[i]) != source)
			continue;
		rc = ses_source_verify(c->store, &w, source, &l->v[i], &v, err);
		if (rc < 0)
			return -1;
		if (rc == 1)
			ids[n++] = l->v[i].id;
	}
	if (v.foreign[0] != '\0')
		memcpy(k->foreign, v.foreign, sizeof(k->foreign));
	return n;
}

static int
store_anew(struct ses_context *c, const struct checked *k,
    const struct ses_session *source, const char *const *ids, size_t n,
    struct seshat_err *err)
{
	struct ses_mirror_opts mo = ses_context_mirror(c);
	struct ses_flush_result r = {0};
	struct ses_mirror m;
	int rc;

	if (ses_mirror_open(&m, &mo, err) < 0)
		return -1;
	rc = ses_mirror_repair(&m, source, ids, n, &r, err);
	if (rc == 0 && !k->cli->json)
		(void)printf("%s/%s: repaired, %llu byte%s stored anew\n",
		    k->f->harness, k->f->id, (unsigned long long)r.new_bytes,
		    ses_human_s(r.new_bytes));
	ses_flush_result_free(&r);
	ses_mirror_free(&m);
	return rc;
}

static void
tell_why_not(const struct checked *k, const struct ses_session_list *src)
{
	(void)fprintf(stderr,
	    "seshat: %s/%s: cannot be repaired here: ", k->f->harness,
	    k->f->id);
	if (src->n == 0)
		(void)fputs(src->unreadable > 0
				? "its source cannot be read\n"
				: "its source is not on this machine\n",
		    stderr);
	else if (k->foreign[0] == '\0')
		(void)fputs("its source was rewritten since\n", stderr);
	else
		(void)fprintf(stderr,
		    "%s is a part of another stream; move it out of the "
		    "vault, then repair\n",
		    k->foreign);
}

/* Repair what can be; 1: all of it, 0: some stays damaged. */
static int
repair(struct ses_context *c, struct checked *k, const struct ses_streams *l,
    const struct ses_session_list *src, struct seshat_err *err)
{
	const char **ids = ses_calloc(l->n + 1, sizeof(*ids));
	size_t mended = 0;
	size_t i;
	int n;
	int rc = -1;

	if (ids == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	for (i = 0; i < src->n; i++) {
		n = find_repairable(c, k, l, src, &src->v[i], ids, err);
		if (n < 0 ||
		    ((n > 0 || l->n == 0) &&
			store_anew(c, k, &src->v[i], ids, (size_t)n, err) < 0))
			goto out;
		mended += (size_t)n;
	}
	rc = mended == json_object_size(k->damaged) && (l->n > 0 || src->n > 0);
	if (rc == 0)
		tell_why_not(k, src);
out:
	free(ids);
	return rc;
}

/* What the source says; that it is empty now is no damage. */
static int
compare(struct ses_context *c, struct checked *k,
    const struct ses_session *source, const struct ses_stream *st,
    struct ses_verify *v, struct seshat_err *err)
{
	struct ses_where w = ses_found_where(k->f);
	int rc = ses_source_verify(c->store, &w, source, st, v, err);

	if (rc == 2)
		tell(k, "its source is empty now: what was stored of it is "
			"kept");
	return rc < 0 ? -1 : 0;
}

/* Find the source where somebody wants it, and compare it if asked to. */
static int
look_at_source(struct ses_context *c, struct checked *k,
    const struct ses_streams *l, struct ses_session_list *src,
    struct ses_verify *ver, struct seshat_err *err)
{
	const struct ses_stream *st = ses_streams_current(l);
	int damaged = ver->problems > 0 || l->n == 0;

	if ((k->v->source || (k->v->repair && damaged)) &&
	    find_source(c, k, src, k->t, err) < 0)
		return -1;
	/* what was imported was read from elsewhere */
	if (!k->v->source || st == NULL || src->n == 0 ||
	    ses_doc_str(st->doc, "imported_from")[0] != '\0')
		return 0;
	return compare(c, k, source_of(src, st), st, ver, err);
}

/* The files of its workspace, and those beside its transcript. */
static int
check_files(struct ses_cli_beside *b, struct checked *k,
    const struct ses_streams *l, struct ses_workspace_sums *files,
    struct ses_companion_sums *beside, struct seshat_err *err)
{
	struct ses_store *store = b->c->store;
	struct ses_where w = ses_found_where(k->f);

	if (ses_workspace_verify(store, &w, on_file, k, files, err) < 0 ||
	    ses_companions_verify(store, &w, on_beside, k, beside, err) < 0 ||
	    ses_cli_compare_beside(b, l, beside, err) < 0)
		return -1;
	k->t->files += files->files;
	k->t->beside += beside->files;
	k->t->bytes += files->bytes + beside->bytes;
	return 0;
}

/* What is damaged beside the transcript: 1, it is whole (now); 0; -1. */
static int
mend_beside(struct ses_context *c, struct checked *k,
    struct ses_session_list *src, struct ses_cli_beside *b,
    const struct ses_companion_sums *beside, struct seshat_err *err)
{
	int rc = 0;

	if (beside->problems == 0 && (b->fresh == 0 || !k->v->repair))
		return 1;
	if (k->v->repair && src->n == 0)
		rc = find_source(c, k, src, k->t, err);
	if (rc == 0 && k->v->repair)
		rc = ses_cli_mend_beside(b, err);
	if (rc > 0 && !k->cli->json)
		(void)printf("%s/%s: repaired, what stands beside it was "
			     "stored anew\n",
		    k->f->harness, k->f->id);
	k->mended |= rc > 0;
	return rc;
}

/* Lists tell what is damaged, and no longer what is whole again. */
static void
note(const struct ses_context *c, const struct checked *k,
    const struct ses_where *w, const struct ses_stream *st)
{
	if (st == NULL)
		return;
	if (!k->t->has_looked)
		k->t->catalog = ses_cli_catalog_there(c);
	k->t->has_looked = 1;
	if (k->part[0] != '\0')
		ses_cli_catalog_note(k->t->catalog, w, k->part);
	else if (!st->hole && st->damage[0] == '\0')
		ses_cli_catalog_note(k->t->catalog, w, NULL);
}

/* 1: whole (again), 0: damaged, 2: nothing of ours. */
static int
check(struct ses_context *c, struct checked *k, const struct values *v,
    struct totals *t, struct seshat_err *err)
{
	struct ses_verify ver = {.problem = on_problem, .arg = k};
	struct ses_workspace_sums files;
	struct ses_companion_sums beside;
	struct ses_session_list src = {0};
	struct ses_cli_beside b = {.c = c,
	    .f = k->f,
	    .src = &src,
	    .is_compared = v->source,
	    .problem = on_beside,
	    .arg = k};
	struct ses_streams l = {0};
	const struct ses_stream *st;
	struct ses_where w = ses_found_where(k->f);
	int gone = 0;
	int pinned;
	int rc = -1;

	if (k->pin == SES_PIN_OK)
		k->pin = look_at_pin(c, k, &gone, err);
	if (k->pin < 0 || gone)
		return k->pin < 0 ? -1 : 1;
	if (w.project[0] == '\0') /* nothing but the pin is there */
		return check_pin(c, k, v, err);
	if (ses_streams_load(c->store, &w, &l, err) < 0)
		return -1;
	/* a folder of another program's, which shares our layout */
	if (l.n == 0 && k->pin != SES_PIN_OK && k->pin != SES_PIN_BAD)
		return 2;
	pinned = check_pin(c, k, v, err);
	if (k->pin == SES_PIN_REMOVED || pinned < 0) {
		rc = pinned;
		goto out;
	}
	st = ses_streams_current(&l);
	k->current = st != NULL ? st->id : NULL;
	if (ses_streams_verify(c->store, &w, &l, &ver, err) < 0)
		goto out;
	note(c, k, &w, st);
	if (look_at_source(c, k, &l, &src, &ver, err) < 0)
		goto out;
	if (check_files(&b, k, &l, &files, &beside, err) < 0)
		goto out;
	t->parts += ver.parts;
	t->bytes += ver.bytes;
	if (l.n == 0)
		tell(k, "nothing is stored of it");
	rc = ver.problems == 0 && pinned && l.n > 0;
	if (rc > 0 && files.problems == 0 && beside.problems == 0)
		ses_cli_verified(c, &w);
	if (rc == 0 && pinned && v->repair)
		k->mended = rc = repair(c, k, &l, &src, err);
	if (rc > 0)
		rc = mend_beside(c, k, &src, &b, &beside, err);
	/* only the folder that they came from has them */
	if (rc > 0 && files.problems > 0)
		rc = 0;
out:
	ses_session_list_free(&src);
	ses_streams_free(&l);
	return rc;
}

static int
check_one(const struct ses_cli *cli, struct ses_context *c,
    const struct ses_found *f, int pin, const struct values *v,
    struct totals *t, struct seshat_err *err)
{
	struct checked k = {.cli = cli,
	    .v = v,
	    .t = t,
	    .f = f,
	    .pin = pin,
	    .problems = json_array(),
	    .damaged = json_object()};
	int rc = check(c, &k, v, t, err);

	t->sessions += rc == 0 || rc == 1;
	t->damaged += rc == 0;
	t->repaired += rc == 1 && k.mended;
	if ((rc == 0 || rc == 1) && cli->json)
		ses_cli_print_json(json_pack("{s:s,s:s,s:s,s:b,s:O}",
		    "session_id", f->id, "harness", f->harness, "project",
		    f->project, "whole", rc == 1, "problems", k.problems));
	json_decref(k.problems);
	json_decref(k.damaged);
	return rc < 0 ? ses_fail_in(err, "%s/%s", f->harness, f->id) : 0;
}

/* Every session of the store. */
static int
check_all(const struct ses_cli *cli, struct ses_context *c,
    const struct values *v, struct totals *t, struct seshat_err *err)
{
	struct ses_found f;
	json_t *rows = NULL;
	json_t *row;
	size_t i;
	int rc = 0;

	if (ses_pins_survey(c, cli->project, &rows, err) < 0)
		return -1;
	if (json_array_size(rows) == 0)
		rc = ses_context_no_vault(c, err);
	json_array_foreach(rows, i, row)
	{
		f = (struct ses_found){
		    .project = (char *)(uintptr_t)ses_doc_str(row, "project"),
		    .harness = (char *)(uintptr_t)ses_doc_str(row, "harness"),
		    .id = (char *)(uintptr_t)ses_doc_str(row, "id")};
		rc = check_one(
		    cli, c, &f, (int)ses_doc_u64(row, "pin"), v, t, err);
		if (rc < 0 && err->code == SESHAT_ENOMEM)
			break;
		/* the others want to be looked at, too */
		if (rc < 0)
			tell_unread(t, err);
		rc = 0;
	}
	json_decref(rows);
	return rc;
}

static void
print_totals(const struct totals *t)
{
	(void)printf("verified %llu session%s, %llu part%s, ",
	    (unsigned long long)t->sessions, ses_human_s(t->sessions),
	    (unsigned long long)t->parts, ses_human_s(t->parts));
	if (t->files > 0)
		(void)printf("%llu file%s of workspaces, ",
		    (unsigned long long)t->files, ses_human_s(t->files));
	if (t->beside > 0)
		(void)printf("%llu file%s beside them, ",
		    (unsigned long long)t->beside, ses_human_s(t->beside));
	(void)printf("%llu byte%s: %llu damaged, %llu repaired\n",
	    (unsigned long long)t->bytes, ses_human_s(t->bytes),
	    (unsigned long long)t->damaged, (unsigned long long)t->repaired);
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct ses_found f = {0};
	struct totals t = {0};
	int rc = 0;
	int i;

	if (ses_context_open_redacting(&c, cli, 0, err) < 0)
		return -1;
	c.access.waits = 1;
	if (n_args == 0)
		rc = check_all(cli, &c, v, &t, err);
	for (i = 0; i < n_args && rc == 0; i++) {
		rc = ses_context_find(&c, args[i], &f, err);
		if (rc == 0)
			rc = check_one(cli, &c, &f, SES_PIN_OK, v, &t, err);
		ses_found_free(&f);
	}
	ses_catalog_free(t.catalog);
	ses_context_free(&c);
	if (rc < 0)
		return -1;
	if (!cli->json && !cli->quiet)
		print_totals(&t);
	if (t.damaged > 0)
		return seshat_exit_status(SESHAT_ECORRUPT);
	return t.unread > 0 ? seshat_exit_status(SESHAT_EPARTIAL) : 0;
}

const struct ses_command ses_cmd_verify = {
    .name = "verify",
    .summary = "check that what is stored can be read back",
    .args = "[ID...]",
    .about =
	"Opens every part of the sessions (default: all), the files that stood\n"
	"beside their transcripts and those of their workspaces, and checks\n"
	"checksums and places. --source also\n"
	"compares the current stream with the agent's file, if it is on this\n"
	"machine. --repair stores a damaged session anew from that file,\n"
	"provided that the file still holds all of the damaged stream that can\n"
	"be compared, and then removes that stream; a pin that was lost or\n"
	"damaged is made anew, and so is a damaged file beside a transcript that\n"
	"is still there. Files of a workspace are repaired by 'seshat\n"
	"workspace add'. Without an ID the folders of the store are gone through\n"
	"too, for sessions that no pin leads to. 'seshat status' tells when a\n"
	"session was last found whole. Exit status 5: something is damaged and\n"
	"was not repaired; 3: there is no vault.",
    .examples = "  seshat verify\n"
		"  seshat verify --source 3fa9c2d1\n"
		"  seshat verify --repair",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = SES_CLI_MAX_ARGS,
    .run = run,
};
