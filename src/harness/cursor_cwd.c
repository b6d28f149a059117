/*
 * Cursor names a folder after the working directory: without the first slash,
 * and with a dash for whatever is no letter or digit.  What it was is looked
 * for in the file system, and told only if there is exactly one such folder.
 */
/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <sys/stat.h>

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "harness/files_beside.h"

#define LOOKS_MAX 2000U /* entries of folders that are looked at */
#define DEPTH_MAX 24

struct search {
	size_t looks;
	int found;
	struct ses_buf path; /* as far as it has come */
	struct ses_buf hit;
};

/* How much of the name this entry stands for: its length, or 0. */
static size_t
fits(const char *name, const char *entry)
{
	size_t i;

	for (i = 0; entry[i] != '\0'; i++)
		if (name[i] !=
		    (isalnum((unsigned char)entry[i]) ? entry[i] : '-'))
			return 0;
	return name[i] == '\0' || name[i] == '-' ? i : 0;
}

static void walk(struct search *s, const char *name, int depth);

static void
enter(struct search *s, const char *name, const char *entry, int depth)
{
	size_t n = fits(name, entry);
	size_t len = s->path.len;
	struct stat st;

	if (n == 0)
		return;
	ses_buf_fmt(&s->path, "/%s", entry);
	if (lstat(ses_buf_cstr(&s->path), &st) == 0 && S_ISDIR(st.st_mode)) {
		if (name[n] == '\0') {
			s->found++;
			ses_buf_clear(&s->hit);
			ses_buf_add(&s->hit, s->path.data, s->path.len);
		} else {
			walk(s, name + n + 1, depth + 1);
		}
	}
	s->path.len = len;
}

/* The rest of the name, below the folder that it has come to. */
static void
walk(struct search *s, const char *name, int depth)
{
	DIR *d;
	const struct dirent *e;

	if (depth == DEPTH_MAX || s->found > 1)
		return;
	d = opendir(s->path.len == 0 ? "/" : ses_buf_cstr(&s->path));
	while (d != NULL && s->found < 2 && (e = readdir(d)) != NULL) {
		if (++s->looks > LOOKS_MAX) {
			s->found = 2; /* who knows */
			break;
		}
		if (e->d_type == DT_REG || strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		enter(s, name, e->d_name, depth);
	}
	if (d != NULL)
		(void)closedir(d);
}

int
ses_cursor_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err)
{
	static const char below[] = "/agent-transcripts/";
	struct search s = {0};
	struct ses_buf name = {0};
	const char *end = strstr(out->path, below);
	const char *from = end;
	int rc = 0;

	(void)row;
	while (from != NULL && from > out->path && from[-1] != '/')
		from--;
	if (from == NULL || from == end)
		return 0;
	ses_buf_add(&name, from, (size_t)(end - from));
	(void)ses_buf_cstr(&name);
	rc = ses_buf_check(&name, err);
	if (rc == 0)
		walk(&s, name.data, 0);
	if (rc == 0 && s.found == 1)
		rc = ses_session_set(&out->cwd, s.hit.data, s.hit.len, err);
	ses_buf_free(&name);
	ses_buf_free(&s.path);
	ses_buf_free(&s.hit);
	return rc;
}
