#ifndef SES_PLAN_H
#define SES_PLAN_H

#include "vault/entry.h"

/*
 * Which objects of a stream are merged into which: so that it has few, and
 * every byte is moved few times.
 *
 * An object of SES_PLAN_SEALED is as good as full.  Everything up to the last
 * of these is closed: put together from the left as far as it fits.  Behind
 * it objects are merged by generations.  A part is of generation 0; as many of
 * them as the fan make one of generation 1, eight of these one of generation
 * 2, and so on.
 *
 * Archived objects are merged with nothing: what stands between two of them is
 * planned for itself.
 */
#define SES_PLAN_FULL   (8U << 20) /* uncompressed bytes of a merged object */
#define SES_PLAN_SEALED (4U << 20)
#define SES_PLAN_FAN    64
#define SES_PLAN_NEXT   8 /* of each generation but the first */

/* Objects lo to hi - 1 become one. */
struct ses_plan_run {
	size_t lo;
	size_t hi;
};

struct ses_plan {
	struct ses_plan_run *v; /* in order */
	size_t n;
};

/**
 * ses_plan_make(out, v, n, fan, err):
 * Plan for the objects v, in order, of which the last is not a torn line.
 * fan 0: put together whatever fits.  Done, and made again, it is empty.
 * Owns: ses_plan_free.
 */
int ses_plan_make(struct ses_plan *out, const struct ses_entry *v, size_t n,
    unsigned fan, struct seshat_err *err);

/*
 * Of an archived object: so much must be unpacked to read its last line, and
 * held in memory by who unpacks it, so that it is not as much as would fit
 * into a window.
 */
#define SES_PLAN_ARCHIVE (32U << 20)

/**
 * ses_plan_archive(out, v, n, err):
 * Plan which of the objects v, in order, of which the last is not a torn line,
 * become an archived one: from the left what fits, but nothing where that is
 * one already.  Done, and made again, it is empty.  Owns: ses_plan_free.
 */
int ses_plan_archive(struct ses_plan *out, const struct ses_entry *v, size_t n,
    struct seshat_err *err);

void ses_plan_free(struct ses_plan *p);

#endif
