/*
 * The session log that "seshat log append" and the library write (FORMATS.md,
 * section 6), mirrored like any other session.  Its files are named after ids
 * that other machines may use, too: so the owner is part of the id here.
 */
/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <sys/stat.h>

#include <dirent.h>
#include <limits.h>
#include <string.h>

#include "base/str.h"
#include "base/xdg.h"
#include "harness/line.h"
#include "harness/look.h"
#include "harness/owned.h"
#include "harness/place.h"
#include "harness/seshat_log.h"
#include "harness/tell.h"

static const char ending[] = ".jsonl";

static int
roots(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = ses_xdg_log_dir(&b, err);

	(void)self;
	(void)q;
	(void)ses_buf_cstr(&b);
	if (rc == 0)
		rc = ses_buf_check(&b, err);
	if (rc == 0)
		rc = ses_root_add(out, b.data, err);
	ses_buf_free(&b);
	return rc;
}

/* Whether the name is that of a log; what was torn off one ends otherwise. */
static int
is_log(const char *name)
{
	return name[0] != '.' && ses_str_ends(name, ending) &&
	       strlen(name) > strlen(ending);
}

/* "skill (phase)" of the first entry. */
static int
take_title(const struct ses_json *skill, const struct ses_json *phase,
    struct ses_session *out, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = -1;

	ses_json_text(skill, &b);
	if (b.len > 0 && phase->type == '"' && phase->len > 2) {
		ses_buf_str(&b, " (");
		ses_json_text(phase, &b);
		ses_buf_str(&b, ")");
	}
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) == 0)
		rc = ses_line_title_of(b.data, b.len, &out->title, err);
	ses_buf_free(&b);
	return rc;
}

static int
take(struct ses_session *out, const struct ses_json *object,
    struct seshat_err *err)
{
	struct ses_line_field f[] = {SES_LINE_FIELD("skill"),
	    SES_LINE_FIELD("phase"), SES_LINE_FIELD("project_root")};

	ses_line_fields(object, f, 3);
	if (out->cwd == NULL &&
	    ses_line_string(&f[2].value, PATH_MAX, &out->cwd, err) < 0)
		return -1;
	return out->title != NULL
		   ? 0
		   : take_title(&f[0].value, &f[1].value, out, err);
}

static int
read_one(const void *arg, struct ses_peek *p, const struct ses_look *what,
    struct ses_session *out, struct seshat_err *err)
{
	out->harness = &ses_seshat_log;
	return ses_look_head(arg, p, what, take, out, err);
}

/* The id of a log, from the name of its file. */
static int
name_log(const struct ses_owner *owner, const char *path, struct ses_buf *id,
    struct seshat_err *err)
{
	const char *name = ses_str_basename(path);

	return ses_owned_id(
	    owner, name, strlen(name) - strlen(ending), id, err);
}

/* Not before there is one: on some machines an owner has to be made first. */
static int
name_all(struct ses_looks *l, struct seshat_err *err)
{
	struct ses_owner owner;
	struct ses_buf id = {0};
	size_t i;
	int rc = 0;

	if (l->n > 0)
		rc = ses_owner_load(&owner, err);
	for (i = 0; rc == 0 && i < l->n; i++) {
		rc = name_log(&owner, l->v[i].path, &id, err);
		if (rc == 0)
			rc = ses_session_set(&l->v[i].id, id.data, id.len, err);
	}
	ses_buf_free(&id);
	return rc;
}

static int
file(void *arg, const struct ses_folder *f, const char *name, int type,
    struct seshat_err *err)
{
	if (type != DT_REG || !is_log(name))
		return 0;
	return ses_look_add(arg, f, name, NULL, 0, err);
}

static int
find(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct ses_looks looks = {0};
	struct ses_buf list = {0};
	int rc = -1;

	if (roots(self, q, &list, err) < 0 ||
	    ses_roots_each(out, &list, file, &looks, err) < 0 ||
	    name_all(&looks, err) < 0)
		goto out;
	ses_looks_keep(&looks, q->id);
	rc = ses_look_all(&looks, read_one, q, out, err);
out:
	ses_buf_free(&list);
	ses_looks_free(&looks);
	return rc;
}

/* The logs lie side by side. */
static int
holds(const struct ses_harness_ops *self, const char *below)
{
	(void)self;
	(void)below;
	return 0;
}

/* Whether the file lies in the folder of the logs: 1, 0 or -1. */
static int
is_ours(const char *path, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ses_buf list = {0};
	struct stat a;
	struct stat b;
	int rc = -1;

	ses_str_dirname(path, &dir);
	(void)ses_buf_cstr(&dir);
	if (roots(&ses_seshat_log, &(struct ses_discover){0}, &list, err) < 0 ||
	    ses_buf_check(&dir, err) < 0)
		goto out;
	rc = path[0] == '/' && is_log(ses_str_basename(path)) &&
	     stat(dir.data, &a) == 0 && stat(ses_buf_cstr(&list), &b) == 0 &&
	     a.st_dev == b.st_dev && a.st_ino == b.st_ino;
out:
	ses_buf_free(&dir);
	ses_buf_free(&list);
	return rc;
}

static int
identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	struct ses_owner owner;
	struct ses_buf id = {0};
	int rc = is_ours(path, err);

	(void)self;
	if (rc < 0)
		return -1;
	if (rc == 0)
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "%s: no session log", path);
	rc = ses_owner_load(&owner, err);
	if (rc == 0)
		rc = name_log(&owner, path, &id, err);
	if (rc == 0)
		rc = ses_look_path(path, id.data, read_one, &any, out, err);
	ses_buf_free(&id);
	return rc;
}

/* "model: what it said" of one attempt. */
static int
one_try(struct ses_teller *t, const struct ses_json *attempt)
{
	struct ses_json model = {0};
	struct ses_json said = {0};

	(void)ses_json_get(attempt, "model", &model);
	(void)ses_json_get(attempt, "output_summary", &said);
	t->e.model = ses_tell_string(&model);
	if (model.type == '"' && model.len > 2)
		ses_line_text(&model, &t->e.text);
	if (said.type == '"') {
		if (t->e.text.len > 0)
			ses_buf_str(&t->e.text, ": ");
		ses_line_text(&said, &t->e.text);
	}
	return ses_tell(t, SES_ROLE_ASSISTANT, SES_EVENT_TEXT);
}

enum { TIME, SKILL, INPUT, ATTEMPTS, STATUS, MODEL, N_FIELDS };

static int
one_entry(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	struct ses_line_field f[N_FIELDS] = {
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [SKILL] = SES_LINE_FIELD("skill"),
	    [INPUT] = SES_LINE_FIELD("input"),
	    [ATTEMPTS] = SES_LINE_FIELD("attempts"),
	    [STATUS] = SES_LINE_FIELD("final_status"),
	    [MODEL] = SES_LINE_FIELD("model_used")};
	struct ses_json attempt = {0};
	struct ses_json_walk w;
	int rc;

	ses_line_fields(object, f, N_FIELDS);
	if (f[SKILL].value.type != '"')
		return 0;
	ses_tell_begin(t);
	t->e.entry = *object;
	ses_tell_time(t, &f[TIME].value, 1);
	if (f[INPUT].value.type == 'n')
		f[INPUT].value = (struct ses_json){0};
	rc = ses_tell_call(t, &f[SKILL].value, &f[INPUT].value);
	ses_json_walk(&w, &f[ATTEMPTS].value);
	if (f[ATTEMPTS].value.type == '[')
		while (rc == 0 && ses_json_next(&w, NULL, &attempt))
			rc = one_try(t, &attempt);
	t->e.model = ses_tell_string(&f[MODEL].value);
	if (rc == 0 && f[STATUS].value.type == '"')
		rc = ses_tell_text(
		    t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, &f[STATUS].value);
	return rc;
}

static int
events(const struct ses_harness_ops *self, const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	(void)self;
	return ses_tell_objects(line, len, NULL, 0, one_entry, each, arg);
}

const struct ses_harness_ops ses_seshat_log = {
    .name = "seshat-log",
    .summary = "seshat's own session log",
    .roots = roots,
    .holds = holds,
    .find = find,
    .identify = identify,
    .place = &ses_log_place,
    .events = events,
};
