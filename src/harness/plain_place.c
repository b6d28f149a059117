/*
 * The agents to which only some sessions can be given back, and those to which
 * none can.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/owner.h"
#include "base/str.h"
#include "harness/generic.h"
#include "harness/openclaw.h"
#include "harness/openclaw_read.h"
#include "harness/place.h"
#include "harness/seshat_log.h"

static const char ending[] = ".jsonl";

static int
hermes_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	(void)p;
	(void)out;
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "Hermes keeps its sessions in a database, into which none can be "
	    "put");
}

static int
dbs_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	(void)p;
	(void)out;
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "its agent keeps its sessions in a database, into which none can "
	    "be put");
}

const struct ses_place_ops ses_dbs_place = {.at = dbs_at};

const struct ses_place_ops ses_hermes_place = {.at = hermes_at};

/* Its header names the directory. */
static const char *const openclaw_cwds[] = {"cwd", NULL};

/* An id is "<agent>__<stem>".  Versions that have a database beside do not read
 * files. */
static int
openclaw_in(const char *root, const char *id, struct ses_placed *out,
    struct seshat_err *err)
{
	const char *stem = strstr(id, "__");
	struct ses_buf db = {0};
	size_t len = stem == NULL ? 0 : (size_t)(stem - id);
	int rc = -1;

	if (len == 0 || !ses_place_name_ok(id, len) ||
	    !ses_place_name_ok(stem + 2, strlen(stem + 2)))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "the id cannot be the name of a file of OpenClaw");
	ses_buf_fmt(&db, "%s/%.*s/agent/" SES_OPENCLAW_DB, root, (int)len, id);
	ses_buf_fmt(&out->path, "%s/%.*s/sessions/%s%s", root, (int)len, id,
	    stem + 2, ending);
	(void)ses_buf_cstr(&db);
	(void)ses_buf_cstr(&out->path);
	rc = ses_buf_check(&db, err);
	if (rc == 0)
		rc = ses_buf_check(&out->path, err);
	if (rc == 0 && access(db.data, F_OK) == 0)
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "this OpenClaw keeps its sessions in a database, into "
		    "which none can be put");
	ses_buf_free(&db);
	return rc;
}

static int
openclaw_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	struct ses_buf roots = {0};
	int rc = ses_openclaw.roots(&ses_openclaw, &any, &roots, err);

	out->mode = 0600;
	/* a new one would not be known to the program */
	out->folders = 0;
	if (rc == 0)
		rc = openclaw_in(roots.data, p->id, out, err);
	ses_buf_free(&roots);
	return rc;
}

const struct ses_place_ops ses_openclaw_place = {
    .cwds = openclaw_cwds,
    .at = openclaw_at,
    .note = "OpenClaw goes on with a session that its sessions.json names, "
	    "which is left as it is",
};

/* Back to where it was, below one of the roots and nowhere else: the path
 * comes from a store. */
static int
back_to(const struct ses_placing *p, const struct ses_buf *roots,
    struct ses_placed *out, struct seshat_err *err)
{
	const char *root = roots->data;
	struct ses_owner owner;
	const char *mark = strrchr(p->id, '@');
	size_t len;

	out->mode = 0600;
	out->folders = 0;
	if (ses_owner_load(&owner, err) < 0)
		return -1;
	if (mark == NULL || strlen(mark + 1) != 8 ||
	    strncmp(mark + 1, owner.id, 8) != 0)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "it is of another machine, and its id would be another "
		    "one here");
	for (; root != NULL && root < roots->data + roots->len;
	     root += strlen(root) + 1) {
		len = strlen(root);
		if (strncmp(p->source, root, len) == 0 &&
		    p->source[len] == '/' &&
		    strstr(p->source + len, "/.") == NULL &&
		    ses_str_ends(p->source, ending)) {
			ses_buf_str(&out->path, p->source);
			(void)ses_buf_cstr(&out->path);
			return ses_buf_check(&out->path, err);
		}
	}
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "it goes back only to where it was, and that is below none of the "
	    "folders that are searched");
}

static int
generic_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	const struct ses_discover q = {.roots = p->roots};
	struct ses_buf roots = {0};
	int rc = ses_generic.roots(&ses_generic, &q, &roots, err);

	if (rc == 0)
		rc = back_to(p, &roots, out, err);
	ses_buf_free(&roots);
	return rc;
}

const struct ses_place_ops ses_generic_place = {.at = generic_at};

static int
log_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	struct ses_buf roots = {0};
	int rc = ses_seshat_log.roots(&ses_seshat_log, &any, &roots, err);

	if (rc == 0)
		rc = back_to(p, &roots, out, err);
	ses_buf_free(&roots);
	return rc;
}

const struct ses_place_ops ses_log_place = {.at = log_at};
