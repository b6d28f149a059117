/*
 * Codex finds a rollout by the id in its name, in a folder of the day on which
 * the session began; where it goes on makes no difference to its path.
 */
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "harness/codex.h"
#include "harness/place.h"
#include "harness/twin.h"

#define TIME_LEN 19 /* of "2026-11-21T02-53-57" */

static const char ending[] = ".jsonl";

/* What it goes on with.  The command of a tool has its directory, too, as a
 * URL: that is what was, and stays. */
static const char *const cwds[] = {
    "payload.cwd",
    "payload.workspace_roots.*",
    "payload.runtime_workspace_roots.*",
    "payload.sandbox_policy.writable_roots.*",
    "payload.thread_settings.cwd",
    "payload.thread_settings.workspace_roots.*",
    "payload.thread_settings.runtime_workspace_roots.*",
    "payload.state.environments.environments.*.cwd",
    NULL,
};

/* The name that it had, if that is one of a rollout with this id. */
static const char *
old_name(const struct ses_placing *p, size_t *len)
{
	const char *name = ses_str_basename(p->source);
	const char *id;
	size_t id_len;

	*len = ses_twin_plain_len(name);
	if (!ses_codex_parse_name(name, &id, &id_len) ||
	    id_len != strlen(p->id) || memcmp(id, p->id, id_len) != 0)
		return NULL;
	return name + strlen("rollout-");
}

static int
at(const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	struct ses_buf roots = {0};
	char when[SES_TIME_MAX];
	const char *time;
	char *c;
	size_t len;
	int rc = -1;

	out->mode = 0644;
	out->folders = 0755;
	if (!ses_place_name_ok(p->id, strlen(p->id)))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "the id cannot stand in the name of a rollout of Codex");
	time = old_name(p, &len);
	if (time == NULL) {
		ses_time_format(
		    p->started != 0 ? p->started : ses_time_now(), when);
		for (c = when; *c != '\0'; c++)
			if (*c == ':')
				*c = '-';
		time = when;
	}
	if (ses_codex.roots(&ses_codex, &any, &roots, err) == 0) {
		ses_buf_fmt(&out->path, "%s/%.4s/%.2s/%.2s/rollout-%.*s-%s%s",
		    roots.data, time, time + 5, time + 8, TIME_LEN, time, p->id,
		    ending);
		(void)ses_buf_cstr(&out->path);
		rc = ses_buf_check(&out->path, err);
	}
	ses_buf_free(&roots);
	return rc;
}

static void
resume(const char *id, const char *cwd, struct ses_buf *out)
{
	ses_buf_str(out, "codex resume ");
	ses_place_word(id, out);
	if (cwd != NULL) {
		ses_buf_str(out, " -C ");
		ses_place_word(cwd, out);
	}
}

/* It refuses to go on with what it put away. */
static void
unarchive(const char *id, const char *path, struct ses_buf *out)
{
	if (strstr(path, "/archived_sessions/") == NULL)
		return;
	ses_buf_str(out, "codex unarchive ");
	ses_place_word(id, out);
}

const struct ses_place_ops ses_codex_place = {
    .cwds = cwds,
    .at = at,
    .resume = resume,
    .unarchive = unarchive,
    .note = "Codex finds it by its id; its list of sessions may not show it. "
	    "Should it say that it is archived, though it is not there: move "
	    "the file to archived_sessions, and 'codex unarchive' takes it",
};
