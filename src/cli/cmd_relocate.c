#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/human.h"
#include "base/str.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/found.h"
#include "cli/table.h"
#include "harness/place.h"
#include "restore/relocate.h"
#include "vault/doc.h"

#define STAYS_SHOWN 10

struct values {
	int scan;
	int dry_run;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"scan", 0, SES_OPT_FLAG, AT(scan), NULL,
	"list the directories that are gone, move nothing"},
    {"dry-run", 'n', SES_OPT_FLAG, AT(dry_run), NULL,
	"say what would be done, and move nothing"},
    {0},
};

static void
say(const char *text)
{
	struct ses_buf safe = {0};

	ses_str_safe(text, strlen(text), &safe);
	(void)fputs(ses_buf_cstr(&safe), stdout);
	ses_buf_free(&safe);
}

static void
print_session(const json_t *o, int dry_run)
{
	const char *action = ses_doc_str(o, "action");

	if (strcmp(action, "kept") == 0) {
		(void)fputs("kept ", stdout);
		say(ses_doc_str(o, "from"));
		(void)fputs(": ", stdout);
		say(ses_doc_str(o, "why"));
	} else {
		(void)fputs(dry_run ? "would move " : "moved ", stdout);
		say(ses_doc_str(o, "from"));
		(void)fputs("\n  to ", stdout);
		say(ses_doc_str(o, "to"));
	}
	(void)putchar('\n');
}

static void
report(const struct ses_relocate *r, const struct values *v)
{
	uint64_t shown = 0;
	json_t *o;
	size_t i;

	json_array_foreach(r->sessions, i,
	    o) if (strcmp(ses_doc_str(o, "action"), "stays") != 0)
	    print_session(o, v->dry_run);
	json_array_foreach(r->folders, i, o) print_session(o, v->dry_run);
	(void)printf("%llu session%s %s, %llu kept\n",
	    (unsigned long long)r->moved, ses_human_s(r->moved),
	    v->dry_run ? "to move" : "moved", (unsigned long long)r->kept);
	if (r->stays == 0)
		return;
	(void)printf("%llu need%s no moving; told where, its agent goes on:\n",
	    (unsigned long long)r->stays, r->stays == 1 ? "s" : "");
	json_array_foreach(r->sessions, i, o)
	{
		if (strcmp(ses_doc_str(o, "action"), "stays") != 0 ||
		    ++shown > STAYS_SHOWN)
			continue;
		(void)fputs("  ", stdout);
		say(ses_doc_str(o, "resume"));
		(void)putchar('\n');
	}
	if (shown > STAYS_SHOWN)
		(void)printf("  and %llu more (--json has them)\n",
		    (unsigned long long)(shown - STAYS_SHOWN));
}

/* The path as it was said, of a folder that is gone or not. */
static int
old_path(const char *text, struct ses_buf *out, struct seshat_err *err)
{
	if (text[0] != '/') {
		if (ses_cli_cwd(NULL, out, err) < 0)
			return -1;
		ses_buf_str(out, "/");
	}
	ses_buf_str(out, text);
	while (out->len > 1 && out->data[out->len - 1] == '/')
		out->len--;
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

static int
check_paths(const char *old, const char *new, const struct ses_cli *cli,
    struct seshat_err *err)
{
	struct stat st;
	struct stat there;

	if (stat(new, &there) < 0 || !S_ISDIR(there.st_mode))
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "there is no folder %s", new);
	if (!cli->quiet && stat(old, &st) == 0 &&
	    (st.st_dev != there.st_dev || st.st_ino != there.st_ino))
		(void)fprintf(stderr,
		    "seshat: the old folder is still there; its sessions are "
		    "found at the new one only\n");
	return 0;
}

/* The exit status, and what to know of sessions that were passed over. */
static int
judge(const struct ses_relocate *r, const char *old, const struct ses_cli *cli)
{
	struct ses_buf safe = {0};
	uint64_t done = r->moved + r->stays + json_array_size(r->folders);

	ses_str_safe(old, strlen(old), &safe);
	if (r->elsewhere > 0 && !cli->quiet)
		(void)fprintf(stderr,
		    "seshat: %llu session%s of %s %s relocated before, to "
		    "what is there: name that as the old folder\n",
		    (unsigned long long)r->elsewhere, ses_human_s(r->elsewhere),
		    ses_buf_cstr(&safe), r->elsewhere == 1 ? "was" : "were");
	else if (done + r->kept == 0 && !cli->quiet)
		(void)fprintf(stderr,
		    "seshat: no session was at work in %s (see 'seshat "
		    "relocate --scan')\n",
		    ses_buf_cstr(&safe));
	ses_buf_free(&safe);
	if (r->kept > 0)
		return seshat_exit_status(SESHAT_EPARTIAL);
	return done + r->there == 0 ? seshat_exit_status(SESHAT_ENOTFOUND) : 0;
}

static int
relocate(const struct ses_context *c, const struct ses_cli *cli,
    const struct values *v, const char **args, struct seshat_err *err)
{
	struct ses_relocate r = {0};
	struct ses_buf old = {0};
	struct ses_buf new = {0};
	struct ses_buf from = {0};
	struct ses_relocate_how how = {
	    .roots = &c->config.roots, .dry_run = v->dry_run};
	int told;
	int rc = -1;

	if (old_path(args[0], &old, err) < 0 ||
	    ses_cli_cwd(args[1], &new, err) < 0)
		goto out;
	how.from = &from;
	how.to = ses_buf_cstr(&new);
	if (ses_buf_check(&new, err) < 0 ||
	    ses_relocate_spell(old.data, how.to, &from, err) < 0 ||
	    check_paths(old.data, how.to, cli, err) < 0)
		goto out;
	rc = ses_relocate(&how, &r, err);
	/* also of one that came to a bad end: these are moved */
	told = rc == 0 || r.moved > 0;
	if (told && cli->json)
		ses_cli_print_json(json_pack("{s:b,s:I,s:I,s:I,s:O,s:O}",
		    "dry_run", v->dry_run, "moved", (json_int_t)r.moved, "kept",
		    (json_int_t)r.kept, "stays", (json_int_t)r.stays,
		    "sessions", r.sessions, "folders", r.folders));
	else if (told && !cli->quiet)
		report(&r, v);
	if (rc == 0)
		rc = judge(&r, old.data, cli);
	ses_relocate_free(&r);
out:
	ses_buf_free(&old);
	ses_buf_free(&new);
	ses_buf_free(&from);
	return rc;
}

/* Of sessions that were relocated only the name of the folder is known. */
static void
add_directory(struct ses_table *t, const json_t *row)
{
	struct ses_buf b = {0};

	ses_buf_str(&b, ses_doc_str(row, "cwd"));
	if (json_is_true(json_object_get(row, "relocated")))
		ses_buf_fmt(&b, ", relocated to %s, which is gone",
		    ses_str_basename(ses_doc_str(row, "folder")));
	ses_table_add(t, ses_buf_cstr(&b));
	ses_buf_free(&b);
}

static int
print_orphans(const json_t *rows, struct seshat_err *err)
{
	static const struct ses_table_col cols[] = {
	    {.title = "SESSIONS", .right = 1}, {.title = "SIZE", .right = 1},
	    {.title = "LAST WRITE"}, {.title = "DIRECTORY", .flex = 1},
	    {.title = "PERHAPS NOW"}};
	struct ses_table t = {.cols = cols, .n_cols = 5};
	char text[32];
	char size[SES_HUMAN_MAX];
	const json_t *row;
	size_t i;
	int rc;

	for (i = 0; i < json_array_size(rows); i++) {
		row = json_array_get(rows, i);
		(void)snprintf(text, sizeof(text), "%llu",
		    (unsigned long long)ses_doc_u64(row, "sessions"));
		ses_table_add(&t, text);
		ses_human_size(ses_doc_u64(row, "bytes"), size);
		ses_table_add(&t, size);
		(void)snprintf(text, sizeof(text), "%.10s",
		    ses_doc_str(row, "last_write_at"));
		ses_table_add(&t, text);
		add_directory(&t, row);
		ses_table_add(&t, ses_doc_str(row, "moved_to"));
	}
	rc = ses_table_print(&t, stdout, ses_table_width(), err);
	ses_table_free(&t);
	return rc;
}

/* "Claude Code", of agents that look for sessions by their directory, or not.
 */
static void
print_agents(int by_cwd)
{
	const struct ses_place_ops *place;
	size_t shown = 0;
	size_t i;

	for (i = 0; ses_harnesses[i] != NULL; i++) {
		place = ses_harnesses[i]->place;
		if (place != NULL && place->by_cwd == by_cwd &&
		    (!by_cwd || place->home != NULL) && place->resume != NULL)
			(void)printf("%s%s", shown++ > 0 ? " or " : "",
			    ses_harnesses[i]->summary);
	}
}

static int
scan(const struct ses_context *c, const struct ses_cli *cli,
    struct seshat_err *err)
{
	json_t *rows = NULL;
	uint64_t others = 0;
	int rc = ses_orphans(&c->config.roots, &rows, &others, err);

	if (rc == 0 && cli->json)
		ses_cli_print_json(json_pack("{s:O}", "directories", rows));
	else if (rc == 0 && json_array_size(rows) > 0)
		rc = print_orphans(rows, err);
	else if (rc == 0 && !cli->quiet) {
		(void)fputs("every directory with sessions of ", stdout);
		print_agents(1);
		(void)fputs(" is there\n", stdout);
	}
	if (rc == 0 && !cli->json && !cli->quiet && others > 0) {
		(void)printf("%llu session%s of ", (unsigned long long)others,
		    ses_human_s(others));
		print_agents(0);
		(void)printf(" %s found by %s, and not looked at\n",
		    others == 1 ? "is" : "are",
		    others == 1 ? "its id" : "their ids");
	}
	json_decref(rows);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	int rc;

	if (n_args == 2 && !v->scan && args[0][0] == '\0')
		return ses_fail(
		    err, SESHAT_EUSAGE, "the old folder has an empty name");
	if (n_args != (v->scan ? 0 : 2))
		return ses_fail(err, SESHAT_EUSAGE,
		    v->scan ? "--scan takes no folders"
			    : "relocate needs the old folder and the new one, "
			      "or --scan");
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	rc = v->scan ? scan(&c, cli, err) : relocate(&c, cli, v, args, err);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_relocate = {
    .name = "relocate",
    .summary = "a project was moved: make its sessions found there",
    .args = "OLD NEW | --scan",
    .about =
	"Claude Code looks for sessions by the path of their project. When\n"
	"that was moved or renamed, this moves the sessions that were last at\n"
	"work in OLD, or below it, to where they are looked for now. No byte\n"
	"of them changes, nothing is overwritten, and what is being written\n"
	"is left alone. Sessions of Codex and Copilot CLI stay where they\n"
	"are; the command that goes on with each is printed. --scan lists the\n"
	"directories that are gone, and where a checkout of the same name\n"
	"stands nearby. It can be undone: name the folders the other way\n"
	"round. The exit status is 5 when a session could not be moved, 3\n"
	"when none was at work in OLD and none is found at NEW.",
    .examples = "  seshat relocate --scan\n"
		"  seshat relocate ~/work/demo ~/code/demo --dry-run\n"
		"  seshat relocate ~/work/demo ~/code/demo",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 2,
    .run = run,
};
