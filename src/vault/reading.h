#ifndef SES_READING_H
#define SES_READING_H

#include "base/sink.h"
#include "vault/cache.h"
#include "vault/stream.h"

/* What those share that read streams: a stream, part by part. */
struct ses_reading {
	struct ses_store *s;
	const struct ses_where *w;
	const char *writer; /* as its checkpoint says; NULL: it has none */
	uint64_t at;        /* where the next part must begin */
	const struct ses_sink *sink;
	struct ses_part_cache *cache; /* of what parts hold; or NULL */
	/* So many lines of the next part nobody wants; and where that is not
	 * NULL, what is called before its first byte, if some of them do not
	 * come: so many. */
	uint64_t wish;
	void (*passed)(void *arg, uint64_t lines);
	void *arg;
};

/** To read st from its first part on; borrows all. */
struct ses_reading ses_reading_of(struct ses_store *s,
    const struct ses_where *w, const struct ses_stream *st,
    const struct ses_sink *sink);

/**
 * ses_reading_push(r, e, last, err):
 * Push what the part e holds once all of it was checked; r->at moves behind
 * it.  last: it ends the stream, so that a torn line counts.
 * Returns: 1 if it was held back, since it is a torn line and not the last.
 */
int ses_reading_push(struct ses_reading *r, const struct ses_entry *e, int last,
    struct seshat_err *err);

/** The stream of that name, NULL: the current one; NULL and err say why there
 * is none. */
struct ses_stream *ses_reading_choose(
    const struct ses_streams *l, const char *stream, struct seshat_err *err);

/** The first of the parts that hold the last n lines, and how many lines they
 * hold; pieces of a long line belong to the part that ends it. */
int ses_reading_tail(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, uint64_t n, size_t *first, uint64_t *lines,
    struct seshat_err *err);

/** The first part to read for the line (from 1), and how many lines stand
 * before it; pieces of a long line are read from its first one on.  Behind the
 * last line it is the last part. */
int ses_reading_line(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, uint64_t line, size_t *first, uint64_t *before,
    struct seshat_err *err);

/** Whether an error says that a part is missing or damaged. */
int ses_reading_is_damage(const struct seshat_err *err);

/** Fill in an entry that is not known yet, if need be from its header alone: 1,
 * 0 where that is damaged, too, or -1. */
int ses_reading_learn(struct ses_store *s, const struct ses_where *w,
    struct ses_entry *e, struct seshat_err *err);

/**
 * ses_reading_pass(r, e, last, lines, err):
 * Pass over the part e, which cannot be read and was the next one; r->at moves
 * behind it, *lines is how many lines end in it.
 * Returns: 0 when nobody knows that any more.
 */
int ses_reading_pass(struct ses_reading *r, struct ses_entry *e, int last,
    uint64_t *lines, struct seshat_err *err);

/** Fail with what err says of the part i, and which source bytes that are; i
 * behind the last part: of the hole. */
int ses_reading_damaged(
    const struct ses_stream *st, size_t i, struct seshat_err *err);

#endif
