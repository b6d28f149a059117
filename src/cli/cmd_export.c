#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "base/human.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "export/export.h"

struct values {
	const char *output;
	const char *volume;
	const char *max_bytes;
	const char *method;
	int html;
	int force;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"output", 'o', SES_OPT_STRING, AT(output), "FILE",
	"write there; - is stdout (session-<id>.zip here)"},
    {"force", 0, SES_OPT_FLAG, AT(force), NULL, "replace FILE if it is there"},
    {"max-bytes", 0, SES_OPT_STRING, AT(max_bytes), "N",
	"bytes of content at most, 0: any (2 GiB)"},
    {"method", 0, SES_OPT_STRING, AT(method), "deflate|store",
	"store: do not compress files (default: deflate)"},
    {"html", 0, SES_OPT_FLAG, AT(html), NULL,
	"transcript.html besides, to be read in a browser"},
    {"volume", 0, SES_OPT_STRING, AT(volume), "DIR",
	"from a folder of sessions/<id>/, not the vault"},
    {0},
};

#define SHOW (4U << 20) /* bytes between two lines of progress */

struct showing {
	struct ses_progress progress;
	uint64_t shown; /* bytes */
};

/* Where the archive goes: aside first, so that what was there stays until the
 * new one is whole. */
struct target {
	const char *path; /* NULL: stdout */
	struct ses_buf aside;
	int fd;
	struct ses_sink file;
};

/* No file is left half done by Ctrl-C. */
static int
write_target(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	const struct target *t = arg;

	if (t->aside.len > 0 && *ses_interrupts() > 0)
		return ses_fail(err, SESHAT_ECANCELLED, "interrupted");
	return ses_sink_write(&t->file, data, len, err);
}

/* Not "not found": that would be the session. */
static int
cannot_write(const struct target *t, struct seshat_err *err)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return ses_fail(err, SESHAT_ESYS,
		    "cannot write %s: its folder is not there (make it, or "
		    "name another with -o)",
		    t->path);
	return ses_fail_errno(err, "write %s", t->path);
}

/* What is there and no file is written to, not replaced. */
static int
open_special(struct target *t, struct seshat_err *err)
{
	t->fd = open(t->path, O_WRONLY | O_CLOEXEC);
	return t->fd < 0 ? ses_fail_errno(err, "write %s", t->path) : 0;
}

static int
open_target(struct target *t, const struct values *v, const char *name,
    struct seshat_err *err)
{
	struct stat st;
	int is_there;

	t->path = v->output != NULL ? v->output : name;
	if (strcmp(t->path, "-") == 0) {
		t->path = NULL;
		t->fd = STDOUT_FILENO;
		if (isatty(t->fd))
			return ses_fail(err, SESHAT_EUSAGE,
			    "an archive is nothing for a terminal (-o FILE)");
		return 0;
	}
	is_there = stat(t->path, &st) == 0;
	if (is_there && !S_ISREG(st.st_mode))
		return open_special(t, err);
	if (!v->force && is_there)
		return ses_fail(err, SESHAT_EEXISTS,
		    "%s is there already (--force replaces it, -o FILE names "
		    "another)",
		    t->path);
	ses_buf_fmt(&t->aside, "%s.part-%ld", t->path, (long)getpid());
	(void)ses_buf_cstr(&t->aside);
	if (ses_buf_check(&t->aside, err) < 0 || ses_interrupt_catch(err) < 0)
		return -1;
	t->fd =
	    open(t->aside.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	return t->fd < 0 ? cannot_write(t, err) : 0;
}

/* Put it in place, or away. */
static int
close_target(struct target *t, int rc, struct seshat_err *err)
{
	if (t->path == NULL) {
		ses_buf_free(&t->aside);
		return rc;
	}
	if (rc == 0 && t->aside.len > 0 && fsync(t->fd) < 0)
		rc = ses_fail_errno(err, "write %s", t->path);
	if (t->fd >= 0 && close(t->fd) < 0 && rc == 0)
		rc = ses_fail_errno(err, "write %s", t->path);
	if (rc == 0 && t->aside.len > 0 && rename(t->aside.data, t->path) < 0)
		rc = ses_fail_errno(err, "write %s", t->path);
	if (rc < 0 && t->fd >= 0 && t->aside.len > 0)
		(void)unlink(t->aside.data);
	ses_buf_free(&t->aside);
	return rc;
}

/* Not for each of many small files. */
static void
on_progress(void *arg, uint64_t bytes)
{
	struct showing *s = arg;

	if (bytes - s->shown < SHOW)
		return;
	s->shown = bytes;
	ses_progress_show(
	    &s->progress, &(struct ses_progress_step){.new_bytes = bytes});
}

static void
report(const struct ses_cli *cli, const struct target *t,
    const struct ses_export_result *r)
{
	FILE *out = t->path == NULL ? stderr : stdout;
	char size[SES_HUMAN_MAX];
	char zip[SES_HUMAN_MAX];
	char *text;
	json_t *doc;

	if (cli->json) {
		doc = json_pack("{s:s?,s:I,s:I,s:I,s:I,s:I}", "path", t->path,
		    "sessions", (json_int_t)r->sessions, "files",
		    (json_int_t)r->files, "bytes", (json_int_t)r->bytes,
		    "zip_bytes", (json_int_t)r->zip, "omitted",
		    (json_int_t)r->omitted);
		text = doc == NULL ? NULL : json_dumps(doc, JSON_COMPACT);
		(void)fprintf(out, "%s\n", text == NULL ? "{}" : text);
		free(text);
		json_decref(doc);
		return;
	}
	if (r->omitted > 0)
		(void)fprintf(stderr,
		    "seshat: %llu file%s left out or cut short: see "
		    "__truncated.txt in the archive\n",
		    (unsigned long long)r->omitted,
		    r->omitted == 1 ? " is" : "s are");
	if (cli->quiet)
		return;
	ses_human_size(r->bytes, size);
	ses_human_size(r->zip, zip);
	(void)fprintf(out, "%s: %llu session%s, %llu file%s, %s in %s\n",
	    t->path == NULL ? "exported" : t->path,
	    (unsigned long long)r->sessions, ses_human_s(r->sessions),
	    (unsigned long long)r->files, ses_human_s(r->files), size, zip);
}

static int
export_to(const struct ses_cli *cli, const struct values *v,
    struct ses_library *lib, const struct ses_export_how *what,
    struct seshat_err *err)
{
	struct showing showing = {ses_progress_begin(cli, 0, 0), 0};
	struct ses_export_how how = *what;
	struct ses_export_result r = {0};
	struct ses_export *x = NULL;
	struct target t = {.fd = -1};
	struct ses_sink sink;
	int rc;

	how.progress = on_progress;
	how.arg = &showing;
	if (ses_export_open(&x, lib, &how, err) < 0)
		return -1;
	rc = open_target(&t, v, ses_export_name(x), err);
	if (rc == 0) {
		t.file = ses_sink_fd(&t.fd);
		sink = (struct ses_sink){write_target, &t};
		rc = ses_export_write(x, 0, SES_EXPORT_UNKNOWN, &sink, &r, err);
	}
	ses_progress_clear(&showing.progress);
	/* what has half an archive has none */
	if (rc < 0 && err->code == SESHAT_ECANCELLED && err->sys == EPIPE)
		rc = ses_fail(err, SESHAT_ESYS,
		    "nobody reads the archive any more: what was written is "
		    "not whole");
	rc = close_target(&t, rc, err);
	if (rc == 0)
		report(cli, &t, &r);
	if (rc == 0 && r.omitted > 0)
		rc = seshat_exit_status(SESHAT_EPARTIAL);
	ses_export_free(x);
	return rc;
}

static int
read_values(
    const struct values *v, struct ses_export_how *how, struct seshat_err *err)
{
	how->max_bytes = SES_EXPORT_CAP;
	how->html = v->html;
	if (v->max_bytes != NULL &&
	    ses_str_u64(v->max_bytes, &how->max_bytes) < 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--max-bytes wants a number of bytes, not '%s'",
		    v->max_bytes);
	if (v->method == NULL || strcmp(v->method, "deflate") == 0)
		return 0;
	how->store = 1;
	return strcmp(v->method, "store") == 0
		   ? 0
		   : ses_fail(err, SESHAT_EUSAGE,
			 "--method is deflate or store, not '%s'", v->method);
}

static int
open_library(struct ses_context *c, const struct ses_cli *cli,
    const struct values *v, struct ses_library **lib, struct seshat_err *err)
{
	if (v->volume != NULL)
		return ses_library_volume(lib, v->volume, err);
	if (ses_context_open(c, cli, err) < 0)
		return -1;
	c->access.waits = 1;
	return ses_context_store(c, err) < 0
		   ? -1
		   : ses_library_vault(lib, c->store, err);
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	const char *tmp = getenv("TMPDIR");
	struct ses_export_how how = {.ids = args,
	    .n_ids = (size_t)n_args,
	    .tmp = tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp"};
	struct ses_context c = {0};
	struct ses_library *lib = NULL;
	int rc = -1;

	if ((n_args > 0) == (cli->project != NULL))
		return ses_fail(err, SESHAT_EUSAGE,
		    "export needs the ids of sessions, or --project NAME");
	if (n_args == 0)
		how.project = cli->project;
	if (read_values(v, &how, err) == 0 &&
	    open_library(&c, cli, v, &lib, err) == 0)
		rc = export_to(cli, v, lib, &how, err);
	ses_library_free(lib);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_export = {
    .name = "export",
    .summary = "take sessions home: a zip that runs on a plain laptop",
    .args = "ID... | --project NAME",
    .about =
	"Writes a zip with the files that the agent made, its transcript, what\n"
	"is known of the session, and what its scripts need to run elsewhere:\n"
	"README.md in it tells how. Of a project, or of several sessions, each\n"
	"has a folder of its own below sessions/. The archive is streamed:\n"
	"memory stays small, whatever its size. A file that cannot be read, or\n"
	"is over --max-bytes, is named in __truncated.txt; then the exit status\n"
	"is 5. The same sessions give the same bytes.",
    .examples = "  seshat export 3fa9c2d1\n"
		"  seshat export --project demo -o demo.zip\n"
		"  seshat export 3fa9c2d1 -o - | bsdtar -xf -",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = SES_CLI_MAX_ARGS,
    .run = run,
};
