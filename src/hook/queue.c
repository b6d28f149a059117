#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "base/xdg.h"
#include "harness/session.h"
#include "hook/entry.h"
#include "hook/queue.h"
#include "hook/state.h"

#define LOCK_MS   10000 /* nobody holds the queue for longer than a moment */
#define PATH_LEN  4096
#define RACE_MS   30000 /* a hook may wait for its agent and for the queue */
#define TAKEN_MAX (SES_HOOK_QUEUE_MAX * 8)

void
ses_hook_item_free(struct ses_hook_item *item)
{
	free(item->agent);
	free(item->event);
	free(item->id);
	free(item->path);
	free(item->home);
	*item = (struct ses_hook_item){0};
}

void
ses_hook_list_free(struct ses_hook_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		ses_hook_item_free(&l->v[i]);
	free(l->v);
	*l = (struct ses_hook_list){0};
}

/* The text of a member, or NULL; what is too long counts as none. */
static char *
member(const struct ses_json *o, const char *name, size_t max)
{
	struct ses_buf b = {0};
	struct ses_json v;
	char *copy = NULL;

	(void)ses_json_get(o, name, &v);
	ses_json_text(&v, &b);
	if (b.len > 0 && b.len <= max && memchr(b.data, '\0', b.len) == NULL)
		copy = ses_str_dup(ses_buf_cstr(&b));
	ses_buf_free(&b);
	return copy;
}

/* An item of a JSON object with members of these names. */
static int
take_item(const struct ses_json *o, const char *const names[3],
    struct ses_hook_item *out)
{
	out->id = member(o, names[0], 200);
	out->event = member(o, names[1], 64);
	out->path = member(o, names[2], PATH_LEN);
	if (out->path != NULL && out->path[0] != '/') {
		free(out->path);
		out->path = NULL;
	}
	return out->id != NULL && ses_session_id_ok(out->id, strlen(out->id));
}

int
ses_hook_parse(const char *agent, const char *text, size_t len,
    struct ses_hook_item *out, struct seshat_err *err)
{
	static const char *const names[] = {
	    "session_id", "hook_event_name", "transcript_path"};
	const struct ses_hook_agent *a = ses_hook_agent_named(agent);
	const char *home = a == NULL ? NULL : getenv(a->folder_env);
	struct ses_hook_item item = {.time = ses_time_now()};
	struct ses_json o;

	(void)ses_json_peek(text, len, &o);
	/* cut off in the middle it says enough: names stand first */
	if (o.type == '\0' && len > 0 && text[0] == '{')
		o = (struct ses_json){.text = text, .len = len, .type = '{'};
	if (!take_item(&o, names, &item)) {
		ses_hook_item_free(&item);
		return ses_fail(err, SESHAT_EFORMAT,
		    "what %s gave to the hook names no session", agent);
	}
	item.agent = ses_str_dup(agent);
	if (item.event == NULL)
		item.event = ses_str_dup("?");
	if (home != NULL && home[0] != '\0' && strlen(home) <= PATH_LEN)
		item.home = ses_str_dup(home);
	if (item.agent == NULL || item.event == NULL) {
		ses_hook_item_free(&item);
		return ses_fail_nomem(err);
	}
	*out = item;
	return 0;
}

static void
add_line(const struct ses_hook_item *item, struct ses_buf *b)
{
	ses_buf_fmt(b, "{\"time\":%lld,\"agent\":", (long long)item->time);
	ses_json_quote(b, item->agent, strlen(item->agent));
	ses_buf_str(b, ",\"event\":");
	ses_json_quote(b, item->event, strlen(item->event));
	ses_buf_str(b, ",\"id\":");
	ses_json_quote(b, item->id, strlen(item->id));
	if (item->path != NULL) {
		ses_buf_str(b, ",\"path\":");
		ses_json_quote(b, item->path, strlen(item->path));
	}
	if (item->home != NULL) {
		ses_buf_str(b, ",\"home\":");
		ses_json_quote(b, item->home, strlen(item->home));
	}
	ses_buf_str(b, "}\n");
}

/* Open and lock the queue. */
static int
open_queue(int *fd, struct seshat_err *err)
{
	int64_t until = ses_time_steady() + LOCK_MS;
	struct ses_buf path = {0};
	int f = -1;
	int rc = ses_hook_state("queue", &path, err);

	if (rc == 0) {
		f = open(
		    path.data, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
		if (f < 0)
			rc = ses_fail_errno(err, "open %s", path.data);
	}
	while (rc == 0 && flock(f, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			rc = ses_fail_errno(err, "lock %s", path.data);
		else if (ses_time_steady() > until)
			rc = ses_fail(err, SESHAT_ELIMIT,
			    "%s stays locked by another program", path.data);
		else
			ses_time_pause(1);
	}
	ses_buf_free(&path);
	if (rc < 0 && f >= 0)
		(void)close(f);
	if (rc == 0)
		*fd = f;
	return rc;
}

int
ses_hook_queue_add(const struct ses_hook_item *item, struct seshat_err *err)
{
	struct ses_buf line = {0};
	struct stat st;
	size_t got = 0;
	char last = '\n';
	int fd = -1;
	int rc;

	add_line(item, &line);
	rc = ses_buf_check(&line, err);
	if (rc == 0)
		rc = open_queue(&fd, err);
	if (rc < 0)
		goto out;
	if (fstat(fd, &st) < 0)
		rc = ses_fail_errno(err, "look at the queue");
	else if (st.st_size > 0 && ses_fs_pread(fd, &last, 1,
				       (uint64_t)st.st_size - 1, &got, err) < 0)
		rc = -1;
	/* a line that a crash has cut off must not take this one with it */
	if (rc == 0 && got == 1 && last != '\n') {
		ses_buf_clear(&line);
		ses_buf_str(&line, "\n");
		add_line(item, &line);
		rc = ses_buf_check(&line, err);
	}
	if (rc == 0 && (size_t)st.st_size + line.len > SES_HOOK_QUEUE_MAX)
		rc = ses_fail(err, SESHAT_ELIMIT,
		    "too many hooks wait: 'seshat mirror --everywhere' stores "
		    "what they were about");
	if (rc == 0)
		rc = ses_fs_write(fd, line.data, line.len, err);
	(void)close(fd);
out:
	ses_buf_free(&line);
	return rc;
}

static struct ses_hook_item *
find(struct ses_hook_list *l, const struct ses_hook_item *item)
{
	size_t i;

	/* most often it is the one that came last */
	for (i = l->n; i-- > 0;)
		if (strcmp(l->v[i].id, item->id) == 0 &&
		    strcmp(l->v[i].agent, item->agent) == 0)
			return &l->v[i];
	return NULL;
}

static int
is_event(const struct ses_hook_item *item, const char *name)
{
	return strcmp(item->event, name) == 0;
}

/* Whether what stands behind old in the queue was called before it, or at the
 * same moment in which it ended: hooks may reach the queue in another order.
 * What is longer ago than they may wait is a clock that was set back. */
static int
came_first(const struct ses_hook_item *new, const struct ses_hook_item *old)
{
	int64_t later = old->time - new->time;

	if (later < 0 || later > RACE_MS)
		return 0;
	return later > 0 ||
	       (is_event(old, "SessionEnd") && !is_event(new, "SessionStart"));
}

/* Two hooks of one session: what has to be done after both.  A session that
 * begins again has not ended, and what was to be flushed still is. */
static int
join(struct ses_hook_item *old, struct ses_hook_item *new)
{
	struct ses_hook_item earlier;
	char *goes_on = NULL;

	if (came_first(new, old)) {
		earlier = *new;
		*new = *old;
		*old = earlier;
	}
	if (is_event(new, "SessionStart") && !is_event(old, "SessionStart")) {
		goes_on = ses_str_dup("Stop");
		if (goes_on == NULL)
			return -1;
		free(new->event);
		new->event = goes_on;
	}
	if (new->path == NULL) {
		new->path = old->path;
		old->path = NULL;
	}
	ses_hook_item_free(old);
	*old = *new;
	*new = (struct ses_hook_item){0};
	return 0;
}

static int
add_item(
    struct ses_hook_list *l, struct ses_hook_item *item, struct seshat_err *err)
{
	struct ses_hook_item *old = find(l, item);
	struct ses_hook_item *v;

	if (old != NULL)
		return join(old, item) < 0 ? ses_fail_nomem(err) : 0;
	if (l->n == SES_HOOK_ITEMS_MAX) {
		l->lost++;
		ses_hook_item_free(&l->v[0]);
		memmove(l->v, l->v + 1, (l->n - 1) * sizeof(*l->v));
		l->n--;
	}
	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	l->v = v;
	l->v[l->n++] = *item;
	*item = (struct ses_hook_item){0};
	return 0;
}

/* What a crash has left of a line is passed over, and counted.  The last one
 * may be whole but for its end. */
static int
add_text(
    struct ses_hook_list *l, const struct ses_buf *text, struct seshat_err *err)
{
	static const char *const names[] = {"id", "event", "path"};
	struct ses_hook_item item;
	struct ses_json o;
	struct ses_json t;
	uint64_t time;
	const char *end;
	size_t at;
	int rc = 0;

	for (at = 0; at < text->len && rc == 0;
	     at = (size_t)(end - text->data) + 1) {
		end = memchr(text->data + at, '\n', text->len - at);
		if (end == NULL)
			end = text->data + text->len;
		item = (struct ses_hook_item){0};
		(void)ses_json_peek(
		    text->data + at, (size_t)(end - text->data) - at, &o);
		(void)ses_json_get(&o, "time", &t);
		if (ses_json_u64(&t, &time) == 0)
			item.time = (int64_t)time;
		item.agent = member(&o, "agent", 64);
		item.home = member(&o, "home", PATH_LEN);
		if (take_item(&o, names, &item) && item.agent != NULL &&
		    item.event != NULL)
			rc = add_item(l, &item, err);
		else if (end > text->data + at)
			l->torn++;
		ses_hook_item_free(&item);
	}
	return rc;
}

static int
add_file(struct ses_hook_list *l, const char *path, struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc = ses_fs_slurp(path, TAKEN_MAX, &text, err);

	if (rc < 0 && (err->code == SESHAT_ENOTFOUND))
		rc = 0;
	else if (rc == 0 && text.len > 0)
		rc = add_text(l, &text, err);
	ses_buf_free(&text);
	return rc;
}

int
ses_hook_queue_keep(const struct ses_hook_list *l, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	size_t i;
	int rc = ses_hook_state("taken", &path, err);

	for (i = 0; i < l->n; i++)
		if (!l->v[i].done)
			add_line(&l->v[i], &text);
	if (rc == 0)
		rc = ses_buf_check(&text, err);
	if (rc == 0 && text.len > 0)
		rc = ses_fs_replace(
		    path.data, text.data, text.len, 0600, 0, err);
	else if (rc == 0 && unlink(path.data) < 0 && errno != ENOENT)
		rc = ses_fail_errno(err, "remove %s", path.data);
	ses_buf_free(&path);
	ses_buf_free(&text);
	return rc;
}

int
ses_hook_queue_take(struct ses_hook_list *l, struct seshat_err *err)
{
	struct ses_buf taken = {0};
	struct ses_buf queue = {0};
	int fd = -1;
	int rc = ses_hook_state("taken", &taken, err);

	if (rc == 0)
		rc = ses_hook_state("queue", &queue, err);
	if (rc == 0)
		rc = add_file(l, taken.data, err);
	if (rc == 0)
		rc = open_queue(&fd, err);
	if (rc == 0)
		rc = add_file(l, queue.data, err);
	/* killed in between, both have it: it is done twice, which is once */
	if (rc == 0)
		rc = ses_hook_queue_keep(l, err);
	if (rc == 0 && ftruncate(fd, 0) < 0)
		rc = ses_fail_errno(err, "empty %s", queue.data);
	if (fd >= 0)
		(void)close(fd);
	ses_buf_free(&taken);
	ses_buf_free(&queue);
	return rc;
}

int
ses_hook_queue_has_new(void)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct stat st;
	int yes = ses_hook_state("queue", &path, &ignored) == 0 &&
		  stat(path.data, &st) == 0 && st.st_size > 0;

	ses_buf_free(&path);
	return yes;
}

size_t
ses_hook_queue_waiting(void)
{
	static const char *const files[] = {"hook/taken", "hook/queue"};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_hook_list l = {0};
	struct ses_buf path = {0};
	size_t n;
	size_t i;

	for (i = 0; i < 2; i++) {
		ses_buf_clear(&path);
		if (ses_xdg_path(SES_XDG_STATE, files[i], &path, &ignored) == 0)
			(void)add_file(&l, ses_buf_cstr(&path), &ignored);
	}
	n = l.n + l.lost;
	ses_buf_free(&path);
	ses_hook_list_free(&l);
	return n;
}
