/* The workspace of a session: what files there are, and what is in them. */
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "render/html.h"
#include "render/markdown.h"
#include "serve/one_file.h"
#include "serve/page_session.h"

#define ROWS     1000                /* of a page */
#define TEXT_MAX ((size_t)256 << 10) /* of a preview */

struct list {
	struct ses_session_page *p;
	uint64_t from;  /* rows before it are passed over */
	uint64_t n;     /* that came, from 1 */
	uint64_t bytes; /* of all */
	uint64_t shown;
};

static void
add_href(struct ses_buf *out, const char *path, const char *name, int raw)
{
	ses_buf_fmt(out, "%s/files?%spath=", path, raw ? "raw=1&amp;" : "");
	ses_html_url(out, name);
}

static int
see_row(void *arg, const struct ses_libfile *file, struct seshat_err *err)
{
	struct list *l = arg;
	struct ses_buf *out = &l->p->out;

	l->n++;
	l->bytes += file->size;
	if (l->n < l->from || l->shown == ROWS)
		return 0;
	l->shown++;
	ses_buf_str(out, "<tr><td>");
	if (file->kind == SES_LIBFILE_OK) {
		ses_buf_str(out, "<a href=\"");
		add_href(out, l->p->path.data, file->name, 0);
		ses_buf_str(out, "\">");
		ses_html_prose(out, file->name, strlen(file->name));
		ses_buf_str(out, "</a>");
	} else {
		ses_html_prose(out, file->name, strlen(file->name));
		ses_buf_str(out, " <span class=\"less\">(");
		ses_html_str(out, file->kind == SES_LIBFILE_LINK
				      ? "no file: it is not kept"
				      : file->why);
		ses_buf_str(out, ")</span>");
	}
	ses_buf_str(out, "</td><td class=\"n\">");
	ses_page_size(out, file->size);
	ses_buf_str(out, "</td><td>");
	ses_page_time(out, file->mtime_ns / 1000000, ses_time_now());
	ses_buf_str(out, "</td></tr>\n");
	return ses_buf_check(out, err);
}

static int
add_list(struct ses_session_page *p, const struct ses_api_worker *w,
    uint64_t from, struct seshat_err *err)
{
	struct list l = {.p = p, .from = from};
	struct ses_buf *out = &p->out;
	size_t start = out->len;

	ses_buf_str(out,
	    "<div class=\"scroll\"><table class=\"files\"><caption class=\"hidden\">Files of the "
	    "workspace</caption><thead><tr><th scope=\"col\">File</th><th "
	    "scope=\"col\" class=\"n\">Size</th><th scope=\"col\">"
	    "Changed</th></tr></thead><tbody>\n");
	if (ses_library_files(w->lib, &p->found, see_row, &l, err) < 0)
		return -1;
	ses_buf_str(out, "</tbody></table></div>\n");
	if (l.n == 0) {
		out->len = start;
		ses_page_empty(out, "No files",
		    "Nothing of its workspace is kept. "
		    "<code>seshat workspace add ID FOLDER</code> keeps what a "
		    "session made.");
		return 0;
	}
	ses_buf_str(out, "<p class=\"less\">");
	ses_page_number(out, l.n);
	ses_buf_str(out, l.n == 1 ? " file, " : " files, ");
	ses_page_size(out, l.bytes);
	ses_buf_str(out, ".</p>\n");
	if (from > 1 || from + ROWS <= l.n)
		ses_buf_str(
		    out, "<nav class=\"paging\" aria-label=\"Files\">\n");
	if (from > 1)
		ses_buf_fmt(out,
		    "<a class=\"button\" rel=\"prev\" href=\"%s/files?from=%llu\">"
		    "Previous</a>\n",
		    p->path.data,
		    (unsigned long long)(from > ROWS ? from - ROWS : 1));
	if (from + ROWS <= l.n)
		ses_buf_fmt(out,
		    "<a class=\"button\" rel=\"next\" href=\"%s/files?from=%llu\">"
		    "Next</a>\n",
		    p->path.data, (unsigned long long)from + ROWS);
	if (from > 1 || from + ROWS <= l.n)
		ses_buf_str(out, "</nav>\n");
	return ses_buf_check(out, err);
}

/* Whether it is text for people: UTF-8 without NUL; a character that the cut
 * went through does not count. */
static int
is_text(const char *s, size_t len, int is_cut)
{
	size_t tries;

	if (memchr(s, '\0', len) != NULL)
		return 0;
	for (tries = 0; is_cut && tries < 3 && len > 0; tries++, len--)
		if (ses_str_is_utf8(s, len))
			return 1;
	return ses_str_is_utf8(s, len);
}

static void
add_content(struct ses_session_page *p, const struct ses_one_file *o,
    const struct ses_buf *b)
{
	const char *data = b->data != NULL ? b->data : "";
	struct ses_buf *out = &p->out;
	int is_cut = o->file.size > b->len;

	if (ses_one_file_image(data, b->len) != NULL) {
		ses_buf_str(out, "<p class=\"image\"><img src=\"");
		add_href(out, p->path.data, o->name, 1);
		ses_buf_str(out, "\" alt=\"");
		ses_html_str(out, ses_str_basename(o->name));
		ses_buf_str(out, "\"></p>\n");
		return;
	}
	if (!is_text(data, b->len, is_cut)) {
		ses_buf_str(out, "<p>It is not text; the download has it.</p>"
				 "\n");
		return;
	}
	if (ses_str_ends(o->name, ".md") && !is_cut) {
		ses_buf_str(out, "<div class=\"talk prose\">\n");
		ses_markdown(out, data, b->len);
		ses_buf_str(out, "</div>\n");
	} else {
		ses_buf_str(out, "<pre class=\"file\" tabindex=\"0\"><code>");
		ses_html_prose(out, data, b->len);
		ses_buf_str(out, "</code></pre>\n");
	}
	if (is_cut) {
		ses_buf_str(out, "<p class=\"note\">The first ");
		ses_page_size(out, b->len);
		ses_buf_str(out, " of ");
		ses_page_size(out, o->file.size);
		ses_buf_str(out, "; the download has all of it.</p>\n");
	}
}

static int
add_preview(struct ses_session_page *p, const struct ses_api_worker *w,
    const char *name, struct seshat_err *err)
{
	struct ses_one_file o;
	struct ses_buf b = {0};
	struct ses_buf *out = &p->out;
	int rc;

	if (ses_one_file_find(w->lib, &p->found, name, &o, err) < 0)
		return -1;
	rc = ses_one_file_head(w->lib, &p->found, &o, TEXT_MAX, &b, err);
	if (rc == 0) {
		ses_buf_fmt(out,
		    "<p><a href=\"%s/files\">All files</a></p>\n"
		    "<h2 class=\"path\">",
		    p->path.data);
		ses_html_prose(out, o.name, strlen(o.name));
		ses_buf_str(out, "</h2>\n<p class=\"less\">");
		ses_page_size(out, o.file.size);
		ses_buf_str(out, ", changed ");
		ses_page_time(out, o.file.mtime_ns / 1000000, ses_time_now());
		ses_buf_str(out, ". <a href=\"");
		add_href(out, p->path.data, o.name, 1);
		ses_buf_str(out, "\" download>Download</a></p>\n");
		add_content(p, &o, &b);
	}
	ses_buf_free(&b);
	ses_one_file_free(&o);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

int
ses_page_files(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	const char *name = ses_request_param(r, "path");
	struct ses_session_page p;
	uint64_t from = 1;
	int rc;

	if (name != NULL && ses_request_param(r, "raw") != NULL)
		return ses_page_file(r, a, name, err);
	if (ses_request_u64(r, "from", UINT64_MAX - ROWS, 1, &from, err) < 0)
		return -1;
	rc = ses_session_page_begin(&p, r, w, SES_TAB_FILES, err);
	if (rc == 0)
		rc = name != NULL ? add_preview(&p, w, name, err)
				  : add_list(&p, w, from, err);
	if (rc == 0) {
		ses_page_end(&p.out);
		rc = ses_page_answer_take(a, &p.out, err);
	}
	ses_session_page_free(&p);
	return rc;
}
