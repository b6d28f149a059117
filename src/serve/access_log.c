#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "serve/access_log.h"

struct ses_access {
	pthread_mutex_t lock;
	char *path; /* NULL: stderr */
	int fd;
	int json;
};

static int
open_file(const char *path, struct seshat_err *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 ? ses_fail_errno(err, "access log %s", path) : fd;
}

int
ses_access_open(
    struct ses_access **out, const char *path, int json, struct seshat_err *err)
{
	struct ses_access *a = ses_calloc(1, sizeof(*a));

	if (a == NULL)
		return ses_fail_nomem(err);
	(void)pthread_mutex_init(&a->lock, NULL);
	a->json = json;
	a->fd = STDERR_FILENO;
	if (path != NULL) {
		a->path = ses_str_dup(path);
		a->fd = a->path == NULL ? ses_fail_nomem(err)
					: open_file(path, err);
	}
	if (a->fd < 0) {
		ses_access_free(a);
		return -1;
	}
	*out = a;
	return 0;
}

/* A URL without what stands for token=. */
static void
add_url(const char *url, struct ses_buf *out)
{
	const char *p = strchr(url, '?');
	size_t len;

	if (p == NULL) {
		ses_buf_str(out, url);
		return;
	}
	ses_buf_add(out, url, (size_t)(p - url));
	while (*p != '\0') {
		ses_buf_add(out, p, 1);
		p++;
		len = strcspn(p, "&");
		if (ses_str_starts(p, "token="))
			ses_buf_str(out, "token=***");
		else
			ses_buf_add(out, p, len);
		p += len;
	}
}

static void
add_text(const struct ses_access_row *row, const struct ses_buf *url,
    struct ses_buf *out)
{
	char time[SES_TIME_MAX];
	size_t i;

	ses_time_format(row->time, time);
	ses_buf_fmt(out, "%s %s %s ", time, row->remote, row->method);
	/* a space would look like the next field */
	for (i = 0; i < url->len; i++)
		if (url->data[i] > ' ' && url->data[i] != 0x7f)
			ses_buf_add(out, url->data + i, 1);
		else
			ses_buf_fmt(out, "%%%02X", (unsigned char)url->data[i]);
	ses_buf_fmt(out, " %d %llu %llu.%03llums%s\n", row->status,
	    (unsigned long long)row->bytes, (unsigned long long)row->us / 1000,
	    (unsigned long long)row->us % 1000, row->cut ? " cut" : "");
}

static void
add_json(const struct ses_access_row *row, const struct ses_buf *url,
    struct ses_buf *out)
{
	char time[SES_TIME_MAX];

	ses_time_format(row->time, time);
	ses_buf_fmt(out, "{\"time\":\"%s\",\"remote\":", time);
	ses_json_quote(out, row->remote, strlen(row->remote));
	ses_buf_str(out, ",\"method\":");
	ses_json_quote(out, row->method, strlen(row->method));
	ses_buf_str(out, ",\"url\":");
	ses_json_quote(out, url->data, url->len);
	ses_buf_fmt(out,
	    ",\"status\":%d,\"bytes\":%llu,\"ms\":%llu.%03llu,\"cut\":%s}\n",
	    row->status, (unsigned long long)row->bytes,
	    (unsigned long long)row->us / 1000,
	    (unsigned long long)row->us % 1000, row->cut ? "true" : "false");
}

void
ses_access_line(const struct ses_access_row *row, int json, struct ses_buf *out)
{
	struct ses_buf url = {0};

	add_url(row->url, &url);
	if (json)
		add_json(row, &url, out);
	else
		add_text(row, &url, out);
	ses_buf_free(&url);
}

void
ses_access_write(struct ses_access *a, const struct ses_access_row *row)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf line = {0};

	ses_access_line(row, a->json, &line);
	(void)pthread_mutex_lock(&a->lock);
	/* a disk that is full must not end the server: the line is lost */
	if (!line.bad)
		(void)ses_fs_write(a->fd, line.data, line.len, &ignored);
	(void)pthread_mutex_unlock(&a->lock);
	ses_buf_free(&line);
}

int
ses_access_reopen(struct ses_access *a, struct seshat_err *err)
{
	int old;
	int fd;

	if (a->path == NULL)
		return 0;
	fd = open_file(a->path, err);
	if (fd < 0)
		return -1;
	(void)pthread_mutex_lock(&a->lock);
	old = a->fd;
	a->fd = fd;
	(void)pthread_mutex_unlock(&a->lock);
	(void)close(old);
	return 0;
}

void
ses_access_free(struct ses_access *a)
{
	if (a == NULL)
		return;
	if (a->path != NULL && a->fd >= 0)
		(void)close(a->fd);
	(void)pthread_mutex_destroy(&a->lock);
	free(a->path);
	free(a);
}
