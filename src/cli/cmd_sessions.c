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

/* Bytes of text that tell it from its neighbours in a sorted list, least at
 * the least. */
static size_t
telling(const char *text, const char **sorted, size_t n, size_t least)
{
	const char **at = bsearch(&text, sorted, n, sizeof(*sorted), by_text);
	const char **other;
	size_t len = least;

	if (at == NULL)
		return strlen(text);
	for (other = at; other > sorted && strcmp(*other, text) == 0;)
		other--;
	if (strcmp(*other, text) != 0 && common(text, *other) >= len)
		len = common(text, *other) + 1;
	for (other = at; other < sorted + n - 1 && strcmp(*other, text) == 0;)
		other++;
	if (strcmp(*other, text) != 0 && common(text, *other) >= len)
		len = common(text, *other) + 1;
	return len;
}

/* The ids that a short form is made of: those of main sessions, and of the
 * subagents the part behind the parent. */
struct ids {
	const char **mains;
	const char **agents;
	size_t n_mains;
	size_t n_agents;
};

/* What a subagent's id has behind "<parent>.", NULL for other ids. */
static const char *
agent_part(const struct ses_session *s)
{
	size_t len = s->parent == NULL ? 0 : strlen(s->parent);

	return len > 0 && strncmp(s->id, s->parent, len) == 0 &&
		       s->id[len] == '.'
		   ? s->id + len + 1
		   : NULL;
}

static int
sort_ids(
    struct ids *ids, const struct ses_session_list *l, struct seshat_err *err)
{
	size_t i;

	ids->mains = ses_calloc(l->n + 1, sizeof(*ids->mains));
	ids->agents = ses_calloc(l->n + 1, sizeof(*ids->agents));
	if (ids->mains == NULL || ids->agents == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < l->n; i++) {
		if (agent_part(&l->v[i]) != NULL) {
			ids->agents[ids->n_agents++] = agent_part(&l->v[i]);
			ids->mains[ids->n_mains++] = l->v[i].parent;
		} else {
			ids->mains[ids->n_mains++] = l->v[i].id;
		}
	}
	qsort(ids->mains, ids->n_mains, sizeof(*ids->mains), by_text);
	qsort(ids->agents, ids->n_agents, sizeof(*ids->agents), by_text);
	return 0;
}

/* "3fa9c2d1", of a subagent "3fa9c2d1.a167": as short as is unique here, and
 * as every command takes it. */
static void
add_short_id(
    struct ses_buf *b, const struct ses_session *s, const struct ids *ids)
{
	const char *agent = agent_part(s);
	const char *main = agent != NULL ? s->parent : s->id;
	size_t len = telling(main, ids->mains, ids->n_mains, SHORT_ID);

	ses_buf_fmt(b, "%.*s", (int)len, main);
	if (agent == NULL)
		return;
	len = telling(agent, ids->agents, ids->n_agents, SHORT_ID / 2);
	ses_buf_fmt(b, ".%.*s", (int)len, agent);
}

static void
add_row(struct ses_table *t, const struct ses_session *s, const struct ids *ids,
    int64_t now)
{
	struct ses_buf id = {0};
	char size[SES_HUMAN_MAX];
	char ago[SES_TIME_MAX];

	add_short_id(&id, s, ids);
	ses_human_size(s->size, size);
	ses_time_ago(s->mtime, now, ago);
	ses_table_add(t, ses_buf_cstr(&id));
	ses_table_add(t, s->harness->name);
	ses_table_add(t, s->cwd != NULL ? ses_str_basename(s->cwd) : "-");
	ses_table_add(t, s->title);
	ses_table_add(t, size);
	ses_table_add(t, ago);
	ses_buf_free(&id);
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
	struct ids ids = {0};
	int64_t now = ses_time_now();
	size_t i;
	int rc = -1;

	if (sort_ids(&ids, l, err) < 0)
		goto out;
	for (i = 0; i < n; i++)
		add_row(&t, &l->v[i], &ids, now);
	rc = ses_table_print(&t, stdout, ses_table_width(), err);
out:
	free(ids.mains);
	free(ids.agents);
	ses_table_free(&t);
	return rc;
}

static void
add_text(struct ses_buf *b, const char *key, const char *text)
{
	ses_buf_str(b, ",\"");
	ses_buf_str(b, key);
	ses_buf_str(b, "\":");
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
		ses_buf_str(&b, "{\"harness\":");
		ses_json_quote(&b, s->harness->name, strlen(s->harness->name));
		add_text(&b, "id", s->id);
		add_text(&b, "parent_session_id", s->parent);
		add_text(&b, "cwd", s->cwd);
		add_text(&b, "title", s->title);
		add_text(&b, "agent", s->agent);
		add_text(&b, "path", s->path);
		ses_buf_fmt(&b, ",\"size\":%llu,\"last_write\":\"%s\"}\n",
		    (unsigned long long)s->size, time);
		rc = ses_buf_check(&b, err);
		if (rc == 0 && (b.len >= 65536 || i + 1 == n)) {
			(void)fwrite(b.data, 1, b.len, stdout);
			ses_buf_clear(&b);
		}
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
