/*
 * Where the agents of the table look for a session that goes on, as far as
 * that is known: where the program itself was seen to go on with one.
 */
#include <dirent.h>
#include <limits.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/time.h"
#include "harness/gemini.h"

static const char ending[] = ".jsonl";
static const char *const cwds[] = {"cwd", NULL};

/* The most important root of an agent. */
static int
first_root(const char *harness, struct ses_buf *out, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	const struct ses_harness_ops *h = ses_harness_named(harness);

	if (h == NULL)
		return ses_fail(err, SESHAT_EUNSUPPORTED, "unknown here");
	if (h->roots(h, &any, out, err) < 0)
		return -1;
	return out->len > 0 ? 0
			    : ses_fail(err, SESHAT_EUNSUPPORTED,
				  "it is looked for nowhere");
}

static int
check_id(const char *id, const char *agent, struct seshat_err *err)
{
	if (ses_place_name_ok(id, strlen(id)))
		return 0;
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "the id cannot be the name of a file of %s", agent);
}

static int
done(struct ses_placed *out, struct seshat_err *err)
{
	(void)ses_buf_cstr(&out->path);
	return ses_buf_check(&out->path, err);
}

static void
resume(
    const char *command, const char *id, const char *cwd, struct ses_buf *out)
{
	(void)cwd; /* none of them is told it but by where it is run */
	ses_buf_fmt(out, "%s ", command);
	ses_place_word(id, out);
}

/* The name that it had, if that is one of a session with this id: "<time>_" is
 * in front of it. */
static const char *
pi_name(const struct ses_placing *p)
{
	const char *name = ses_str_basename(p->source);
	struct ses_files_match m = {0};

	return ses_files_match_pattern("*_<*>.jsonl", name, &m) &&
		       m.id_len == strlen(p->id) &&
		       memcmp(m.id, p->id, m.id_len) == 0 &&
		       ses_place_name_ok(name, strlen(name))
		   ? name
		   : NULL;
}

/* "--srv-x--": without the slash in front; slashes, backslashes and colons are
 * dashes. */
static void
pi_folder(const char *cwd, struct ses_buf *out)
{
	ses_buf_str(out, "--");
	for (cwd += cwd[0] == '/'; *cwd != '\0'; cwd++)
		ses_buf_add(out, strchr("/\\:", *cwd) != NULL ? "-" : cwd, 1);
	ses_buf_str(out, "--");
}

static int
pi_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	struct ses_buf root = {0};
	char when[SES_TIME_MAX];
	const char *name = pi_name(p);
	char *c;
	int rc = check_id(p->id, "Pi", err);

	out->mode = 0644;
	out->folders = 0755;
	if (rc == 0)
		rc = first_root("pi", &root, err);
	if (rc < 0)
		goto out;
	ses_time_format(p->started != 0 ? p->started : ses_time_now(), when);
	for (c = when; *c != '\0'; c++)
		if (*c == ':' || *c == '.')
			*c = '-';
	ses_buf_fmt(&out->path, "%s/", root.data);
	/* a folder that is set for sessions has no folders in it */
	if (ses_str_ends(root.data, "/sessions")) {
		pi_folder(p->cwd, &out->path);
		ses_buf_str(&out->path, "/");
	}
	if (name != NULL)
		ses_buf_str(&out->path, name);
	else
		ses_buf_fmt(&out->path, "%s_%s%s", when, p->id, ending);
	rc = done(out, err);
out:
	ses_buf_free(&root);
	return rc;
}

static void
pi_resume(const char *id, const char *cwd, struct ses_buf *out)
{
	resume("pi --session", id, cwd, out);
}

const struct ses_place_ops ses_pi_place = {
    .cwds = cwds,
    .by_cwd = 1,
    .at = pi_at,
    .resume = pi_resume,
};

static int
qwen_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	struct ses_buf root = {0};
	const unsigned char *c;
	int rc = check_id(p->id, "Qwen Code", err);

	out->mode = 0644;
	out->folders = 0755;
	if (rc == 0)
		rc = first_root("qwen", &root, err);
	if (rc < 0)
		goto out;
	/* what is not ASCII has as many dashes as it has units of UTF-16,
	 * which no program that was seen had to write yet */
	for (c = (const unsigned char *)p->cwd; *c != '\0'; c++)
		if (*c >= 0x80) {
			rc = ses_fail(err, SESHAT_EUNSUPPORTED,
			    "what Qwen Code calls the folder of a directory "
			    "whose name is not ASCII is not known");
			goto out;
		}
	ses_buf_fmt(&out->path, "%s/", root.data);
	for (c = (const unsigned char *)p->cwd; *c != '\0'; c++)
		ses_buf_add(&out->path,
		    strchr("abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
			*c) != NULL
			? (const char *)c
			: "-",
		    1);
	ses_buf_fmt(&out->path, "/chats/%s%s", p->id, ending);
	rc = done(out, err);
out:
	ses_buf_free(&root);
	return rc;
}

static void
qwen_resume(const char *id, const char *cwd, struct ses_buf *out)
{
	resume("qwen --resume", id, cwd, out);
}

const struct ses_place_ops ses_qwen_place = {
    .cwds = cwds,
    .by_cwd = 1,
    .at = qwen_at,
    .resume = qwen_resume,
};

/* Whether the folder is that of the directory: it says so. */
static int
is_project(const char *root, const char *slug, const char *cwd)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	int is;

	ses_buf_fmt(&path, "%s/%s/.project_root", root, slug);
	is = ses_fs_slurp(ses_buf_cstr(&path), PATH_MAX, &text, &ignored) == 0;
	while (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	is = is && text.len == strlen(cwd) &&
	     memcmp(text.data, cwd, text.len) == 0;
	ses_buf_free(&path);
	ses_buf_free(&text);
	return is;
}

/* Set out to the folder that Gemini made for the directory; it stays empty
 * where there is none. */
static int
find_project(const char *root, const char *cwd, struct ses_buf *out,
    struct seshat_err *err)
{
	DIR *d = root == NULL ? NULL : opendir(root);
	const struct dirent *e;

	while (d != NULL && out->len == 0 && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && is_project(root, e->d_name, cwd))
			ses_buf_fmt(out, "%s/%s", root, e->d_name);
	if (d != NULL)
		(void)closedir(d);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

static int
gemini_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	struct ses_buf root = {0};
	struct ses_buf project = {0};
	const char *name = ses_str_basename(p->source);
	int rc = check_id(p->id, "Gemini CLI", err);

	out->mode = 0600;
	out->folders = 0700;
	if (rc == 0 && p->parent != NULL && strchr(p->id, '.') != NULL)
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "Gemini CLI goes on with no subagent");
	/* It never grows, and where it stands beside the session Gemini CLI
	 * 0.61 deletes both when it starts. */
	else if (rc == 0 && p->parent != NULL)
		rc = ses_fail(err, SESHAT_ENOTFOUND,
		    "it is a second beginning of another session, and no more");
	if (rc == 0 && ses_str_ends(name, ".json"))
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "it is of a version of Gemini CLI that wrote documents");
	if (rc == 0)
		rc = first_root("gemini", &root, err);
	if (rc == 0)
		rc = find_project(root.data, p->cwd, &project, err);
	if (rc == 0 && project.len == 0)
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "Gemini CLI has no folder for %s yet: run it there once",
		    p->cwd);
	if (rc == 0) {
		ses_buf_fmt(
		    &out->path, "%s/chats/%s%s", project.data, p->id, ending);
		rc = done(out, err);
	}
	ses_buf_free(&root);
	ses_buf_free(&project);
	return rc;
}

/* It makes all else that it keeps in the session's folder. */
static int
copilot_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	struct ses_buf root = {0};
	int rc = check_id(p->id, "Copilot CLI", err);

	out->mode = 0600;
	out->folders = 0700;
	if (rc == 0 && strcmp(ses_str_basename(p->source), "events.jsonl") != 0)
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "it is of a version of Copilot CLI that had one file for a "
		    "session");
	if (rc == 0)
		rc = first_root("copilot", &root, err);
	if (rc == 0) {
		ses_buf_fmt(&out->path, "%s/%s/events.jsonl", root.data, p->id);
		rc = done(out, err);
	}
	ses_buf_free(&root);
	return rc;
}

static void
copilot_resume(const char *id, const char *cwd, struct ses_buf *out)
{
	(void)cwd; /* it goes on where it is run */
	ses_buf_str(out, "copilot --resume=");
	ses_place_word(id, out);
}

static const char *const copilot_cwds[] = {
    "data.context.cwd", "data.context.gitRoot", NULL};

const struct ses_place_ops ses_copilot_place = {
    .cwds = copilot_cwds,
    .at = copilot_at,
    .resume = copilot_resume,
};

static int
continue_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	struct ses_buf root = {0};
	int rc = check_id(p->id, "Continue CLI", err);

	/* sessions.json is its list of them */
	if (rc == 0 && strcmp(p->id, "sessions") == 0)
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "Continue CLI keeps something else by this name");
	out->mode = 0644;
	out->folders = 0755;
	if (rc == 0)
		rc = first_root("continue", &root, err);
	if (rc == 0) {
		ses_buf_fmt(&out->path, "%s/%s.json", root.data, p->id);
		rc = done(out, err);
	}
	ses_buf_free(&root);
	return rc;
}

static void
continue_resume(const char *id, const char *cwd, struct ses_buf *out)
{
	(void)id; /* it cannot be told */
	(void)cwd;
	ses_buf_str(out, "cn --resume");
}

static const char *const continue_cwds[] = {"workspaceDirectory", NULL};

/* The place is the same in every directory, but what goes on is the file that
 * was written last: no command could be told of one that lies there. */
const struct ses_place_ops ses_continue_place = {
    .cwds = continue_cwds,
    .by_cwd = 1,
    .at = continue_at,
    .resume = continue_resume,
    .note = "'cn --resume' goes on with the session that was written last, in "
	    "any directory: now that is this one",
};

/* Its lines name none, but where it goes on decides where it is put. */
static const char *const no_cwds[] = {NULL};

const struct ses_place_ops ses_gemini_place = {
    .cwds = no_cwds,
    .by_cwd = 1,
    .at = gemini_at,
    .note =
	"'gemini --list-sessions' in its directory tells the number that "
	"'gemini --resume' takes; if a second file of the session, of another "
	"minute, stands beside it, move that away before: Gemini CLI 0.61 "
	"deletes both when it starts",
};

static int
no_at(
    const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	(void)p;
	(void)out;
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "where this agent would look for it is not known");
}

const struct ses_place_ops ses_files_no_place = {.at = no_at};
