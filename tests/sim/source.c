/* What the agent and its user do to the session's file. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/time.h"
#include "sim/sim.h"

#define FAR (SES_CHECK_LEN + 200)

size_t
sim_whole(const struct ses_buf *text)
{
	size_t n = text->len;

	while (n > 0 && text->data[n - 1] != '\n')
		n--;
	return n;
}

/* Nothing that a line or JSON is made of. */
static char
letter(struct sim *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz 0123456789 ";

	return letters[sim_below(s, sizeof(letters) - 1)];
}

static void
add_words(struct sim *s, size_t n)
{
	char text[4096];
	size_t i;

	for (i = 0; i < n && i < sizeof(text); i++)
		text[i] = letter(s);
	ses_buf_add(&s->src.text, text, i);
}

static void
add_event(struct sim *s, size_t n)
{
	char when[SES_TIME_MAX];

	ses_buf_fmt(
	    &s->src.text, "{\"type\":\"user\",\"n\":%u", s->src.count++);
	if (!sim_one_in(s, 4)) {
		s->src.clock += 1 + sim_below(s, 5000);
		if (sim_one_in(s, 30)) /* a clock that was set back */
			s->src.clock -= 3600000;
		ses_time_format(s->src.clock, when);
		ses_buf_fmt(&s->src.text, ",\"timestamp\":\"%s\"", when);
	}
	ses_buf_str(&s->src.text, ",\"text\":\"");
	if (s->redacts && sim_one_in(s, 5))
		ses_buf_str(&s->src.text,
		    "ghp_"
		    "q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaTe8u ");
	add_words(s, n);
	ses_buf_str(&s->src.text, "\"}");
}

/* A line without its newline, of all the kinds that were seen. */
static void
add_line(struct sim *s)
{
	static const char nul[300];
	struct ses_buf *b = &s->src.text;
	size_t n = sim_one_in(s, 4) ? sim_below(s, 3000) : sim_below(s, 120);

	switch (sim_below(s, 16)) {
	case 0: /* glued objects */
		add_event(s, n);
		add_event(s, n / 2);
		break;
	case 1: /* blank */
		ses_buf_add(b, "  ", sim_below(s, 3));
		break;
	case 2:
		ses_buf_add(b, "\xef\xbb\xbf", 3); /* BOM */
		add_event(s, n);
		break;
	case 3: /* of a power cut */
		ses_buf_add(b, nul, 1 + sim_below(s, sizeof(nul)));
		add_event(s, n);
		break;
	case 4:
		ses_buf_add(b, "\xff\xc3(\xed\xa0\x80", 1 + sim_below(s, 6));
		add_event(s, n);
		break;
	case 5:
		add_event(s, n);
		ses_buf_add(b, "\r", 1);
		break;
	default:
		add_event(s, n);
	}
}

static void
add_lines(struct sim *s)
{
	unsigned n = 1 + sim_below(s, sim_one_in(s, 6) ? 12 : 3);

	/* what was torn is completed */
	if (s->src.text.len > sim_whole(&s->src.text)) {
		add_words(s, sim_below(s, 20));
		ses_buf_str(&s->src.text, "\"}\n");
		n--;
	}
	for (; n > 0; n--) {
		add_line(s);
		ses_buf_str(&s->src.text, "\n");
	}
}

static void
grow(struct sim *s)
{
	add_lines(s);
}

/* A line is begun. */
static void
tear(struct sim *s)
{
	size_t was;

	if (sim_one_in(s, 2))
		add_lines(s);
	was = s->src.text.len;
	add_line(s);
	s->src.text.len -= sim_below(s, (unsigned)(s->src.text.len - was) + 1);
}

static void
cut(struct sim *s)
{
	s->src.text.len = sim_below(s, (unsigned)s->src.text.len + 1);
	if (sim_one_in(s, 2))
		s->src.text.len = sim_whole(&s->src.text);
}

static void
cut_and_grow(struct sim *s)
{
	cut(s);
	grow(s);
}

static void
edit(struct sim *s, size_t from, size_t to)
{
	size_t at = from + sim_below(s, (unsigned)(to - from));
	size_t n = 1 + sim_below(s, 8);
	size_t i;

	for (i = at; i < to && i < at + n; i++)
		if (s->src.text.data[i] != '\n')
			s->src.text.data[i] = letter(s);
}

static void
edit_near(struct sim *s)
{
	size_t len = s->src.text.len;

	if (len > 0)
		edit(s, len > SES_CHECK_LEN ? len - SES_CHECK_LEN : 0, len);
}

/* Where only the end of the session finds it. */
static void
edit_far(struct sim *s)
{
	if (s->src.text.len <= FAR || s->redacts)
		return;
	edit(s, 0, s->src.text.len - FAR);
	if (sim_one_in(s, 2))
		grow(s);
}

static void
insert(struct sim *s)
{
	struct ses_buf was = s->src.text;
	size_t at = sim_below(s, (unsigned)was.len + 1);

	s->src.text = (struct ses_buf){0};
	ses_buf_add(&s->src.text, was.data, at);
	add_line(s);
	if (sim_one_in(s, 2))
		ses_buf_str(&s->src.text, "\n");
	ses_buf_add(&s->src.text, was.data + at, was.len - at);
	ses_buf_free(&was);
}

static void
take_out(struct sim *s)
{
	size_t at = sim_below(s, (unsigned)s->src.text.len + 1);
	size_t left = s->src.text.len - at;
	size_t n = sim_below(s, (unsigned)left + 1);

	if (n == 0)
		return;
	memmove(s->src.text.data + at, s->src.text.data + at + n, left - n);
	s->src.text.len -= n;
	if (sim_one_in(s, 2))
		grow(s);
}

static void
other(struct sim *s)
{
	size_t len = s->src.text.len;

	ses_buf_clear(&s->src.text);
	grow(s);
	while (sim_one_in(s, 2) && s->src.text.len < len)
		grow(s);
	/* of equal size */
	if (s->src.text.len > len && len > 1 && sim_one_in(s, 2)) {
		s->src.text.len = len;
		s->src.text.data[len - 1] = '\n';
	}
}

static void
empty(struct sim *s)
{
	ses_buf_clear(&s->src.text);
}

static void
nul_block(struct sim *s)
{
	static const char nul[6000];

	ses_buf_add(&s->src.text, nul,
	    1 + sim_below(s, s->redacts ? 1000 : (unsigned)sizeof(nul)));
	if (sim_one_in(s, 2))
		grow(s);
}

/* A line, or lines, beyond what one block or one piece holds. */
static void
big(struct sim *s)
{
	static const unsigned sizes[] = {
	    7U << 20, SES_BLOCK_MAX, SES_LINE_MAX, 17U << 20, 26U << 20};
	size_t n = sizes[sim_below(s, 5)] + sim_below(s, 20000) - 10000;
	unsigned every = sim_one_in(s, 2) ? 0 : 1 + sim_below(s, 2U << 20);
	char *room;
	size_t i;

	if (!s->big || s->src.text.len > (48U << 20)) {
		grow(s);
		return;
	}
	room = ses_buf_room(&s->src.text, n);
	if (room == NULL)
		sim_fail(s, "out of memory");
	for (i = 0; i < n; i++)
		room[i] = (char)('a' + (i * 7 + i / 1000) % 23);
	for (i = every; every > 0 && i < n; i += every)
		room[i] = '\n';
	ses_buf_grew(&s->src.text, n);
	if (!sim_one_in(s, 4))
		ses_buf_str(&s->src.text, "\n");
}

/* As it was before. */
static void
back(struct sim *s)
{
	const struct ses_buf *b = &s->src.older[sim_below(s, SIM_OLDER)];

	if (b->len == 0)
		return;
	ses_buf_clear(&s->src.text);
	ses_buf_add(&s->src.text, b->data, b->len);
}

static const struct change {
	const char *name;
	unsigned weight;
	void (*make)(struct sim *s);
} changes[] = {
    {"grows", 40, grow},
    {"is torn", 14, tear},
    {"is cut", 5, cut},
    {"is cut and grows", 5, cut_and_grow},
    {"is edited near its end", 5, edit_near},
    {"is edited far from its end", 6, edit_far},
    {"gets something put in", 4, insert},
    {"gets something taken out", 4, take_out},
    {"is written anew", 4, other},
    {"is emptied", 2, empty},
    {"gets a block of NUL", 4, nul_block},
    {"gets something big", 3, big},
    {"is what it was before", 4, back},
};

static void
choose_path(struct sim *s)
{
	(void)snprintf(s->src.path, sizeof(s->src.path), "p%u/%s.jsonl",
	    s->src.folder, SIM_SESSION);
}

/* The ways a text gets to the disk.  An append leaves what was there. */
static const char *
write_out(struct sim *s, size_t was, int grew)
{
	struct ses_buf *b = &s->src.text;
	char aside[128];
	int fd;

	s->src.there = 1;
	(void)ses_buf_cstr(b); /* never NULL */
	if (grew && !sim_one_in(s, 6)) {
		sim_file_write(
		    s->src.path, O_APPEND, b->data + was, b->len - was);
		return "appended";
	}
	(void)snprintf(aside, sizeof(aside), "%s.new", s->src.path);
	switch (sim_below(s, 4)) {
	case 0:
		sim_file_write(aside, O_TRUNC, b->data, b->len);
		if (rename(aside, s->src.path) < 0)
			sim_fail(s, "cannot rename");
		return "renamed over";
	case 1: /* another inode, while the old one is still open */
		fd = open(s->src.path, O_RDONLY | O_CLOEXEC);
		(void)unlink(s->src.path);
		sim_file_write(s->src.path, O_EXCL, b->data, b->len);
		if (fd >= 0)
			close(fd);
		return "unlinked and made again";
	case 2: /* the same inode */
		sim_file_write(s->src.path, O_TRUNC, b->data, b->len);
		return "truncated and written";
	default:
		sim_file_write(s->src.path, 0, b->data, b->len);
		if (truncate(s->src.path, (off_t)b->len) < 0)
			sim_fail(s, "cannot truncate");
		return "in place";
	}
}

static void
keep_older(struct sim *s)
{
	struct ses_buf *to = &s->src.older[sim_below(s, SIM_OLDER)];

	if (s->src.text.len == 0 || s->big || !sim_one_in(s, 3))
		return;
	ses_buf_clear(to);
	ses_buf_add(to, s->src.text.data, s->src.text.len);
}

static void
move(struct sim *s)
{
	char was[sizeof(s->src.path)];

	memcpy(was, s->src.path, sizeof(was));
	s->src.folder = sim_below(s, SIM_FOLDERS);
	choose_path(s);
	if (s->src.there && rename(was, s->src.path) < 0)
		sim_fail(s, "cannot move the source");
	sim_say(s, "source: moves to p%u", s->src.folder);
}

void
sim_source_step(struct sim *s)
{
	struct ses_buf was = {0};
	const struct change *c = changes;
	unsigned sum = 0;
	unsigned at;
	size_t i;
	int grew;
	const char *how;

	int calm = s->calm && !sim_one_in(s, 12);

	if (!calm && sim_one_in(s, 14)) {
		move(s);
		if (sim_one_in(s, 3))
			return;
	}
	if (!calm && s->src.there && sim_one_in(s, 40)) {
		(void)unlink(s->src.path);
		s->src.there = 0;
		sim_say(s, "source: is deleted");
		return;
	}
	keep_older(s);
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		sum += changes[i].weight;
	/* the first two are what agents do */
	at = sim_below(s, calm ? changes[0].weight + changes[1].weight : sum);
	for (; at >= c->weight; c++)
		at -= c->weight;
	ses_buf_add(&was, s->src.text.data, s->src.text.len);
	if (was.len > 0 || c->make != insert)
		c->make(s);
	if (ses_buf_check(&s->src.text, &(struct seshat_err){0}) < 0)
		sim_fail(s, "out of memory");
	grew =
	    s->src.there && s->src.text.len >= was.len &&
	    (was.len == 0 || memcmp(s->src.text.data, was.data, was.len) == 0);
	s->src.rewritten = !grew;
	how = write_out(s, was.len, grew);
	sim_say(s, "source: %s, %s: %zu bytes, %zu in whole lines", c->name,
	    how, s->src.text.len, sim_whole(&s->src.text));
	ses_buf_free(&was);
}

void
sim_source_start(struct sim *s)
{
	char dir[16];
	unsigned i;

	for (i = 0; i < SIM_FOLDERS; i++) {
		(void)snprintf(dir, sizeof(dir), "p%u", i);
		if (mkdir(dir, 0700) < 0)
			sim_fail(s, "cannot make %s", dir);
	}
	s->src.clock = s->now;
	choose_path(s);
	sim_file_write(s->src.path, O_TRUNC, "", 0);
	s->src.there = 1;
}
