/*
 * Which conditions a server heeds.  Some refuse them, some do as if they were
 * not there, and only a try tells: two objects' worth of requests, once for a
 * store and machine, remembered in the cache.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/time.h"
#include "net/backoff.h"
#include "store/far.h"
#include "store/s3.h"

#define KNOWN_MS  (INT64_C(30) * 24 * 3600 * 1000) /* then it is asked anew */
#define NOTE_MAX  ((size_t)256)
#define NOTE_HEAD "seshat-store 1 "

/* The words of the note, behind the time it was written. */
static const struct word {
	const char *text;
	unsigned heeds;
	int bare;
} words[] = {
    {"create-only", SES_STORE_CREATE_ONLY, 0},
    {"match", SES_STORE_MATCH, 0},
    {"match-bare", SES_STORE_MATCH, 1},
};

/* 1 when the note says it, and is not too old. */
static int
recall(struct ses_s3 *s, const char *path)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	const char *p;
	size_t len;
	size_t i;
	int64_t now = ses_time_now();
	int64_t then;
	int rc = 0;

	if (ses_fs_slurp(path, NOTE_MAX, &b, &ignored) < 0 ||
	    !ses_str_starts(ses_buf_cstr(&b), NOTE_HEAD))
		goto out;
	p = b.data + strlen(NOTE_HEAD);
	then = strtoll(p, NULL, 10);
	if (then > now || then < now - KNOWN_MS)
		goto out;
	s->heeds = 0;
	s->bare_tags = 0;
	for (p += strcspn(p, " \n"); *p == ' '; p += len) {
		len = strcspn(++p, " \n");
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strlen(words[i].text) == len &&
			    memcmp(words[i].text, p, len) == 0) {
				s->heeds |= words[i].heeds;
				s->bare_tags |= words[i].bare;
			}
	}
	rc = 1;
out:
	ses_buf_free(&b);
	return rc;
}

/* That it cannot be remembered costs requests, and is no reason to stop. */
static void
remember(const struct ses_s3 *s, const char *path)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf b = {0};

	ses_buf_fmt(&b, NOTE_HEAD "%lld", (long long)ses_time_now());
	if (s->heeds & SES_STORE_CREATE_ONLY)
		ses_buf_str(&b, " create-only");
	if (s->heeds & SES_STORE_MATCH)
		ses_buf_str(&b, s->bare_tags ? " match-bare" : " match");
	ses_buf_str(&b, "\n");
	if (ses_buf_check(&b, &why) < 0 ||
	    ses_fs_replace(path, b.data, b.len, 0600, 0, &why) < 0)
		ses_log(SES_DEBUG, "store: not remembered: %s", why.msg);
	ses_buf_free(&b);
}

/* Always the same object, so that a try whose answer was lost may be made
 * again: what was heeded then is heeded now. */
static int
put_probe(struct ses_s3 *s, const struct ses_sigv4_pair *condition,
    struct seshat_err *err)
{
	const struct ses_put what = {.data = "?", .len = 1};
	struct ses_backoff b = ses_backoff_near();
	int64_t when;

	while (ses_s3_put(s, s->probe, &what, condition, &when, err) < 0)
		if (err->code == SESHAT_ECONFLICT ||
		    !ses_err_retryable(err->code) ||
		    !ses_backoff_wait(&b, s->notes->wait_ms))
			return -1;
	return 0;
}

/* One put under a condition: 1 it was done, 0 it was refused as the condition
 * says, 2 the server knows no such condition, -1. */
static int
try(struct ses_s3 *s, const char *name, const char *value,
    struct seshat_err *err)
{
	const struct ses_sigv4_pair condition = {name, value};

	if (put_probe(s, &condition, err) == 0)
		return 1;
	if (err->code == SESHAT_EEXISTS || err->code == SESHAT_ECONFLICT)
		return 0;
	/* an unknown header is refused with 501, by some with 400, which also
	 * is what a request gets that was damaged on its way */
	return err->code == SESHAT_EUNSUPPORTED ||
		       (err->code == SESHAT_ESYS && err->sys == 400)
		   ? 2
		   : -1;
}

static int
try_create(struct ses_s3 *s, struct seshat_err *err)
{
	int first = try(s, "if-none-match", "*", err);
	int second;

	if (first < 0 || first == 2)
		return first < 0 ? -1 : 0;
	/* whether ours or that of a try whose answer was lost: it is there */
	second = try(s, "if-none-match", "*", err);
	if (second == 0)
		s->heeds |= SES_STORE_CREATE_ONLY;
	return second < 0 ? -1 : 0;
}

static int
try_match(struct ses_s3 *s, struct seshat_err *err)
{
	static const char wrong[] = "\"00000000000000000000000000000000\"";
	struct ses_sink none = ses_sink_none();
	char tag[SES_STORE_TAG];
	size_t len;
	int rc;

	/* there is no object yet where create-only was refused */
	if (put_probe(s, NULL, err) < 0 ||
	    ses_store_s3.get(s, s->probe, 0, 0, &none, err) < 0)
		return -1;
	memcpy(tag, s->notes->tag, sizeof(tag));
	len = strlen(tag);
	if (len < 3 || tag[0] != '"')
		return 0;
	rc = try(s, "if-match", wrong, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = try(s, "if-match", tag, err);
	if (rc == 1)
		s->heeds |= SES_STORE_MATCH;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	tag[len - 1] = '\0';
	rc = try(s, "if-match", tag + 1, err);
	if (rc == 1) {
		s->heeds |= SES_STORE_MATCH;
		s->bare_tags = 1;
	}
	return rc < 0 ? -1 : 0;
}

/* Nobody wants what it was tried with; the server may be busy just now. */
static void
clean_up(struct ses_s3 *s)
{
	struct ses_backoff b = ses_backoff_near();
	struct seshat_err why = SESHAT_ERR_INIT;

	while (ses_s3_del(s, s->probe, &why) < 0)
		if (!ses_err_retryable(why.code) ||
		    !ses_backoff_wait(&b, s->notes->wait_ms)) {
			ses_log(SES_DEBUG, "store: %s is left over: %s",
			    s->probe, why.msg);
			return;
		}
}

static int
ask(struct ses_s3 *s, struct seshat_err *err)
{
	static const char name[] = ".seshat-probe-";

	/* one that failed is tried again under its name, and leaves nothing */
	if (s->probe[0] == '\0') {
		memcpy(s->probe, name, sizeof(name));
		ses_rand_hex(s->probe + strlen(name), 16);
	}
	s->heeds = 0;
	s->bare_tags = 0;
	if (try_create(s, err) < 0 || try_match(s, err) < 0)
		return -1;
	clean_up(s);
	return 0;
}

/* Threads and processes that begin together ask once. */
static int
ask_alone(struct ses_s3 *s, const char *path, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf lock = {0};
	struct ses_buf dir = {0};
	int fd = -1;
	int rc = 0;

	ses_str_dirname(path, &dir);
	ses_buf_fmt(&lock, "%s/locks", ses_buf_cstr(&dir));
	(void)ses_buf_cstr(&lock);
	if (ses_buf_check(&dir, err) < 0 || ses_buf_check(&lock, err) < 0) {
		rc = -1;
		goto out;
	}
	if (ses_fs_mkdirs(dir.data, 0700, &why) < 0 ||
	    ses_lock_open(lock.data, &fd, &why) < 0 ||
	    ses_lock_take(fd, path, &why) < 0)
		ses_log(SES_DEBUG, "store: asking without a lock: %s", why.msg);
	if (!recall(s, path)) {
		rc = ask(s, err);
		if (rc == 0)
			remember(s, path);
	}
out:
	if (fd >= 0)
		(void)close(fd);
	ses_buf_free(&dir);
	ses_buf_free(&lock);
	return rc;
}

void
ses_s3_forget(void *st)
{
	struct ses_s3 *s = st;
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	if (ses_far_note(&ses_store_s3, s, &path, &ignored) == 0)
		(void)unlink(ses_buf_cstr(&path));
	s->learned = 0;
	ses_buf_free(&path);
}

int
ses_s3_learn(void *st, unsigned *caps, struct seshat_err *err)
{
	struct ses_s3 *s = st;
	struct ses_buf path = {0};
	int rc = 0;

	if (!s->learned) {
		if (ses_far_note(&ses_store_s3, s, &path, err) < 0 ||
		    (!recall(s, ses_buf_cstr(&path)) &&
			ask_alone(s, path.data, err) < 0))
			rc = -1;
		s->learned = rc == 0;
	}
	ses_buf_free(&path);
	*caps = (ses_store_s3.caps &
		    ~(unsigned)(SES_STORE_CREATE_ONLY | SES_STORE_MATCH)) |
		s->heeds;
	return rc;
}
