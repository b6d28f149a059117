#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/found.h"
#include "cli/human.h"
#include "cli/table.h"
#include "mirror/state.h"

struct values {
	const char *harness;
	const char *cwd;
	uint64_t limit;
	int everywhere;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "NAME",
	"only sessions of this harness (claude-code, codex)"},
    {"cwd", 0, SES_OPT_STRING, AT(cwd), "DIR",
	"the folder the agent worked in (default: this one)"},
    {"everywhere", 0, SES_OPT_FLAG, AT(everywhere), NULL,
	"every session of this machine"},
    {"limit", 0, SES_OPT_U64, AT(limit), "N",
	"at most so many, the newest first (default: all)"},
    {0},
};

/* Bytes of the source that are in the store, as this machine remembers. */
static uint64_t
mirrored(const char *state_dir, const struct ses_session *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_state state = {0};
	const struct ses_state_source *src;
	struct ses_buf path = {0};
	uint64_t n = 0;

	if (ses_state_path(
		state_dir, s->harness->name, s->id, &path, &ignored) == 0 &&
	    ses_state_load(&state, path.data, &ignored) == 0) {
		src = ses_state_find(&state, s->path);
		if (src != NULL)
			n = src->torn_to > src->cursor ? src->torn_to
						       : src->cursor;
	}
	ses_state_free(&state);
	ses_buf_free(&path);
	return n;
}

static json_t *
text_or_null(const char *s)
{
	json_t *v = s == NULL ? NULL : json_string(s);

	return v == NULL ? json_null() : v; /* also when it is not UTF-8 */
}

static void
print_json(const struct ses_session *s, uint64_t stored)
{
	char when[SES_TIME_MAX];

	ses_time_format(s->mtime, when);
	ses_cli_print_json(json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:I,s:I,s:s}",
	    "harness", s->harness->name, "id", text_or_null(s->id),
	    "parent_session_id", text_or_null(s->parent), "cwd",
	    text_or_null(s->cwd), "title", text_or_null(s->title), "path",
	    text_or_null(s->path), "size", (json_int_t)s->size,
	    "mirrored_bytes", (json_int_t)stored, "last_write", when));
}

static void
add_row(struct ses_table *t, struct ses_short_ids *ids,
    const struct ses_session *s, uint64_t stored)
{
	struct ses_buf id = {0};
	char size[SES_HUMAN_MAX];
	char ago[SES_TIME_MAX];
	char part[8] = "";

	ses_short_ids_name(ids, s->id, &id);
	ses_table_add(t, ses_buf_cstr(&id));
	ses_table_add(t, s->harness->name);
	ses_table_add(t, s->cwd == NULL ? "" : ses_str_basename(s->cwd));
	ses_table_add(t, s->title == NULL ? "" : s->title);
	ses_human_size(s->size, size);
	ses_table_add(t, size);
	ses_time_ago(s->mtime, ses_time_now(), ago);
	ses_table_add(t, ago);
	if (s->size > 0)
		(void)snprintf(part, sizeof(part), "%u%%",
		    stored >= s->size
			? 100U
			: (unsigned)(100 * (double)stored / (double)s->size));
	ses_table_add(t, part);
	ses_buf_free(&id);
}

static int
print_all(const struct ses_cli *cli, const struct ses_context *c,
    const struct ses_session_list *l, size_t n, struct seshat_err *err)
{
	static const struct ses_column columns[] = {{"SESSION", 0, 0},
	    {"HARNESS", 0, 0}, {"PROJECT", 0, 0}, {"TITLE", 0, 1},
	    {"SIZE", 1, 0}, {"LAST WRITE", 0, 0}, {"MIRRORED", 1, 0}};
	struct ses_short_ids ids = {0};
	struct ses_table t;
	struct ses_buf dir = {0};
	uint64_t stored;
	size_t i;
	int rc = 0;

	if (ses_mirror_state_dir(c->config.store, &dir, err) < 0)
		return -1;
	for (i = 0; i < l->n && rc == 0 && !cli->json; i++)
		rc = ses_short_ids_add(&ids, l->v[i].id, err);
	ses_table_open(&t, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < n && rc == 0; i++) {
		stored = mirrored(ses_buf_cstr(&dir), &l->v[i]);
		if (cli->json)
			print_json(&l->v[i], stored);
		else
			add_row(&t, &ids, &l->v[i], stored);
	}
	ses_short_ids_free(&ids);
	if (cli->json || rc < 0)
		ses_buf_free(&t.cells);
	else
		rc = ses_table_print(&t, err);
	ses_buf_free(&dir);
	return rc;
}

static int
sessions(const struct ses_cli *cli, const struct ses_context *c,
    const struct values *v, struct ses_session_list *l, struct seshat_err *err)
{
	struct ses_discover q = {0};
	char real[PATH_MAX];
	size_t n;

	if (v->harness != NULL) {
		q.harness = ses_harness_named(v->harness);
		if (q.harness == NULL)
			return ses_fail(
			    err, SESHAT_EUSAGE, "no harness '%s'", v->harness);
	}
	if (!v->everywhere)
		q.cwd = v->cwd == NULL                   ? c->cwd
			: realpath(v->cwd, real) != NULL ? real
							 : v->cwd;
	if (ses_discover(&q, l, err) < 0)
		return -1;
	if (l->unreadable > 0 && !cli->quiet)
		(void)fprintf(stderr,
		    "seshat: %zu files or folders cannot be read; the "
		    "first: %s\n",
		    l->unreadable, l->unreadable_why);
	if (l->n == 0)
		return ses_cli_none_found(&q, err);
	n = v->limit > 0 && v->limit < l->n ? (size_t)v->limit : l->n;
	return print_all(cli, c, l, n, err);
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct ses_session_list l = {0};
	struct ses_context c = {0};
	int rc;

	(void)args;
	(void)n_args;
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	rc = sessions(cli, &c, values, &l, err);
	if (rc == 0 && l.unreadable > 0)
		rc = seshat_exit_status(SESHAT_EPARTIAL);
	ses_session_list_free(&l);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_sessions = {
    .name = "sessions",
    .summary = "list what the agents on this machine have recorded",
    .args = "",
    .about =
	"Lists the sessions that agents keep on this machine, without reading\n"
	"them whole: those of one working folder, or all. MIRRORED tells how\n"
	"much of each is in the store, as this machine remembers it.",
    .examples = "  seshat sessions\n"
		"  seshat sessions --everywhere --limit 20\n"
		"  seshat sessions --harness codex --cwd ~/src/demo --json",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 0,
    .run = run,
};
