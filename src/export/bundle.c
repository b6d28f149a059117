#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "export/assets.h"
#include "export/companions.h"
#include "export/bundle.h"

#define FOLDER   "workspace/"
#define MAX_ROWS 1000 /* sessions that the README lists */

const char *const ses_bundle_sdk[] = {"requirements.txt", "trainable_local.py",
    "trainable.py", "trainable_runtime.py", NULL};

/* Also a folder of that name would be in the way. */
static int
is_one_of(const char *name, const char *const *names)
{
	size_t len = strcspn(name, "/");

	for (; *names != NULL; names++)
		if (strlen(*names) == len && memcmp(name, *names, len) == 0)
			return 1;
	return 0;
}

int
ses_bundle_is_ours(const char *name, int at_root, int has_transcript)
{
	static const char *const root[] = {
	    SES_BUNDLE_README, SES_BUNDLE_TRUNCATED, SES_BUNDLE_SUMS, NULL};
	static const char *const session[] = {
	    SES_BUNDLE_TRANSCRIPT, SES_BUNDLE_HTML, SES_BUNDLE_SUMMARY, NULL};
	/* where what moves goes: no file may be in the way */
	static const char *const folder[] = {"workspace", NULL};

	while (ses_str_starts(name, FOLDER))
		name += strlen(FOLDER);
	return is_one_of(name, folder) ||
	       (has_transcript && (is_one_of(name, session) ||
				      ses_companion_is_folder(name))) ||
	       (at_root &&
		   (is_one_of(name, root) || is_one_of(name, ses_bundle_sdk)));
}

/* Text of a person's in a line of Markdown. */
static void
add_text(struct ses_buf *out, const char *s)
{
	struct ses_buf safe = {0};
	size_t i;

	ses_str_safe(s, strlen(s), &safe);
	for (i = 0; i < safe.len; i++) {
		if (strchr("\\`*_{}[]<>#|!", safe.data[i]) != NULL)
			ses_buf_str(out, "\\");
		ses_buf_add(out, safe.data + i, 1);
	}
	out->bad |= safe.bad;
	ses_buf_free(&safe);
}

static void
add_heading(const struct ses_export_plan *p, struct ses_buf *out)
{
	const struct ses_plan_row *row = p->rows;

	if (p->how->project != NULL) {
		ses_buf_str(out, "# Project ");
		add_text(out, p->how->project);
	} else if (p->n != 1) {
		ses_buf_fmt(out, "# %zu sessions", p->n);
	} else {
		ses_buf_str(out, "# ");
		add_text(out, row->label != NULL ? row->label : row->id);
	}
	ses_buf_str(out, "\n\n");
	if (p->n == 1 && !p->is_many) {
		ses_buf_str(out, "Session `");
		add_text(out, row->id);
		ses_buf_str(out, "` of ");
		add_text(out, row->harness);
		ses_buf_str(out, ", project ");
		add_text(out, row->project);
		ses_buf_str(out, ".\n\n");
	}
}

static void
add_sessions(const struct ses_export_plan *p, struct ses_buf *out)
{
	size_t i;

	if (!p->is_many)
		return;
	ses_buf_str(out, "| folder | session | title |\n|---|---|---|\n");
	for (i = 0; i < p->n && i < MAX_ROWS; i++) {
		ses_buf_fmt(out, "| `sessions/%s/` | ", p->rows[i].slug);
		add_text(out, p->rows[i].id);
		ses_buf_str(out, " | ");
		if (p->rows[i].label != NULL)
			add_text(out, p->rows[i].label);
		ses_buf_str(out, " |\n");
	}
	if (i < p->n)
		ses_buf_fmt(out, "\nand %zu more.\n", p->n - i);
	ses_buf_str(out, "\n");
}

static void
add_contents(const struct ses_export_plan *p, struct ses_buf *out)
{
	const char *where = p->is_many ? "in each session's folder" : "here";
	int has_transcript = ses_library_store(p->lib) != NULL;

	ses_buf_str(out, "## What is inside\n\n");
	add_sessions(p, out);
	ses_buf_fmt(out, "- %" PRIu64 " file%s that the agent made, %s\n",
	    p->n_files, p->n_files == 1 ? "" : "s", where);
	if (has_transcript)
		ses_buf_fmt(out,
		    "- `transcript.jsonl`, the agent's own record, and "
		    "`session.json`, what is known of it, %s\n",
		    where);
	if (p->n_beside > 0)
		ses_buf_fmt(out,
		    "- `" SES_COMPANION_FOLDER "/`, %" PRIu64
		    " file%s that the agent kept beside the transcript, %s\n",
		    p->n_beside, p->n_beside == 1 ? "" : "s", where);
	if (has_transcript && p->how->html)
		ses_buf_str(out,
		    "- `transcript.html`, the same to be read in a browser\n");
	ses_buf_str(out,
	    "- `requirements.txt`, `trainable.py`, `trainable_local.py`, "
	    "`trainable_runtime.py`: what scripts need to run here\n"
	    "- `SHA256SUMS`: `sha256sum -c SHA256SUMS` tells whether all "
	    "arrived\n\n");
	if (p->n_moved > 0)
		ses_buf_str(out,
		    "The agent made files of names that are used here. They "
		    "are in `workspace/`, under the same names.\n\n");
	if (p->n_links > 0)
		ses_buf_fmt(out,
		    "%" PRIu64 " symbolic link%s or special file%s of the "
		    "workspace %s left out.\n\n",
		    p->n_links, p->n_links == 1 ? "" : "s",
		    p->n_links == 1 ? "" : "s", p->n_links == 1 ? "is" : "are");
	if (p->n_omitted > 0)
		ses_buf_fmt(out,
		    "%" PRIu64 " file%s not here, or not whole: see "
		    "`__truncated.txt`.\n\n",
		    p->n_omitted, p->n_omitted == 1 ? " is" : "s are");
}

int
ses_bundle_readme(const struct ses_export_plan *p, struct ses_buf *out,
    struct seshat_err *err)
{
	const struct ses_asset *body = ses_asset_find("README.body.md");

	add_heading(p, out);
	add_contents(p, out);
	if (body != NULL)
		ses_buf_add(out, body->data, body->len);
	return ses_buf_check(out, err);
}
