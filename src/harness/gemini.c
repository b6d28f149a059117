/*
 * Gemini CLI keeps tmp/<slug>/chats/session-<minute>-<first 8 of id>.jsonl,
 * and beside chats/ the file .project_root, which names the directory.  The id
 * of a session there is not that of one file: when it goes on in a later
 * minute a second file begins with the same id, of a few lines, and the turns
 * go on in the first.  So a file is a session by its name, and has the first
 * one with the same id as its parent.
 */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "harness/gemini.h"
#include "harness/line.h"

#define FILES_MAX 100000U /* of a folder, that are looked at */

/* The folder above the last so many parts of a path. */
static void
folder_above(const char *path, int parts, struct ses_buf *out)
{
	size_t len = strlen(path);

	for (; parts > 0; parts--)
		while (len > 0 && path[--len] != '/')
			;
	ses_buf_add(out, path, len);
}

/* The directory that is written there: absolute, in one line. */
static int
read_root(const char *dir, struct ses_session *out, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	int rc = 0;

	ses_buf_fmt(&path, "%s/.project_root", dir);
	if (ses_fs_slurp(ses_buf_cstr(&path), PATH_MAX, &text, &ignored) < 0)
		goto out;
	while (text.len > 0 && strchr("\r\n", text.data[text.len - 1]) != NULL)
		text.len--;
	if (text.len > 0 && text.data[0] == '/' &&
	    memchr(text.data, '\0', text.len) == NULL &&
	    memchr(text.data, '\n', text.len) == NULL)
		rc = ses_session_set(&out->cwd, text.data, text.len, err);
out:
	ses_buf_free(&path);
	ses_buf_free(&text);
	return rc;
}

static int
on_header(void *arg, const struct ses_json *object)
{
	struct ses_json *id = arg;

	(void)ses_json_get(object, "sessionId", id);
	return 1;
}

/* The id that the first object of a file names, or "". */
static void
id_in(const char *path, char id[64])
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_peek p = {.fd = -1};
	struct ses_json v = {0};
	struct ses_buf text = {0};
	struct stat st;

	id[0] = '\0';
	if (ses_peek_path(&p, path, &st, &ignored) < 0)
		return;
	if ((ses_str_ends(path, ".json")
		    ? ses_peek_whole(&p, on_header, &v, &ignored)
		    : ses_peek_head(&p, on_header, &v, &ignored)) == 0 &&
	    v.type == '"' && v.len < 64) {
		ses_json_text(&v, &text);
		if (text.len < 64 && !text.bad)
			memcpy(id, ses_buf_cstr(&text), text.len + 1);
	}
	ses_buf_free(&text);
	ses_peek_close(&p);
	ses_peek_free(&p);
}

static size_t
stem_len(const char *name)
{
	return strcspn(name, ".");
}

/* Whether a name is that of a file of a session whose id begins so.  Of a
 * folder with many sessions this is asked for each name, for each of them: what
 * tells most names apart comes first. */
static int
is_of(const char *name, const char *id)
{
	struct ses_files_match m = {0};
	size_t len = stem_len(name);

	if (len < 9 || memcmp(name + len - 8, id, 8) != 0)
		return 0;
	return (ses_files_match_pattern("<session-*>.jsonl", name, &m) ||
		   ses_files_match_pattern("<session-*>.json", name, &m)) &&
	       m.id_len > 9 && m.id[m.id_len - 9] == '-' &&
	       strncmp(m.id + m.id_len - 8, id, 8) == 0;
}

/* Set first to the stem of the first file in the folder with this id, the
 * minute stands in its name; "" if there is none. */
static int
find_first(const char *dir, const char *id, struct ses_buf *first,
    struct seshat_err *err)
{
	DIR *d = opendir(dir);
	struct ses_buf path = {0};
	const struct dirent *e;
	char found[64];
	size_t n = 0;

	ses_buf_clear(first);
	while (d != NULL && n++ < FILES_MAX && (e = readdir(d)) != NULL) {
		if (!is_of(e->d_name, id) ||
		    (first->len > 0 &&
			strncmp(e->d_name, first->data, first->len) >= 0))
			continue;
		ses_buf_clear(&path);
		ses_buf_fmt(&path, "%s/%s", dir, e->d_name);
		id_in(ses_buf_cstr(&path), found);
		if (strcmp(found, id) != 0)
			continue;
		ses_buf_clear(first);
		ses_buf_add(first, e->d_name, stem_len(e->d_name));
		(void)ses_buf_cstr(first);
	}
	if (d != NULL)
		(void)closedir(d);
	ses_buf_free(&path);
	return ses_buf_check(first, err);
}

/* The session that this file is another of, or a subagent of. */
static int
find_parent(const char *chats, const char *id, struct ses_session *out,
    struct seshat_err *err)
{
	struct ses_buf first = {0};
	int rc = 0;

	free(out->parent);
	out->parent = NULL;
	if (strlen(id) >= 8)
		rc = find_first(chats, id, &first, err);
	if (rc == 0 && first.len > 0 && strcmp(first.data, out->id) != 0)
		rc = ses_session_set(&out->parent, first.data, first.len, err);
	ses_buf_free(&first);
	return rc;
}

int
ses_gemini_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err)
{
	int is_sub = out->parent != NULL;
	struct ses_buf dir = {0};
	char id[64];
	int rc = -1;

	(void)row;
	folder_above(out->path, is_sub ? 3 : 2, &dir);
	(void)ses_buf_cstr(&dir);
	if (ses_buf_check(&dir, err) < 0 || read_root(dir.data, out, err) < 0)
		goto out;
	if (is_sub && strlen(out->parent) < sizeof(id))
		memcpy(id, out->parent, strlen(out->parent) + 1);
	else
		id_in(out->path, id);
	ses_buf_clear(&dir);
	folder_above(out->path, is_sub ? 2 : 1, &dir);
	(void)ses_buf_cstr(&dir);
	rc = ses_buf_check(&dir, err);
	if (rc == 0)
		rc = find_parent(dir.data, id, out, err);
out:
	ses_buf_free(&dir);
	return rc;
}
