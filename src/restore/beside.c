/*
 * What stands beside a transcript: results of tools, what a subagent is.  A
 * file that is there already is the agent's own and knows more than one that
 * was redacted: it stays, but for --force.
 */
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "restore/job.h"
#include "vault/companion.h"

struct beside {
	struct ses_job *job;
	const struct ses_where *w;
	const char *transcript;
};

/* A companion on its way. */
struct one_beside {
	struct ses_spool text;
	struct ses_buf path;
	struct ses_buf redactions;
	struct ses_buf aside;
	struct ses_marks marks;
};

/* One that cannot be read is not there: the transcript tells enough. */
static int
left_out(struct beside *b, const char *name, struct seshat_err *err)
{
	struct ses_buf *damage = &b->job->r->damage;

	if (err->code != SESHAT_ECORRUPT || !b->job->how->force)
		return err->code == SESHAT_ECORRUPT
			   ? ses_fail_in(err,
				 "%s of %s is damaged (--force leaves it out)",
				 name, b->w->id)
			   : -1;
	ses_buf_fmt(damage, "%s%s: %s is damaged and left out: %s",
	    damage->len > 0 ? "\n" : "", b->w->id, name, err->msg);
	(void)ses_buf_cstr(damage);
	return ses_buf_check(damage, err);
}

static int
put(struct beside *b, struct one_beside *o, const char *name,
    struct seshat_err *err)
{
	struct ses_job *job = b->job;
	const struct ses_land_text text = {
	    .spool = &o->text, .from = "", .to = ""};
	uint64_t before = ses_restore_redacted(job->r);
	struct ses_restored told = {.id = (char *)(uintptr_t)b->w->id,
	    .name = (char *)(uintptr_t)name,
	    .path = o->path.data};
	struct ses_landing landing = {
	    .path = o->path.data, .mode = 0600, .folders = 0700};
	struct stat was;
	int stands =
	    ses_land_compare(&text, o->path.data, &was, &told.size, err);
	int rc;

	if (stands < 0)
		return -1;
	told.act = ses_job_act_beside(job, stands, o->path.data);
	landing.was = stands == SES_STANDS_NOTHING ? NULL : &was;
	if (ses_job_aside(job, o->path.data, &o->aside, err) < 0)
		return -1;
	if (told.act == SES_RESTORED_REPLACED)
		landing.aside = told.aside = o->aside.data;
	else
		landing.spare = o->aside.data;
	if (!job->how->dry_run && told.act == SES_RESTORED_SAME) {
		if (ses_land_settle(o->path.data, err) < 0)
			return -1;
	} else if (!job->how->dry_run && ses_job_is_put(told.act)) {
		rc = ses_land_write(&landing, &text, err);
		if (rc < 0)
			return -1;
		if (rc > 0) {
			told.act = SES_RESTORED_REPLACED;
			told.aside = o->aside.data;
		}
	}
	if (!ses_job_is_put(told.act))
		return ses_job_tell(job, &told, err);
	if (o->redactions.len > 0 &&
	    ses_stored_count(job->r, ses_buf_cstr(&o->redactions), err) < 0)
		return -1;
	ses_marks_add(&o->marks, job->r, before);
	return ses_job_tell(job, &told, err);
}

static int
companion(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct beside *b = arg;
	struct ses_job *job = b->job;
	struct one_beside o = {0};
	struct ses_stored_spool file = {&o.text, job->how->tmp};
	struct ses_sink spool;
	struct ses_sink sink;
	int rc = -1;

	if (job->harness->companion_path(b->transcript, c->name, &o.path, err) <
	    0) {
		/* the store has a file that is none of this agent's */
		rc = err->code == SESHAT_EFORMAT ? 0 : -1;
		goto out;
	}
	if (ses_stored_spool_open(&file, err) < 0)
		goto out;
	spool = ses_stored_spool_sink(&file);
	o.marks.next = &spool;
	sink = ses_marks_sink(&o.marks);
	if (ses_companion_read(
		job->how->store, b->w, c->path, &o.redactions, &sink, err) < 0)
		rc = left_out(b, c->name, err);
	else
		rc = put(b, &o, c->name, err);
out:
	ses_spool_close(&o.text);
	ses_buf_free(&o.path);
	ses_buf_free(&o.redactions);
	ses_buf_free(&o.aside);
	return rc;
}

int
ses_job_beside(
    struct ses_job *job, const struct ses_one *one, struct seshat_err *err)
{
	struct beside b = {job, &one->w, one->placed.path.data};

	if (job->harness->companion_path == NULL)
		return 0;
	return ses_companions_of(
	    job->how->store, &one->w, one->stored.writer, companion, &b, err);
}
