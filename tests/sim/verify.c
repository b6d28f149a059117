/* What verify says of the vault, held against what was done to it. */
#include <stdio.h>
#include <string.h>

#include "sim/sim.h"
#include "vault/read.h"
#include "vault/verify.h"

static const struct ses_where where = {"demo", "claude-code", SIM_SESSION};

struct problems {
	char ids[SIM_STREAMS][SES_STREAM_ID];
	char what[SIM_STREAMS][128];
	size_t n;
};

static void
on_problem(void *arg, const struct ses_stream *st, const struct ses_entry *e,
    const char *what)
{
	struct problems *p = arg;

	(void)e;
	if (p->n == SIM_STREAMS)
		return;
	(void)snprintf(p->what[p->n], sizeof(p->what[0]), "%.120s", what);
	(void)snprintf(p->ids[p->n++], SES_STREAM_ID, "%s", st->id);
}

/* Whether it can be read: an older state may have put again what was lost. */
static int
is_mended(struct sim *s, const char *stream)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	struct ses_sink sink = ses_sink_buf(&text);
	int rc = ses_session_read(s->store, &where, stream, &sink, &err);

	ses_buf_free(&text);
	return rc == 0;
}

void
sim_check_verify(struct sim *s)
{
	static struct problems p;
	struct ses_verify v = {.problem = on_problem, .arg = &p};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_streams l;
	size_t i;
	size_t j;

	p.n = 0;
	if (ses_streams_load(s->store, &where, &l, &err) < 0 ||
	    ses_streams_verify(s->store, &where, &l, &v, &err) < 0)
		sim_fail(s, "verify: %s", err.msg);
	for (i = 0; i < p.n; i++)
		if (!sim_is_damaged(s, p.ids[i]))
			sim_fail(s, "verify: %s is whole, but is said to be %s",
			    p.ids[i], p.what[i]);
	for (i = 0; i < s->n_damaged; i++) {
		for (j = 0; j < p.n; j++)
			if (strcmp(s->damaged[i], p.ids[j]) == 0)
				break;
		if (j < p.n || s->vaguely[i] ||
		    ses_streams_named(&l, s->damaged[i]) == NULL)
			continue;
		if (!is_mended(s, s->damaged[i]))
			sim_fail(s, "verify does not tell that %s is damaged",
			    s->damaged[i]);
		s->vaguely[i] = 1;
	}
	ses_streams_free(&l);
}
