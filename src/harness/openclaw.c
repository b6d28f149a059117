/*
 * OpenClaw keeps agents/<agent>/sessions/<stem>.jsonl below its state folder;
 * a session's id is "<agent>__<stem>".  What it puts away it renames to
 * <stem>.jsonl.reset.<time> or .deleted.<time>: that is the same session under
 * another path.  Copies made before a compaction, <stem>.checkpoint.<uuid>,
 * and records of what went to the model, <stem>.trajectory, are sessions with
 * a parent.  Later versions keep events in agents/<agent>/agent/
 * openclaw-agent.sqlite; a session that is in both has two sources.
 */
/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/str.h"
#include "base/xdg.h"
#include "harness/look.h"
#include "harness/openclaw.h"
#include "harness/openclaw_read.h"
#include "harness/place.h"

/* A search: what is wanted, and where it has come to. */
struct search {
	const struct ses_discover *q;
	struct ses_session_list *out;
	struct ses_looks looks; /* the transcripts that may fit */
	const char *agent;      /* whose folder is at hand */
};

/* A variable, without the spaces around it: 1 if it counts as set.  Start
 * scripts leave these words where something was not set. */
static int
setting(const char *name, struct ses_buf *out, struct seshat_err *err)
{
	static const char space[] = " \t\r\n";
	const char *v = getenv(name);
	struct ses_buf b = {0};
	int rc = 0;

	if (v == NULL)
		return 0;
	ses_buf_str(&b, v + strspn(v, space));
	while (b.len > 0 && strchr(space, b.data[b.len - 1]) != NULL)
		b.len--;
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0)
		rc = -1;
	else if (b.len > 0 && strcmp(b.data, "undefined") != 0 &&
		 strcmp(b.data, "null") != 0)
		rc = ses_xdg_expand(b.data, out, err) < 0 ? -1 : 1;
	ses_buf_free(&b);
	return rc;
}

static int
add_agents(const char *state, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	ses_buf_fmt(&b, "%s/agents", state);
	(void)ses_buf_cstr(&b);
	rc = ses_buf_check(&b, err);
	if (rc == 0)
		rc = ses_root_add(out, b.data, err);
	ses_buf_free(&b);
	return rc;
}

static int
exists(const char *dir, const char *name)
{
	struct ses_buf b = {0};
	int rc;

	ses_buf_fmt(&b, "%s/%s", dir, name);
	rc = access(ses_buf_cstr(&b), F_OK) == 0;
	ses_buf_free(&b);
	return rc;
}

/* The state folders below the home, of which one is said to be set. */
static int
add_home(
    const char *home, int is_set, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf profile = {0};
	struct ses_buf state = {0};
	int named;
	int rc = -1;

	named = setting("OPENCLAW_PROFILE", &profile, err);
	(void)ses_buf_cstr(&profile);
	if (named < 0 || ses_buf_check(&profile, err) < 0)
		goto out;
	named = named && strcasecmp(profile.data, "default") != 0;
	ses_buf_fmt(&state, "%s/.openclaw%s%s", home, named ? "-" : "",
	    named ? profile.data : "");
	(void)ses_buf_cstr(&state);
	if (ses_buf_check(&state, err) < 0 ||
	    add_agents(state.data, out, err) < 0)
		goto out;
	/* other programs took OPENCLAW_HOME as the state folder itself */
	if (is_set && access(state.data, F_OK) < 0 && exists(home, "agents") &&
	    add_agents(home, out, err) < 0)
		goto out;
	rc = 0;
	if (!named) {
		ses_buf_clear(&state);
		ses_buf_fmt(&state, "%s/.clawdbot", home);
		(void)ses_buf_cstr(&state);
		rc = ses_buf_check(&state, err);
		if (rc == 0)
			rc = add_agents(state.data, out, err);
	}
out:
	ses_buf_free(&profile);
	ses_buf_free(&state);
	return rc;
}

static int
roots(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int set = setting("OPENCLAW_STATE_DIR", &b, err);
	int rc = -1;

	(void)self;
	(void)q;
	if (set > 0) {
		(void)ses_buf_cstr(&b);
		if (ses_buf_check(&b, err) == 0)
			rc = add_agents(b.data, out, err);
		goto out;
	}
	if (set == 0)
		set = setting("OPENCLAW_HOME", &b, err);
	if (set < 0 || (set == 0 && ses_xdg_home(&b, err) < 0))
		goto out;
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) == 0)
		rc = add_home(b.data, set, out, err);
out:
	ses_buf_free(&b);
	return rc;
}

static int
file(void *arg, const struct ses_folder *f, const char *name, int type,
    struct seshat_err *err)
{
	struct search *s = arg;
	struct ses_openclaw_name n = {
	    .agent = s->agent, .agent_len = strlen(s->agent)};
	struct ses_buf id = {0};
	int rc;

	if (type != DT_REG || !ses_openclaw_parse(name, &n))
		return 0;
	rc = ses_openclaw_id(&n, n.len, &id, err);
	if (rc > 0 && s->q->id != NULL && strcmp(s->q->id, id.data) != 0)
		rc = 0;
	ses_buf_free(&id);
	return rc <= 0 ? rc : ses_look_add(&s->looks, f, name, NULL, 0, err);
}

/* What the agent keeps since 2026.7.2: beside its transcripts. */
static int
database(struct search *s, const struct ses_folder *at, const char *agent,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = ses_folder_join(at, "agent/" SES_OPENCLAW_DB, &path, err);

	if (rc == 0)
		rc = ses_openclaw_database(s->q, agent, path.data, s->out, err);
	ses_buf_free(&path);
	return rc;
}

static int
agent(void *arg, const struct ses_folder *root, const char *name, int type,
    struct seshat_err *err)
{
	struct search *s = arg;
	struct ses_folder at = {0};
	int rc;

	if (type == DT_REG)
		return 0;
	rc = ses_folder_enter(s->out, &at, root, name, 1, err);
	if (rc <= 0)
		return rc;
	s->agent = name;
	rc = database(s, &at, name, err);
	if (rc == 0)
		rc = ses_folder_each(s->out, &at, "sessions", 0, file, s, err);
	ses_folder_close(&at);
	return rc;
}

/* <agent>, and there the folder of transcripts and that of the database. */
static int
holds(const struct ses_harness_ops *self, const char *below)
{
	const char *rest = strchr(below, '/');

	(void)self;
	return rest == NULL || strcmp(rest, "/sessions") == 0 ||
	       strcmp(rest, "/agent") == 0;
}

static int
find(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct search s = {.q = q, .out = out};
	struct ses_buf list = {0};
	size_t from = out->n;
	int rc = -1;

	if (roots(self, q, &list, err) < 0 ||
	    ses_roots_each(out, &list, agent, &s, err) < 0)
		goto out;
	rc = ses_look_all(&s.looks, ses_openclaw_read, q, out, err);
	if (rc == 0 && q->cwd != NULL)
		ses_session_keep_families(out, from, q->cwd);
out:
	ses_buf_free(&list);
	ses_looks_free(&s.looks);
	return rc;
}

const struct ses_harness_ops ses_openclaw = {
    .name = "openclaw",
    .summary = "OpenClaw",
    .roots = roots,
    .holds = holds,
    .find = find,
    .identify = ses_openclaw_identify,
    .describe = ses_openclaw_describe,
    .place = &ses_openclaw_place,
    .events = ses_openclaw_events,
};
