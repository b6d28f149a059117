/* Following a session of the vault: when to look at what. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/notify.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/context.h"
#include "cli/show_follow.h"
#include "cli/interrupt.h"
#include "vault/live.h"

/* Milliseconds.  Where the store tells what changes, looking is a safety net:
 * for a folder that another machine writes, and for names that got lost. */
#define POLL_MIN      1000
#define POLL_MAX      5000
#define CHECKPOINTS   10000
#define STREAMS       30000
#define STREAMS_AFTER 1000  /* the last look, when names ask for one */
#define RETRY_MAX     30000 /* between two tries of a store that fails */

/* A part that does not check out may be one that is being copied here. */
#define CORRUPT_TRIES 4

enum { PART, CHECKPOINT, CURRENT, N_DUE };

struct watch {
	const struct ses_cli *cli;
	struct ses_live f;
	struct ses_notify notify;
	const struct ses_sink *out;
	int64_t due[N_DUE]; /* when to look at what */
	int64_t looked;     /* at the streams */
	int64_t grew;       /* when something last came */
	int64_t pause;      /* between polls */
	unsigned failures;  /* since the last look that succeeded */
	int told;           /* of them */
	unsigned gaps;      /* that were passed over */
	int left;           /* nobody reads stdout any more */
};

/* A line on stderr about what goes on. */
static void
note(const struct watch *w, const char *prefix, const char *text)
{
	struct ses_buf b = {0};

	if (w->cli->json) {
		ses_cli_add_object(&b);
		ses_cli_add_member(&b, "note", text);
		ses_buf_str(&b, "}");
	} else {
		ses_buf_fmt(&b, "seshat: %s", prefix);
		ses_str_safe(text, strlen(text), &b);
	}
	(void)fprintf(stderr, "%s\n", ses_buf_cstr(&b));
	ses_buf_free(&b);
}

static void
on_changed(void *arg, const char *stream)
{
	struct ses_buf text = {0};

	ses_buf_fmt(&text,
	    "the transcript was rewritten, or goes on elsewhere, with other "
	    "lines: here is stream %s from its first line",
	    stream);
	note(arg, "", ses_buf_cstr(&text));
	ses_buf_free(&text);
}

static int
on_gap(void *arg, uint64_t lines, const char *what, struct seshat_err *err)
{
	struct watch *w = arg;
	struct ses_buf text = {0};
	int rc;

	w->gaps++;
	ses_buf_fmt(&text, "%llu line%s cannot be read: %s",
	    (unsigned long long)lines, lines == 1 ? "" : "s", what);
	note(w, "", ses_buf_cstr(&text));
	rc = ses_buf_check(&text, err);
	ses_buf_free(&text);
	return rc;
}

/* Nothing is begun once the person asked to stop. */
static int
write_on(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct watch *w = arg;

	if (*ses_interrupts() > 0)
		return ses_fail(err, SESHAT_ECANCELLED, "interrupted");
	return ses_sink_write(w->out, data, len, err);
}

static void
at_once(int64_t *due, int64_t when)
{
	if (when < *due)
		*due = when;
}

static void
on_name(void *arg, const char *name)
{
	struct watch *w = arg;
	int64_t now = ses_time_steady();
	int64_t later = w->looked + STREAMS_AFTER;
	int sign = ses_live_sign(&w->f, name);

	if (sign < 0)
		return;
	at_once(&w->due[PART], now);
	if (sign & SES_LOOK_CHECKPOINT)
		at_once(&w->due[CHECKPOINT], now);
	/* a stream that grows beside ours is not worth a look at each part */
	if (sign & SES_LOOK_STREAMS)
		at_once(&w->due[CURRENT], now > later ? now : later);
}

/* Watch the session's folder if there is one; without, we poll. */
static void
watch_folder(struct watch *w)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	struct ses_buf path = {0};

	ses_key_session(&key, w->f.w);
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, &ignored) == 0 &&
	    ses_store_path(w->f.s, key.data, &path, &ignored) == 0)
		(void)ses_notify_open(&w->notify, path.data, &ignored);
	ses_buf_free(&key);
	ses_buf_free(&path);
}

/* What to look at now; when to look again is noted. */
static unsigned
take_due(struct watch *w)
{
	int64_t now = ses_time_steady();
	unsigned at = SES_LOOK_PART;

	if (w->notify.fd < 0)
		watch_folder(w);
	w->due[PART] = now + (w->notify.fd >= 0 ? POLL_MAX : w->pause);
	if (w->due[CHECKPOINT] <= now) {
		w->due[CHECKPOINT] =
		    now + (w->notify.fd >= 0 ? POLL_MAX : CHECKPOINTS);
		at |= SES_LOOK_CHECKPOINT;
	}
	if (w->due[CURRENT] <= now) {
		w->due[CURRENT] = now + STREAMS;
		w->looked = now;
		at |= now - w->grew >= STREAMS
			  ? SES_LOOK_STREAMS | SES_LOOK_OTHERS
			  : SES_LOOK_STREAMS;
	}
	return at;
}

static void
wait_for(struct watch *w)
{
	/* a store that fails is left alone for a while, whatever it tells */
	struct pollfd fds[] = {
	    {.fd = w->failures > 0 ? -1 : w->notify.fd, .events = POLLIN},
	    {.fd = STDOUT_FILENO},
	    {.fd = ses_interrupt_fd(), .events = POLLIN}};
	int64_t now = ses_time_steady();
	int64_t next = w->due[PART];
	size_t i;

	for (i = 0; i < N_DUE; i++)
		at_once(&next, w->due[i]);
	if (poll(fds, 3, next > now ? (int)(next - now) : 0) <= 0)
		return;
	if (fds[1].revents & (POLLERR | POLLHUP))
		w->left = 1;
	if (fds[0].revents != 0)
		ses_notify_read(&w->notify, on_name, w);
}

/* A look succeeded. */
static void
settle(struct watch *w, int state)
{
	int64_t now = ses_time_steady();

	if (w->told && !w->cli->quiet)
		note(w, "", "the store can be read again");
	w->failures = 0;
	w->f.pass = 0;
	w->told = 0;
	if (state == SES_LIVE_GREW) {
		w->grew = now;
		w->pause = POLL_MIN;
		at_once(&w->due[PART], now + POLL_MIN);
		/* its last part may have been the session's last */
		if (w->notify.fd < 0)
			at_once(&w->due[CHECKPOINT], now + POLL_MIN);
	} else if (w->pause < POLL_MAX) {
		w->pause += POLL_MIN;
	}
}

/* A look failed: 0 to try again, -1 to give up. */
static int
bear(struct watch *w, const struct seshat_err *err)
{
	int64_t now = ses_time_steady();
	int64_t later;
	size_t i;

	if (w->f.out_failed || w->f.id[0] == '\0')
		return -1;
	switch (err->code) {
	case SESHAT_ECORRUPT:
		if (++w->failures >= CORRUPT_TRIES && w->f.pass)
			return -1;
		w->f.pass = w->failures + 1 >= CORRUPT_TRIES;
		break;
	case SESHAT_ESYS:
	case SESHAT_ENET:
	case SESHAT_EAUTH:
	case SESHAT_ELIMIT:
	case SESHAT_ECONFLICT:
	case SESHAT_ENOTFOUND:
		w->failures++;
		if (!w->told)
			note(w, "still trying: ", err->msg);
		w->told = 1;
		break;
	default:
		return -1;
	}
	later = w->failures > 5 ? RETRY_MAX : POLL_MIN << (w->failures - 1);
	for (i = 0; i < N_DUE; i++)
		w->due[i] = now + later;
	return 0;
}

static int
follow(struct watch *w, struct seshat_err *err)
{
	/* watch the folder first, or what comes in between would be missed */
	unsigned at = take_due(w);
	int state;

	for (;;) {
		state = ses_live_look(&w->f, at, err);
		if (state < 0 && bear(w, err) < 0)
			return -1;
		if (state == SES_LIVE_ENDED || state == SES_LIVE_REMOVED)
			return state;
		if (state >= 0)
			settle(w, state);
		wait_for(w);
		if (w->left || *ses_interrupts() > 0)
			return SES_LIVE_IDLE;
		at = take_due(w);
		if (w->failures > 0)
			at |= SES_LOOK_STREAMS;
	}
}

int
ses_cli_show_follow(const struct ses_cli *cli, struct ses_store *s,
    const struct ses_where *w, const char *stream, uint64_t tail,
    const struct ses_sink *out, struct seshat_err *err)
{
	struct watch watch = {.cli = cli, .out = out, .notify = {.fd = -1}};
	const struct ses_sink sink = {write_on, &watch};
	int rc;

	watch.f = (struct ses_live){.s = s,
	    .w = w,
	    .wanted = stream,
	    .tail = tail,
	    .out = &sink,
	    .changed = on_changed,
	    .gap = on_gap,
	    .arg = &watch};
	watch.pause = POLL_MIN;
	watch.grew = ses_time_steady();
	if (ses_interrupt_catch(err) < 0)
		return -1;
	rc = follow(&watch, err);
	ses_notify_free(&watch.notify);
	if (rc == SES_LIVE_REMOVED)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "the session was removed from the vault");
	if (rc == SES_LIVE_ENDED && !cli->quiet && isatty(STDERR_FILENO))
		note(&watch, "", "the session has ended");
	if (rc < 0 && err->code != SESHAT_ECANCELLED)
		return -1;
	return watch.gaps == 0 ? 0
			       : ses_fail(err, SESHAT_ECORRUPT,
				     "damaged: not all of it could be read");
}
