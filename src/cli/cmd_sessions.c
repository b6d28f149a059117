#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/found.h"
#include "base/human.h"
#include "cli/jsonl.h"
#include "cli/short_id.h"
#include "cli/table.h"
#include "harness/twin.h"
#include "mirror/state.h"

struct values {
	const char *harness;
	const char *cwd;
	int everywhere;
	uint64_t limit;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "HARNESS",
	"only this agent's: a name of the list above"},
    {"cwd", 0, SES_OPT_STRING, AT(cwd), "DIR",
	"sessions of this folder (default: the current one)"},
    {"everywhere", 0, SES_OPT_FLAG, AT(everywhere), NULL,
	"sessions of every folder"},
    {"limit", 'n', SES_OPT_U64, AT(limit), "N",
	"the N that were written last (default: all)"},
    {0},
};

/* What this machine remembers of sessions. */
struct memory {
	struct ses_buf dir; /* of the store's state */
	struct ses_owner owner;
};

/* How far a source is in the store, as this machine remembers. */
static uint64_t
mirrored(const struct memory *m, const struct ses_session *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_state state = {0};
	const struct ses_state_source *src;
	struct ses_buf path = {0};
	struct ses_buf plain = {0};
	uint64_t n = 0;

	ses_buf_add(&plain, s->path, ses_twin_plain_len(s->path));
	if (ses_state_path(
		m->dir.data, s->harness->name, s->id, &path, &ignored) == 0 &&
	    ses_state_load(&state, path.data, m->owner.id, &ignored) == 0) {
		src = ses_state_find(&state, ses_buf_cstr(&plain));
		if (src != NULL)
			n = src->torn_to > src->cursor ? src->torn_to
						       : src->cursor;
	}
	ses_state_free(&state);
	ses_buf_free(&path);
	ses_buf_free(&plain);
	return n;
}

static void
add_row(struct ses_table *t, const struct ses_session *s,
    struct ses_short_ids *ids, uint64_t stored, int64_t now)
{
	char part[8] = "";
	struct ses_buf id = {0};
	char size[SES_HUMAN_MAX];
	char ago[SES_TIME_MAX];

	ses_short_ids_name(ids, s->id, &id);
	if (s->rows != NULL)
		(void)snprintf(size, sizeof(size), "%llu row%s",
		    (unsigned long long)s->n_rows, s->n_rows == 1 ? "" : "s");
	else
		ses_human_size(s->size, size);
	ses_time_ago(s->mtime, now, ago);
	ses_table_add(t, ses_buf_cstr(&id));
	ses_table_add(t, s->harness->name);
	ses_table_add(t, s->cwd != NULL ? ses_str_basename(s->cwd) : "-");
	ses_table_add(t, s->title);
	ses_table_add(t, size);
	ses_table_add(t, ago);
	if (s->end > 0)
		(void)snprintf(part, sizeof(part), "%u%%",
		    stored >= s->end
			? 100U
			: (unsigned)(100 * (double)stored / (double)s->end));
	ses_table_add(t, part);
	ses_buf_free(&id);
}

static int
print_table(const struct ses_session_list *l, size_t n, const struct memory *m,
    struct seshat_err *err)
{
	static const struct ses_table_col cols[] = {
	    {.title = "SESSION"},
	    {.title = "HARNESS"},
	    {.title = "PROJECT"},
	    {.title = "TITLE", .flex = 1},
	    {.title = "SIZE", .right = 1},
	    {.title = "LAST WRITE"},
	    {.title = "MIRRORED", .right = 1},
	};
	struct ses_table t = {
	    .cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0])};
	struct ses_short_ids ids = {0};
	int64_t now = ses_time_now();
	size_t i;
	int rc = -1;

	for (i = 0; i < l->n; i++)
		if (ses_short_ids_add(&ids, l->v[i].id, err) < 0)
			goto out;
	for (i = 0; i < n; i++)
		add_row(&t, &l->v[i], &ids, mirrored(m, &l->v[i]), now);
	rc = ses_table_print(&t, stdout, ses_table_width(), err);
out:
	ses_short_ids_free(&ids);
	ses_table_free(&t);
	return rc;
}

/* Of rows nobody knows the bytes before they are read. */
static void
add_sizes(struct ses_buf *b, const struct ses_session *s, uint64_t stored)
{
	if (s->rows != NULL)
		ses_buf_fmt(b,
		    ",\"size\":null,\"mirrored_bytes\":null,\"rows\":%llu,"
		    "\"mirrored_to\":%llu,\"last_row\":%llu",
		    (unsigned long long)s->n_rows, (unsigned long long)stored,
		    (unsigned long long)s->end);
	else
		ses_buf_fmt(b, ",\"size\":%llu,\"mirrored_bytes\":%llu",
		    (unsigned long long)s->size, (unsigned long long)stored);
}

static int
print_json(const struct ses_session_list *l, size_t n, const struct memory *m,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	const struct ses_session *s;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++) {
		s = &l->v[i];
		ses_buf_str(&b, "{\"harness\":");
		ses_json_quote(&b, s->harness->name, strlen(s->harness->name));
		ses_jsonl_text(&b, "id", s->id);
		ses_jsonl_text(&b, "parent_session_id", s->parent);
		ses_jsonl_text(&b, "cwd", s->cwd);
		ses_jsonl_text(&b, "title", s->title);
		ses_jsonl_text(&b, "agent", s->agent);
		ses_jsonl_text(&b, "path", s->path);
		add_sizes(&b, s, mirrored(m, s));
		ses_jsonl_time(&b, "last_write", s->mtime);
		ses_buf_str(&b, "}\n");
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
	struct ses_discover q;
	const struct ses_harness_ops *harness;
	struct ses_session_list l = {0};
	struct ses_context c = {0};
	struct ses_buf cwd = {0};
	struct memory m = {0};
	size_t n;
	int rc = -1;

	(void)args;
	(void)n_args;
	if (v->everywhere && v->cwd != NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--cwd and --everywhere exclude each other");
	if (ses_context_open(&c, cli, err) < 0 ||
	    ses_cli_harness(v->harness, &harness, err) < 0 ||
	    ses_context_store(&c, err) < 0 ||
	    ses_mirror_state_dir(c.store, &m.dir, err) < 0 ||
	    ses_owner_load(&m.owner, err) < 0)
		goto out;
	(void)ses_buf_cstr(&m.dir);
	if (ses_buf_check(&m.dir, err) < 0)
		goto out;
	q = ses_context_discover(&c);
	q.harness = harness;
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
	rc = cli->json ? print_json(&l, n, &m, err)
		       : print_table(&l, n, &m, err);
	if (rc == 0 && l.unreadable > 0)
		rc = seshat_exit_status(SESHAT_EPARTIAL);
out:
	ses_context_free(&c);
	ses_buf_free(&m.dir);
	ses_session_list_free(&l);
	ses_buf_free(&cwd);
	return rc;
}

const struct ses_command ses_cmd_sessions = {
    .name = "sessions",
    .summary = "what the agents of this machine hold",
    .args = "",
    .about =
	"Lists the sessions that agents keep on this machine, the one "
	"written last\n"
	"first: those of the current folder, of --cwd, or of every "
	"folder. Subagents\n"
	"belong where their parent does. Nothing is changed, and of a "
	"transcript only\n"
	"the beginning and the end are read.\n"
	"\n"
	"Where is looked, by harness:\n"
	"  claude-code  $CLAUDE_CONFIG_DIR (a comma list), else "
	"~/.claude,\n"
	"               $XDG_CONFIG_HOME/claude and ~/.config/claude\n"
	"  codex        $CODEX_HOME, else ~/.codex\n"
	"  openclaw     $OPENCLAW_STATE_DIR, else .openclaw and "
	".clawdbot in\n"
	"               $OPENCLAW_HOME, else in ~\n"
	"  hermes       $HERMES_HOME, else ~/.hermes\n"
	"  opencode, kilo, mimocode, icodemate, goose, crush, kiro, zed\n"
	"               the databases of each in $XDG_DATA_HOME, else in\n"
	"               ~/.local/share\n"
	"  cursor-chats $CURSOR_CONFIG_DIR/chats, else ~/.cursor/chats\n"
	"  gemini, pi, qwen, prime, omp, copilot, cursor, droid, kimi,\n"
	"  kimi-code, openclaude, iflow, traex, amp, cline, continue,\n"
	"  codebuff, deepseek-tui, vibe, gptme, zencoder, openhands\n"
	"               files in the folder of each (docs/session-mirror.md)\n"
	"  seshat-log   $SESHAT_SESSIONS_DIR, else\n"
	"               ~/.local/share/seshat/sessions\n"
	"  generic      *.jsonl in the folders that 'roots' of the\n"
	"               configuration names; and what its 'harnesses' add\n"
	"\n"
	"MIRRORED tells how much is in the store, as this machine "
	"remembers. With\n"
	"--json one object a line: harness, id, parent_session_id, cwd, "
	"title, agent,\n"
	"path, size, mirrored_bytes, last_write; null where nothing is "
	"recorded. Of\n"
	"sessions in a database also rows, last_row and mirrored_to.",
    .examples = "  seshat sessions                     of this folder\n"
		"  seshat sessions --everywhere -n 20  the last 20 of all\n"
		"  seshat sessions --json | jq .title  for programs",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 0,
    .run = run,
};
