/* agentsview: the agents' own trees, below the name of a machine. */
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "publish/names.h"
#include "vault/key.h"

#define STAMP_LEN 19 /* "2026-06-24T10-15-00" */

static int
takes(const char *harness)
{
	return strcmp(harness, "claude-code") == 0 ||
	       strcmp(harness, "codex") == 0;
}

static int
is_stamp(const char *s)
{
	static const char like[] = "dddd-dd-ddTdd-dd-dd";
	size_t i;

	for (i = 0; i < STAMP_LEN; i++)
		if (like[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != like[i])
			return 0;
	return 1;
}

/* The time in the name of the source, "rollout-<time>-<id>.jsonl", also
 * ".jsonl.zst"; NULL: it is not called so. */
static const char *
stamp_of(const struct ses_pub_session *s)
{
	const char *name = ses_str_basename(s->source);
	const char *at = name + strlen("rollout-");

	return ses_str_starts(name, "rollout-") && is_stamp(at) &&
		       at[STAMP_LEN] == '-' &&
		       strncmp(at + STAMP_LEN + 1, s->id, strlen(s->id)) == 0
		   ? at
		   : NULL;
}

static void
add_codex(const struct ses_pub_session *s, struct ses_buf *out)
{
	const char *at = stamp_of(s);
	char made[SES_TIME_MAX];

	if (at == NULL) {
		ses_time_format(s->started, made);
		made[13] = '-';
		made[16] = '-';
		at = made;
	}
	ses_buf_fmt(out, "/raw/codex/%.4s/%.2s/%.2s/rollout-%.19s-", at, at + 5,
	    at + 8, at);
	ses_key_component(out, s->id);
}

static int
place(const struct ses_pub_session *s, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ses_buf rest = {0};
	int rc = 0;

	ses_key_component(out, s->machine);
	if (strcmp(s->harness, "codex") == 0) {
		add_codex(s, out);
	} else {
		rc = ses_pub_claude(s, &dir, &rest, err);
		ses_buf_str(out, "/raw/claude/");
		ses_buf_str(out, ses_buf_cstr(&dir));
		ses_buf_str(out, "/");
		ses_buf_str(out, ses_buf_cstr(&rest));
	}
	ses_buf_str(out, ".jsonl");
	ses_buf_free(&dir);
	ses_buf_free(&rest);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

/* "<machine>/raw/..." */
static int
is_place(const struct ses_pub_session *s, const char *key)
{
	static const char claude[] = "/raw/claude/";
	static const char codex[] = "/raw/codex/";
	const char *at = strchr(key, '/');
	struct ses_buf end = {0};
	int rc = 0;

	if (at == NULL || at == key)
		return 0;
	if (strcmp(s->harness, "codex") != 0)
		return ses_str_starts(at, claude) &&
		       ses_pub_is_claude(s, at + strlen(claude), ".jsonl");
	ses_buf_str(&end, "-");
	ses_key_component(&end, s->id);
	ses_buf_str(&end, ".jsonl");
	rc = ses_str_starts(at, codex) &&
	     ses_str_starts(ses_str_basename(at), "rollout-") &&
	     ses_str_ends(at, ses_buf_cstr(&end)) && !end.bad;
	ses_buf_free(&end);
	return rc;
}

const struct ses_pub_format ses_pub_agentsview = {
    .name = "agentsview",
    .summary = "MACHINE/raw/claude and raw/codex, for agentsview",
    .by_machine = 1,
    .takes = takes,
    .place = place,
    .is_place = is_place,
};
