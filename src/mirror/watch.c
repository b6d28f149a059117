/* inotify is Linux'. */
#define _GNU_SOURCE
#include <sys/inotify.h>

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "mirror/watch_tree.h"

#define EVENTS_LEN 8192
#define READS_MAX  32 /* at once: whoever writes without end starves nobody */
#define ITSELF     (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)
/* Of a folder in which a root is to appear. */
#define WAITED                                                                 \
	(IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF |             \
	    IN_ONLYDIR | IN_MASK_ADD)

int
ses_watch_open(struct ses_watch **out, ses_watch_seen *seen, void *arg,
    struct seshat_err *err)
{
	struct ses_watch *w = ses_calloc(1, sizeof(*w));

	if (w == NULL)
		return ses_fail_nomem(err);
	w->seen = seen;
	w->arg = arg;
	w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->fd < 0)
		(void)snprintf(w->why_poll, sizeof(w->why_poll), "inotify: %s",
		    errno == EMFILE
			? "the limit fs.inotify.max_user_instances is reached"
			: strerror(errno));
	*out = w;
	return 0;
}

static void
free_nothing(void *node)
{
	(void)node;
}

void
ses_watch_free(struct ses_watch *w)
{
	size_t i;

	if (w == NULL)
		return;
	tdestroy(w->by_path, free_nothing);
	tdestroy(w->by_wd, free_nothing);
	for (i = 0; i < w->n_dirs; i++)
		ses_watch_dir_free(w->dirs[i]);
	free(w->dirs);
	for (i = 0; i < w->n_tops; i++) {
		free(w->tops[i]->path);
		free(w->tops[i]);
	}
	free(w->tops);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}

/* Whether a root still waits there. */
static int
is_waited_at(const struct ses_watch *w, int wd)
{
	size_t i;

	for (i = 0; i < w->n_tops; i++)
		if (w->tops[i]->waits_wd == wd)
			return 1;
	return 0;
}

static void
unwatch_waiting(struct ses_watch *w, int wd)
{
	if (wd >= 0 && !is_waited_at(w, wd) && ses_watch_dir_wd(w, wd) == NULL)
		(void)inotify_rm_watch(w->fd, wd);
}

/* Be told when something appears in the nearest folder above the root that
 * there is. */
static int
wait_for_top(
    struct ses_watch *w, struct ses_watch_top *top, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf up = {0};
	int was = top->waits_wd;
	int rc;

	top->waits_wd = -1;
	ses_buf_str(&path, top->path);
	do {
		ses_buf_clear(&up);
		ses_str_dirname(ses_buf_cstr(&path), &up);
		(void)ses_buf_cstr(&up);
		ses_buf_clear(&path);
		ses_buf_add(&path, up.data, up.len);
		(void)ses_buf_cstr(&path);
		rc = ses_buf_check(&path, err);
		if (rc == 0 && w->fd >= 0) /* it may be watched already */
			top->waits_wd =
			    inotify_add_watch(w->fd, path.data, WAITED);
	} while (rc == 0 && w->fd >= 0 && top->waits_wd < 0 && path.len > 1 &&
		 (errno == ENOENT || errno == ENOTDIR));
	if (rc == 0 && top->waits_wd < 0)
		ses_watch_refused(w, top->path, errno);
	if (was != top->waits_wd)
		unwatch_waiting(w, was);
	ses_buf_free(&path);
	ses_buf_free(&up);
	return rc;
}

/* Add the roots that are not there yet, as far as they have appeared. */
static int
try_tops(struct ses_watch *w, int told, struct seshat_err *err)
{
	struct ses_watch_top *top;
	size_t i;

	for (i = 0; i < w->n_tops; i++) {
		top = w->tops[i];
		if (ses_watch_dir_at(w, top->path) != NULL)
			continue;
		/* first waited for, then looked: it comes unseen no more */
		if (wait_for_top(w, top, err) < 0 ||
		    ses_watch_dir_add(w, top, top->path, 0, told, err) < 0)
			return -1;
		if (ses_watch_dir_at(w, top->path) != NULL) {
			int wd = top->waits_wd;

			top->waits_wd = -1;
			unwatch_waiting(w, wd);
		}
	}
	return 0;
}

int
ses_watch_add(struct ses_watch *w, const struct ses_watch_root *root,
    struct seshat_err *err)
{
	struct ses_watch_top **v =
	    ses_realloc(w->tops, (w->n_tops + 1) * sizeof(*v));
	struct ses_watch_top *top;

	if (v == NULL)
		return ses_fail_nomem(err);
	w->tops = v;
	top = ses_calloc(1, sizeof(*top));
	if (top == NULL)
		return ses_fail_nomem(err);
	top->path = ses_str_dup(root->path);
	if (top->path == NULL) {
		free(top);
		return ses_fail_nomem(err);
	}
	top->tag = root->tag;
	top->harness = root->harness;
	top->waits_wd = -1;
	w->tops[w->n_tops++] = top;
	return try_tops(w, 0, err);
}

int
ses_watch_since(struct ses_watch *w, int64_t since, struct seshat_err *err)
{
	struct ses_watch_dir *d;
	struct ses_buf path = {0};
	size_t i;
	size_t j;
	int rc = 0;

	for (i = 0; i < w->n_dirs; i++) {
		d = w->dirs[i];
		for (j = 0; d != NULL && rc == 0 && j < d->n; j++) {
			if (d->files[j].mtime / 1000000 < since)
				continue;
			ses_buf_clear(&path);
			ses_buf_fmt(&path, "%s/%s", d->path, d->files[j].name);
			(void)ses_buf_cstr(&path);
			rc = ses_buf_check(&path, err);
			if (rc == 0)
				rc = w->seen(
				    w->arg, d->top->tag, path.data, 0, err);
		}
	}
	ses_buf_free(&path);
	return rc;
}

int
ses_watch_fd(const struct ses_watch *w)
{
	return w->fd;
}

/* The folder itself was moved, removed or is watched no more. */
static int
folder_event(struct ses_watch *w, struct ses_watch_dir *d, uint32_t mask,
    struct seshat_err *err)
{
	int rc;

	if (mask & (IN_IGNORED | IN_UNMOUNT))
		ses_watch_dir_unwatch(w, d);
	rc = ses_watch_dir_look(w, d, 1, err);
	return rc == 0 ? try_tops(w, 1, err) : rc;
}

/* If the name was one of a folder, or of a link to one. */
static int
drop_folder(struct ses_watch *w, const struct ses_watch_dir *d,
    const char *name, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc;

	ses_buf_fmt(&path, "%s/%s", d->path, name);
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0 && ses_watch_dir_at(w, path.data) != NULL)
		rc = ses_watch_dir_drop(w, path.data, err);
	ses_buf_free(&path);
	return rc;
}

static int
one_event(
    struct ses_watch *w, const struct inotify_event *e, struct seshat_err *err)
{
	struct ses_watch_dir *d;
	int rc = 0;

	if (e->mask & IN_Q_OVERFLOW)
		return ses_watch_sweep(w, err);
	if ((e->mask & (IN_CREATE | IN_MOVED_TO | ITSELF)) &&
	    is_waited_at(w, e->wd) && try_tops(w, 1, err) < 0)
		return -1;
	d = ses_watch_dir_wd(w, e->wd);
	if (d == NULL)
		return 0;
	if (e->mask & ITSELF)
		return folder_event(w, d, e->mask, err);
	if (e->len == 0)
		return 0;
	if (e->mask & (IN_DELETE | IN_MOVED_FROM))
		rc = drop_folder(w, d, e->name, err);
	return rc == 0 ? ses_watch_dir_touch(w, d, e->name, err) : rc;
}

int
ses_watch_read(struct ses_watch *w, struct seshat_err *err)
{
	char buf[EVENTS_LEN]
	    __attribute__((aligned(__alignof__(struct inotify_event))));
	const struct inotify_event *e;
	const char *p;
	ssize_t n;
	int reads;

	for (reads = 0;
	     reads < READS_MAX && (n = read(w->fd, buf, sizeof(buf))) > 0;
	     reads++)
		for (p = buf; p < buf + n; p += sizeof(*e) + e->len) {
			e = (const struct inotify_event *)(const void *)p;
			if (one_event(w, e, err) < 0)
				return -1;
		}
	ses_watch_dirs_pack(w);
	return 0;
}

static int
look_at_all(struct ses_watch *w, int all, struct seshat_err *err)
{
	size_t n = w->n_dirs; /* what is added now was just looked at */
	size_t i;

	for (i = 0; i < n; i++)
		if (w->dirs[i] != NULL &&
		    (all || w->dirs[i]->polled || w->dirs[i]->n_linked > 0) &&
		    ses_watch_dir_look(w, w->dirs[i], all, err) < 0)
			return -1;
	return 0;
}

int
ses_watch_poll(struct ses_watch *w, struct seshat_err *err)
{
	int rc = look_at_all(w, 0, err);

	if (rc == 0)
		rc = try_tops(w, 1, err);
	ses_watch_dirs_pack(w);
	return rc;
}

int
ses_watch_sweep(struct ses_watch *w, struct seshat_err *err)
{
	int rc = look_at_all(w, 1, err);

	w->polls = ses_watch_counts(w).polled > 0;
	return rc == 0 ? try_tops(w, 1, err) : rc;
}

int
ses_watch_polls(const struct ses_watch *w)
{
	return w->polls;
}

const char *
ses_watch_why_poll(const struct ses_watch *w)
{
	return w->why_poll[0] != '\0' ? w->why_poll : NULL;
}

struct ses_watch_counts
ses_watch_counts(const struct ses_watch *w)
{
	struct ses_watch_counts c = {0};
	size_t i;

	for (i = 0; i < w->n_dirs; i++) {
		if (w->dirs[i] == NULL)
			continue;
		c.folders++;
		c.files += w->dirs[i]->n;
		c.watches += w->dirs[i]->wd >= 0;
		c.polled += w->dirs[i]->polled || w->dirs[i]->n_linked > 0;
	}
	for (i = 0; i < w->n_tops; i++)
		if (w->tops[i]->waits_wd >= 0)
			c.watches++;
		else if (ses_watch_dir_at(w, w->tops[i]->path) == NULL)
			c.polled++;
	return c;
}
