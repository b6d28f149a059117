/* realpath is XSI's. */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/str.h"
#include "base/human.h"
#include "cli/found.h"
#include "harness/files.h"

int
ses_cli_harness(const char *name, const struct ses_harness_ops **out,
    struct seshat_err *err)
{
	const struct ses_harness_ops *const *h;
	struct ses_buf names = {0};

	*out = NULL;
	if (name == NULL)
		return 0;
	*out = ses_harness_named(name);
	if (*out != NULL)
		return 0;
	for (h = ses_harnesses; *h != NULL; h++)
		ses_buf_fmt(
		    &names, "%s%s", names.len > 0 ? ", " : "", (*h)->name);
	ses_fail(err, SESHAT_EUSAGE, "no harness '%s' (there are: %s)", name,
	    ses_buf_cstr(&names));
	ses_buf_free(&names);
	return -1;
}

int
ses_cli_cwd(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	char here[PATH_MAX];
	char *real;

	/* of a variable that is not set: never what was meant */
	if (path != NULL && path[0] == '\0')
		return ses_fail(
		    err, SESHAT_EUSAGE, "a folder with an empty name");
	real = realpath(path != NULL ? path : ".", NULL);
	if (real != NULL) {
		ses_buf_str(out, real);
	} else if (path == NULL) {
		return ses_fail_errno(err, "current directory");
	} else {
		if (path[0] != '/') {
			if (getcwd(here, sizeof(here)) == NULL)
				return ses_fail_errno(err, "current directory");
			ses_buf_fmt(out, "%s/", here);
		}
		ses_buf_str(out, path);
		while (out->len > 1 && out->data[out->len - 1] == '/')
			out->len--;
	}
	free(real);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

/* "No codex session found in cwd=/x", or what there is of it. */
static void
add_reason(struct ses_buf *b, const struct ses_discover *q)
{
	ses_buf_fmt(b, "No %s%ssession found",
	    q->harness != NULL ? q->harness->name : "",
	    q->harness != NULL ? " " : "");
	if (q->cwd != NULL)
		ses_buf_fmt(b, " in cwd=%s", q->cwd);
	if (q->id != NULL)
		ses_buf_fmt(b, " with id %s", q->id);
}

/* Of the many agents of the table only folders that are there, unless it was
 * asked for one; *n counts the agents that have none. */
static int
searched(const struct ses_discover *q, struct ses_buf *out, size_t *n,
    struct seshat_err *err)
{
	const struct ses_harness_ops *const *h;
	struct ses_buf roots = {0};
	const char *root;
	size_t before;
	int rc = 0;

	for (h = ses_harnesses; rc == 0 && *h != NULL; h++) {
		if (q->harness != NULL && q->harness != *h)
			continue;
		ses_buf_clear(&roots);
		rc = (*h)->roots(*h, q, &roots, err);
		before = out->len;
		for (root = roots.data;
		     rc == 0 && root != NULL && root < roots.data + roots.len;
		     root += strlen(root) + 1)
			if (q->harness != NULL ||
			    (*h)->roots != ses_files_roots ||
			    access(root, F_OK) == 0)
				rc = ses_root_add(out, root, err);
		*n += (*h)->roots == ses_files_roots && out->len == before;
	}
	ses_buf_free(&roots);
	return rc;
}

int
ses_cli_none_found(const struct ses_cli *cli, const struct ses_discover *q,
    struct seshat_err *err)
{
	struct ses_buf reason = {0};
	struct ses_buf roots = {0};
	struct ses_buf b = {0};
	const char *root;
	size_t absent = 0;
	int rc = -1;

	if (searched(q, &roots, &absent, err) < 0)
		goto out;
	add_reason(&reason, q);
	(void)ses_buf_cstr(&reason);
	if (ses_buf_check(&reason, err) < 0)
		goto out;
	if (cli->json) {
		ses_buf_str(&b, "{\"error\":");
		ses_json_quote(&b, reason.data, reason.len);
		ses_buf_fmt(&b, ",\"reason\":\"%s\",\"exit\":%d,\"searched\":[",
		    seshat_strcode(SESHAT_ENOTFOUND),
		    seshat_exit_status(SESHAT_ENOTFOUND));
	} else {
		ses_str_safe(reason.data, reason.len, &b);
		ses_buf_str(&b, "\nSearched:\n");
	}
	for (root = roots.data; root != NULL && root < roots.data + roots.len;
	     root += strlen(root) + 1) {
		if (cli->json) {
			ses_buf_str(&b, root == roots.data ? "" : ",");
			ses_json_quote(&b, root, strlen(root));
			continue;
		}
		ses_buf_str(&b, "  ");
		ses_str_safe(root, strlen(root), &b);
		ses_buf_str(&b, "\n");
	}
	if (absent > 0 && roots.len > 0 && !cli->json)
		ses_buf_fmt(&b,
		    "  and those of %zu agent%s more, which are not there\n",
		    absent, ses_human_s(absent));
	if (roots.len == 0 && !cli->json)
		ses_buf_str(&b, "  nothing: no 'roots' are configured\n");
	ses_buf_str(&b, cli->json ? "]}\n" : "");
	if (ses_buf_check(&b, err) < 0)
		goto out;
	(void)fputs(ses_buf_cstr(&b), stderr);
	rc = seshat_exit_status(SESHAT_ENOTFOUND);
out:
	ses_buf_free(&reason);
	ses_buf_free(&roots);
	ses_buf_free(&b);
	return rc;
}

void
ses_cli_unreadable(const struct ses_cli *cli, const struct ses_session_list *l)
{
	struct ses_buf b = {0};

	if (l->unreadable == 0 || cli->quiet)
		return;
	ses_str_safe(l->unreadable_why, strlen(l->unreadable_why), &b);
	if (l->unreadable == 1)
		(void)fprintf(stderr,
		    "seshat: 1 file or folder could not be read: %s\n",
		    ses_buf_cstr(&b));
	else
		(void)fprintf(stderr,
		    "seshat: %zu files or folders could not be read, such as "
		    "%s\n",
		    l->unreadable, ses_buf_cstr(&b));
	ses_buf_free(&b);
}
