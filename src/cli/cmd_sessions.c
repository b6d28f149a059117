#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/found.h"
#include "cli/human.h"
#include "cli/table.h"

struct values {
	const char *harness;
	const char *cwd;
	int everywhere;
	uint64_t limit;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "NAME",
	"only this agent's: claude-code or codex"},
    {"cwd", 0, SES_OPT_STRING, AT(cwd), "DIR",
	"sessions of this folder (default: the current one)"},
    {"everywhere", 0, SES_OPT_FLAG, AT(everywhere), NULL,
	"sessions of every folder"},
    {"limit", 'n', SES_OPT_U64, AT(limit), "N",
	"the N that were written last (default: all)"},
    {0},
};

#define SHORT_ID 8

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t
common(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return n;
}

/*
 * How many bytes of each id tell it from the others, SHORT_ID at least.  Of a
 * subagent the parent may be left to the eye: its id begins with it, so it
 * takes what tells it from its parent.
 */
static size_t *
short_lengths(const struct ses_session_list *l, const char **sorted)
{
	size_t *lens = ses_calloc(l->n + 1, sizeof(*lens));
	const char **at;
	const char *id;
	size_t i;
	size_t n;

	if (lens == NULL)
		return NULL;
	for (i = 0; i < l->n; i++)
		sorted[i] = l->v[i].id;
	qsort(sorted, l->n, sizeof(*sorted), by_text);
	for (i = 0; i < l->n; i++) {
		id = l->v[i].id;
		at = bsearch(&id, sorted, l->n, sizeof(*sorted), by_text);
		lens[i] = SHORT_ID;
		if (at == NULL)
			continue;
		n = at == sorted ? 0 : common(id, at[-1]) + 1;
		if (n > lens[i])
			lens[i] = n;
		n = at == sorted + l->n - 1 ? 0 : common(id, at[1]) + 1;
		if (n > lens[i])
			lens[i] = n;
	}
	return lens;
}

static void
add_row(struct ses_table *t, const struct ses_session *s, size_t id_len,
    int64_t now)
{
	char id[256];
	char size[SES_HUMAN_MAX];
	char ago[SES_TIME_MAX];

	(void)snprintf(id, sizeof(id), "%.*s", (int)id_len, s->id);
	ses_human_size(s->size, size);
	ses_time_ago(s->mtime, now, ago);
	ses_table_add(t, id);
	ses_table_add(t, s->harness->name);
	ses_table_add(t, s->cwd != NULL ? ses_str_basename(s->cwd) : "-");
	ses_table_add(t, s->title);
	ses_table_add(t, size);
	ses_table_add(t, ago);
}

static int
print_table(const struct ses_session_list *l, size_t n, struct seshat_err *err)
{
	static const struct ses_table_col cols[] = {
	    {.title = "SESSION"},
	    {.title = "HARNESS"},
	    {.title = "PROJECT"},
	    {.title = "TITLE", .flex = 1},
	    {.title = "SIZE", .right = 1},
	    {.title = "LAST WRITE"},
	};
	struct ses_table t = {
	    .cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0])};
	const char **sorted = ses_calloc(l->n + 1, sizeof(*sorted));
	size_t *lens = sorted == NULL ? NULL : short_lengths(l, sorted);
	int64_t now = ses_time_now();
	size_t i;
	int rc;

	if (lens == NULL) {
		rc = ses_fail_nomem(err);
		goto out;
	}
	for (i = 0; i < n; i++)
		add_row(&t, &l->v[i], lens[i], now);
	rc = ses_table_print(&t, stdout, ses_table_width(), err);
out:
	free(sorted);
	free(lens);
	ses_table_free(&t);
	return rc;
}

static void
add_text(struct ses_buf *b, const char *key, const char *text)
{
	ses_buf_fmt(b, ",\"%s\":", key);
	if (text == NULL)
		ses_buf_str(b, "null");
	else
		ses_json_quote(b, text, strlen(text));
}

static int
print_json(const struct ses_session_list *l, size_t n, struct seshat_err *err)
{
	struct ses_buf b = {0};
	const struct ses_session *s;
	char time[SES_TIME_MAX];
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++) {
		s = &l->v[i];
		ses_time_format(s->mtime, time);
		ses_buf_clear(&b);
		ses_buf_fmt(&b, "{\"harness\":\"%s\"", s->harness->name);
		add_text(&b, "id", s->id);
		add_text(&b, "parent_session_id", s->parent);
		add_text(&b, "cwd", s->cwd);
		add_text(&b, "title", s->title);
		add_text(&b, "agent", s->agent);
		add_text(&b, "path", s->path);
		ses_buf_fmt(&b, ",\"size\":%llu,\"last_write\":\"%s\"}\n",
		    (unsigned long long)s->size, time);
		rc = ses_buf_check(&b, err);
		if (rc == 0)
			(void)fwrite(b.data, 1, b.len, stdout);
	}
	ses_buf_free(&b);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_discover q = {0};
	struct ses_session_list l = {0};
	struct ses_buf cwd = {0};
	size_t n;
	int rc = -1;

	(void)args;
	(void)n_args;
	if (v->everywhere && v->cwd != NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--cwd and --everywhere exclude each other");
	if (ses_cli_harness(v->harness, &q.harness, err) < 0)
		return -1;
	if (!v->everywhere) {
		if (ses_cli_cwd(v->cwd, &cwd, err) < 0)
			goto out;
		q.cwd = cwd.data;
	}
	if (ses_discover(&q, &l, err) < 0)
		goto out;
	ses_cli_unreadable(cli, &l);
	if (l.n == 0) {
		rc = ses_cli_none_found(cli, &q, err);
		goto out;
	}
	n = v->limit > 0 && v->limit < l.n ? (size_t)v->limit : l.n;
	rc = cli->json ? print_json(&l, n, err) : print_table(&l, n, err);
out:
	ses_session_list_free(&l);
	ses_buf_free(&cwd);
	return rc;
}

const struct ses_command ses_cmd_sessions = {
    .name = "sessions",
    .summary = "what the agents of this machine hold",
    .args = "",
    .about = "Lists the sessions that agents keep on this machine, the one "
	     "written last\n"
	     "first: those of the current folder, of --cwd, or of every "
	     "folder. Subagents\n"
	     "belong where their parent does. Nothing is changed, and of a "
	     "transcript only\n"
	     "the beginning and the end are read.\n"
	     "\n"
	     "Claude Code is looked for in $CLAUDE_CONFIG_DIR (a comma list), "
	     "else in\n"
	     "~/.claude, $XDG_CONFIG_HOME/claude and ~/.config/claude; Codex "
	     "in\n"
	     "$CODEX_HOME, else in ~/.codex.\n"
	     "\n"
	     "With --json one object a line: harness, id, parent_session_id, "
	     "cwd, title,\n"
	     "agent, path, size, last_write; null where nothing is recorded.",
    .examples = "  seshat sessions                     of this folder\n"
		"  seshat sessions --everywhere -n 20  the last 20 of all\n"
		"  seshat sessions --json | jq .title  for programs",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 0,
    .run = run,
};
