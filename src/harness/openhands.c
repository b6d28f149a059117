/*
 * OpenHands CLI keeps a session as <id>/events, a file for each event
 * (event_folder.h), and <id>/base_state.json, which may hold keys: of that the
 * working directory is read and nothing is stored.
 */
/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "harness/event_folder.h"
#include "harness/line.h"
#include "harness/openhands.h"
#include "harness/rows.h"

#define ID_LEN 32
/* So many events are looked at for the title. */
#define HEAD_EVENTS 16

static const struct ses_rows_kind rows = {.is_folder = 1};

static int
is_id(const char *name, size_t len)
{
	return len == ID_LEN && strspn(name, "0123456789abcdefABCDEF") >= len;
}

/* What a document tells of a session. */
struct gather {
	struct ses_session *out;
	struct seshat_err err;
	int failed;
};

static void
take_cwd(struct gather *g, const struct ses_json *object, const char *path)
{
	struct ses_json v = {0};
	char *cwd = NULL;

	if (g->out->cwd != NULL || !ses_json_path(object, path, &v))
		return;
	g->failed |= ses_line_string(&v, PATH_MAX, &cwd, &g->err) < 0;
	if (cwd != NULL && cwd[0] == '/') {
		g->out->cwd = cwd;
		return;
	}
	free(cwd);
}

static int
on_state(void *arg, const struct ses_json *object)
{
	take_cwd(arg, object, "workspace");
	take_cwd(arg, object, "workspace.working_dir");
	return 1;
}

static int
on_event(void *arg, const struct ses_json *object)
{
	struct gather *g = arg;
	struct ses_json source = {0};
	struct ses_json content = {0};
	struct ses_json text = {0};

	take_cwd(g, object, "observation.metadata.working_dir");
	if (g->out->title == NULL && ses_json_get(object, "source", &source) &&
	    ses_json_is(&source, "user") &&
	    ses_json_path(object, "llm_message.content", &content) &&
	    ses_line_prompt(&content, &text))
		g->failed |= ses_line_title(&text, &g->out->title, &g->err) < 0;
	return 1;
}

/* One that is not there, or is no document, tells nothing. */
static int
look(struct ses_peek *p, const char *path,
    int (*each)(void *arg, const struct ses_json *object), struct gather *g,
    struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct stat st;

	if (ses_peek_path(p, path, &st, &ignored) == 0) {
		(void)ses_peek_whole(p, each, g, &ignored);
		ses_peek_close(p);
	}
	if (g->failed)
		*err = g->err;
	return g->failed ? -1 : 0;
}

/* Folder and title. */
static int
describe(const struct ses_event_folder *f, struct ses_session *x,
    struct seshat_err *err)
{
	struct gather g = {.out = x};
	struct ses_peek p = {.fd = -1};
	struct ses_buf path = {0};
	size_t i;
	int rc;

	ses_str_dirname(x->path, &path);
	ses_buf_str(&path, "/base_state.json");
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = look(&p, path.data, on_state, &g, err);
	for (i = 0; rc == 0 && i < f->n && i < HEAD_EVENTS &&
		    (x->cwd == NULL || x->title == NULL);
	     i++) {
		ses_buf_clear(&path);
		ses_buf_fmt(&path, "%s/%s", x->path, f->v[i].name);
		(void)ses_buf_cstr(&path);
		rc = ses_buf_check(&path, err);
		if (rc == 0)
			rc = look(&p, path.data, on_event, &g, err);
	}
	ses_buf_free(&path);
	ses_peek_free(&p);
	return rc;
}

/* A search. */
struct search {
	const struct ses_discover *q;
	struct ses_session_list *out;
};

/* The events of the conversation id: 1 when it is to be listed. */
static int
read_one(const struct search *s, const char *path, const char *id,
    struct ses_event_folder *f, struct ses_session *x, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;

	if (ses_event_folder_list(f, path, &why) < 0)
		return why.code == SESHAT_ENOTFOUND
			   ? 0
			   : ses_session_unreadable(s->out, path, &why, err);
	if (f->n == 0)
		return 0;
	x->harness = &ses_openhands.ops;
	x->rows = &rows;
	ses_session_stat(x, &f->st);
	x->size = 0;
	x->n_rows = x->end = f->n;
	x->mtime = ses_event_folder_time(f, path);
	if (ses_session_set(&x->id, id, strlen(id), err) < 0 ||
	    ses_session_set(&x->key, id, strlen(id), err) < 0 ||
	    ses_session_set(&x->path, path, strlen(path), err) < 0 ||
	    describe(f, x, err) < 0)
		return -1;
	return s->q->cwd == NULL ||
	       (x->cwd != NULL && strcmp(x->cwd, s->q->cwd) == 0);
}

/* A folder below a root, which may be a link. */
static int
entry(void *arg, const struct ses_folder *f, const char *name, int type,
    struct seshat_err *err)
{
	struct search *s = arg;
	struct ses_event_folder events = {0};
	struct ses_session x = {0};
	struct ses_buf path = {0};
	int rc;

	if (type == DT_REG || !is_id(name, strlen(name)) ||
	    (s->q->id != NULL && strcmp(s->q->id, name) != 0))
		return 0;
	rc = ses_folder_join(f, name, &path, err);
	ses_buf_str(&path, "/events");
	(void)ses_buf_cstr(&path);
	if (rc == 0)
		rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = read_one(s, path.data, name, &events, &x, err);
	if (rc > 0)
		rc = ses_session_add(s->out, &x, err);
	ses_session_free(&x);
	ses_event_folder_free(&events);
	ses_buf_free(&path);
	return rc;
}

static int
find(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct search s = {q, out};
	struct ses_buf list = {0};
	int rc = ses_files_roots(self, q, &list, err);

	if (rc == 0)
		rc = ses_roots_each(out, &list, entry, &s, err);
	ses_buf_free(&list);
	return rc;
}

/* "<id>" and "<id>/events". */
static int
holds(const struct ses_harness_ops *self, const char *below)
{
	size_t len = strcspn(below, "/");

	(void)self;
	return is_id(below, len) &&
	       (below[len] == '\0' || strcmp(below + len, "/events") == 0);
}

/* A file is one event of many: the search finds whose. */
static int
identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err)
{
	uint64_t number;

	(void)out;
	if (!ses_event_file_is(ses_str_basename(path), &number))
		return ses_fail(err, SESHAT_ENOTFOUND, "%s: no session of %s",
		    path, self->name);
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "%s: a session of %s is known by its id, not by a path", path,
	    self->summary);
}

static int
at(const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	(void)p;
	(void)out;
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "OpenHands keeps a session in a folder of many files, into which "
	    "none can be put");
}

static const struct ses_place_ops place = {.at = at};

const struct ses_files ses_openhands = {
    .ops = {.name = "openhands",
	.summary = "OpenHands CLI",
	.roots = ses_files_roots,
	.holds = holds,
	.find = find,
	.identify = identify,
	.place = &place,
	.events = ses_openhands_events},
    .roots = {"$OPENHANDS_CONVERSATIONS_DIR",
	"$OPENHANDS_PERSISTENCE_DIR/conversations",
	"$OH_PERSISTENCE_DIR/conversations", "~/.openhands/conversations"},
};
