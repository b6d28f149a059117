/* One life of the world, and what is held against it after each step. */
#include <errno.h>
#include <string.h>

#include "sim/sim.h"

static const char *const hows[] = {
    "goes well",
    "dies before call",
    "dies after call",
    "dies inside call",
    "writes half at call",
    "fails at call",
    "waits at call",
};

/* What a run may say besides "done". */
struct pardon {
	int any;  /* a call of it failed */
	int gone; /* the file was not there, or not any more */
};

static void
say_run(struct sim *s, const struct sim_run *r, const char *what)
{
	if (r->points.at != 0)
		sim_say(s, "run: machine %d %s%s, %s %u", r->machine, what,
		    r->end != NULL ? " at the end" : "", hows[r->points.how],
		    r->points.at);
	else
		sim_say(s, "run: machine %d %s%s", r->machine, what,
		    r->end != NULL ? " at the end" : "");
}

static void
say_outcome(struct sim *s, const struct sim_run *r, int died)
{
	if (died)
		sim_say(s, "     machine %d died", r->machine);
	else if (r->out->rc < 0)
		sim_say(
		    s, "     machine %d failed: %s", r->machine, r->out->msg);
	else
		sim_say(s, "     machine %d stored %llu bytes%s%s, %u calls",
		    r->machine, (unsigned long long)r->out->new_bytes,
		    r->out->opened ? ", a stream was opened" : "",
		    r->out->rewritten ? ", rewritten" : "", r->out->points);
}

/* Whether a run that came to its end did what it is for. */
static int
is_well(struct sim *s, const struct sim_run *r, const struct pardon *pardon)
{
	if (r->out->rc == 0)
		return 1;
	if (pardon->any || (pardon->gone && r->out->code == SESHAT_ENOTFOUND))
		return 0;
	sim_fail(s, "machine %d failed without a reason: %s", r->machine,
	    r->out->msg);
}

/* The same of one that may have died. */
static int
came_well(struct sim *s, const struct sim_run *r, int died,
    const struct pardon *pardon)
{
	say_outcome(s, r, died);
	s->behind[r->machine] |= died || r->out->rc < 0;
	return !died && is_well(s, r, pardon);
}

static void
look_again(struct sim *s, int machine)
{
	sim_look(s, &s->seen, machine);
	sim_check_promises(s);
}

/* A run and nobody else. */
static void
run_alone(struct sim *s, struct sim_run *r)
{
	struct sim_tree before;
	const struct pardon pardon = {
	    .any = r->points.how == POINTS_FAIL, .gone = !s->src.there};
	int died;

	say_run(s, r, "mirrors");
	if (r->end != NULL)
		sim_keep_tail(s);
	sim_tree_read(&before, "vault");
	sim_state_note(s, r->machine);
	sim_run_start(s, r);
	died = sim_run_wait(s, r);
	sim_check_parts(s, &before, "a run");
	sim_tree_free(&before);
	if (came_well(s, r, died, &pardon))
		sim_check_current(s, r->machine, r->end, NULL);
	s->cursor_of[0] = '\0';
	look_again(s, r->machine);
	sim_state_keep(s, r->machine);
}

/* Another run while the first one waits. */
static void
run_beside(struct sim *s, struct sim_run *a, int die)
{
	struct sim_run b = {.out = s->outcomes + 1};
	struct pardon pardon = {.gone = !s->src.there};
	int a_died;
	int b_died;
	int a_well;
	int b_well;
	int blocked;

	b.machine =
	    s->machines > 1 ? (int)sim_below(s, SIM_MACHINES) : a->machine;
	b.end = sim_one_in(s, 4) ? "stopped" : NULL;
	if (sim_one_in(s, 4)) {
		b.points.at = 1 + sim_below(s, 60);
		b.points.how = POINTS_BEFORE;
	}
	if (b.end != NULL)
		sim_keep_tail(s);
	say_run(s, &b, "mirrors beside it");
	sim_run_start(s, &b);
	blocked = sim_run_hear(&b) == POINTS_BLOCKED;
	if (!blocked)
		b_died = sim_run_wait(s, &b);
	sim_say(s, "     the first one %s", die ? "is killed" : "goes on");
	sim_run_tell(a, die ? POINTS_DIE : POINTS_GO_ON);
	a_died = sim_run_wait(s, a);
	if (blocked)
		b_died = sim_run_wait(s, &b);
	a_well = came_well(s, a, a_died, &pardon);
	b_well = came_well(s, &b, b_died, &pardon);
	if (a_well)
		sim_check_current(s, a->machine,
		    b.end != NULL || b_died ? a->end : NULL, NULL);
	if (b_well)
		sim_check_current(s, b.machine,
		    a->end != NULL || a_died ? b.end : NULL, NULL);
}

/* The source changes while the run waits. */
static void
change_beside(struct sim *s, struct sim_run *a, int die)
{
	struct pardon pardon = {.gone = !s->src.there};
	struct ses_buf was = {0};
	char path[sizeof(s->src.path)];

	memcpy(path, s->src.path, sizeof(path));
	ses_buf_add(&was, s->src.text.data, s->src.text.len);
	sim_source_step(s);
	if (a->end != NULL)
		sim_keep_tail(s);
	pardon.gone |= !s->src.there || strcmp(path, s->src.path) != 0;
	sim_say(s, "     the run %s", die ? "is killed" : "goes on");
	sim_run_tell(a, die ? POINTS_DIE : POINTS_GO_ON);
	if (came_well(s, a, sim_run_wait(s, a), &pardon))
		sim_check_current(s, a->machine, a->end, &was);
	ses_buf_free(&was);
}

/* A run that waits at a call while something else happens. */
static void
run_disturbed(struct sim *s, struct sim_run *r)
{
	struct pardon pardon = {.gone = !s->src.there};
	struct sim_tree before;
	int die = sim_one_in(s, 3);

	say_run(s, r, "mirrors");
	if (r->end != NULL)
		sim_keep_tail(s);
	sim_tree_read(&before, "vault");
	sim_run_start(s, r);
	if (sim_run_hear(r) != POINTS_PAUSED) {
		if (came_well(s, r, sim_run_wait(s, r), &pardon))
			sim_check_current(s, r->machine, r->end, NULL);
	} else if (sim_one_in(s, 2)) {
		run_beside(s, r, die);
	} else if (sim_one_in(s, 6)) {
		sim_state_step(s, r->machine);
		pardon.any = 1; /* its folder may be gone from under it */
		sim_run_tell(r, die ? POINTS_DIE : POINTS_GO_ON);
		if (came_well(s, r, sim_run_wait(s, r), &pardon))
			sim_check_current(s, r->machine, r->end, NULL);
	} else {
		change_beside(s, r, die);
	}
	sim_check_parts(s, &before, "a run that was disturbed");
	sim_tree_free(&before);
	look_again(s, r->machine);
	sim_state_keep(s, r->machine);
}

static void
run_step(struct sim *s)
{
	static const int errors[] = {EIO, ENOSPC, EMFILE, EACCES};
	struct sim_run r = {.out = s->outcomes};

	if (s->machines > 1)
		r.machine = (int)sim_below(s, SIM_MACHINES);
	if (sim_one_in(s, 6))
		r.end = "stopped";
	if (sim_one_in(s, 2)) {
		r.points.how = POINTS_BEFORE + (int)sim_below(s, 6);
		r.points.at = 1 + sim_below(s, sim_one_in(s, 4) ? 120 : 45);
		r.points.error = errors[sim_below(s, 4)];
	}
	if (r.points.how == POINTS_PAUSE || sim_one_in(s, 8)) {
		r.points.how = POINTS_PAUSE;
		r.points.at = 1 + sim_below(s, 45);
		run_disturbed(s, &r);
	} else {
		run_alone(s, &r);
	}
}

/* Every stream reads as it did. */
static void
check_same(struct sim *s, const struct sim_texts *was)
{
	const struct sim_text *a;
	const struct sim_text *b;
	size_t i;
	size_t j;

	for (i = 0; i < was->n; i++) {
		a = &was->v[i];
		for (j = 0; j < s->seen.n; j++)
			if (strcmp(a->id, s->seen.v[j].id) == 0)
				break;
		b = &s->seen.v[j];
		if (j == s->seen.n || a->bad != b->bad ||
		    a->text.len != b->text.len ||
		    (a->text.len > 0 &&
			memcmp(a->text.data, b->text.data, a->text.len) != 0))
			sim_fail(s, "stream %s reads otherwise", a->id);
	}
}

/* Whether a compact may say that it could not. */
static int
may_fail(const struct sim *s, const struct sim_run *r)
{
	return r->points.how == POINTS_FAIL ||
	       (r->out->code == SESHAT_ECONFLICT &&
		   (s->owners > 1 || r->archive));
}

/* While the compact waits its session is read, and goes on; then it goes on,
 * too, or is killed. */
static void
go_on_beside(struct sim *s, struct sim_run *a)
{
	struct sim_run b = {.out = s->outcomes + 1};
	struct pardon pardon = {0};
	int die = sim_one_in(s, 3);
	int blocked;
	int died = 0;

	look_again(s, a->machine);
	if (sim_one_in(s, 2))
		sim_source_step(s);
	pardon.gone = !s->src.there;
	if (s->machines > 1)
		b.machine = (int)sim_below(s, SIM_MACHINES);
	b.end = sim_one_in(s, 3) ? "stopped" : NULL;
	if (b.end != NULL)
		sim_keep_tail(s);
	say_run(s, &b, "mirrors beside it");
	sim_run_start(s, &b);
	blocked = sim_run_hear(&b) == POINTS_BLOCKED;
	if (!blocked)
		died = sim_run_wait(s, &b);
	sim_say(s, "     %sthe compact %s", blocked ? "it has to wait; " : "",
	    die ? "is killed" : "goes on");
	sim_run_tell(a, die ? POINTS_DIE : POINTS_GO_ON);
	if (blocked)
		died = sim_run_wait(s, &b);
	if (came_well(s, &b, died, &pardon))
		sim_check_current(s, b.machine, b.end, NULL);
}

/* How a compact is to end, or what happens meanwhile. */
static void
choose_end(struct sim *s, struct sim_run *r)
{
	if (s->machines > 1)
		r->machine = (int)sim_below(s, SIM_MACHINES);
	if (sim_one_in(s, 2)) {
		r->points.how = POINTS_BEFORE + (int)sim_below(s, 5);
		r->points.at = 1 + sim_below(s, r->archive ? 160 : 80);
		r->points.error = EIO;
	} else if (r->archive && sim_one_in(s, 2)) {
		r->points.how = POINTS_PAUSE;
		r->points.at = 1 + sim_below(s, 160);
	}
}

/* Merging, and packing anew, change nothing that can be read. */
static void
compact(struct sim *s, int archive)
{
	struct sim_run r = {.out = s->outcomes,
	    .compact = sim_one_in(s, 4) ? 2 : 1,
	    .archive = archive};
	struct sim_texts was = {0};
	struct sim_tree before;
	int alone = 1;
	int died;

	choose_end(s, &r);
	say_run(s, &r,
	    archive         ? "archives"
	    : r.compact > 1 ? "compacts, taking over"
			    : "compacts");
	sim_look(s, &was, r.machine);
	sim_tree_read(&before, "vault");
	sim_run_start(s, &r);
	if (r.points.how == POINTS_PAUSE && sim_run_hear(&r) == POINTS_PAUSED) {
		go_on_beside(s, &r);
		alone = 0;
	}
	died = sim_run_wait(s, &r);
	say_outcome(s, &r, died);
	if (!died && r.out->rc < 0 && !may_fail(s, &r))
		sim_fail(
		    s, "a compact failed without a reason: %s", r.out->msg);
	if (!died && r.out->made > 0)
		sim_say(s, "     it made %u objects", (unsigned)r.out->made);
	sim_check_parts(s, &before, "a compact");
	sim_tree_free(&before);
	look_again(s, r.machine);
	if (alone)
		check_same(s, &was);
	sim_texts_free(&was);
	sim_check_verify(s);
}

/* What has ended is archived; and it may go on at any time. */
static void
archive(struct sim *s)
{
	struct sim_run r = {.out = s->outcomes, .end = "stopped"};

	if (s->machines > 1)
		r.machine = (int)sim_below(s, SIM_MACHINES);
	if (!sim_one_in(s, 4))
		run_alone(s, &r);
	compact(s, 1);
}

/* What a repair could not mend stays damaged. */
static void
forget_removed(struct sim *s)
{
	size_t i = 0;
	size_t j;

	while (i < s->n_damaged) {
		for (j = 0; j < s->seen.n; j++)
			if (strcmp(s->damaged[i], s->seen.v[j].id) == 0)
				break;
		if (j < s->seen.n)
			i++;
		else {
			s->vaguely[i] = s->vaguely[--s->n_damaged];
			memcpy(s->damaged[i], s->damaged[s->n_damaged],
			    SES_STREAM_ID);
		}
	}
}

/* Not only by what a merge may have left behind. */
static int
is_surely_damaged(const struct sim *s)
{
	size_t i;

	for (i = 0; i < s->n_damaged; i++)
		if (!s->vaguely[i])
			return 1;
	return 0;
}

void
sim_repair(struct sim *s)
{
	struct sim_run r = {.out = s->outcomes, .repair = 1};
	const struct pardon pardon = {
	    .gone = !s->src.there || sim_whole(&s->src.text) == 0};
	struct sim_tree before;
	int died;

	sim_check_verify(s);
	if (s->n_damaged == 0)
		return;
	if (sim_one_in(s, 2)) {
		r.points.how = POINTS_BEFORE + (int)sim_below(s, 3);
		r.points.at = 1 + sim_below(s, 120);
	}
	s->mending = 1;
	do {
		say_run(s, &r, "repairs");
		sim_tree_read(&before, "vault");
		sim_run_start(s, &r);
		died = sim_run_wait(s, &r);
		say_outcome(s, &r, died);
		sim_check_parts(s, &before, "a repair");
		sim_tree_free(&before);
		look_again(s, r.machine);
		r.points.at = 0;
	} while (died);
	if (is_well(s, &r, &pardon)) {
		forget_removed(s);
		if (r.out->whole && is_surely_damaged(s))
			sim_fail(s, "repaired, and still damaged");
		if (r.out->opened)
			sim_check_current(s, r.machine, NULL, NULL);
	}
	s->mending = s->n_damaged > 0;
	sim_taken(s);
	sim_check_verify(s);
}

/* All well: what the agent wrote last must be there. */
static void
end(struct sim *s)
{
	struct sim_run r = {.out = s->outcomes};
	int i;

	sim_say(s, "the end");
	sim_tell_objects(s);
	sim_repair(s);
	for (i = 0; i < 2 * s->machines; i++) {
		r.machine = i / 2;
		r.end = i % 2 == 1 ? "stopped" : NULL;
		run_alone(s, &r);
	}
	sim_check_verify(s);
}

static void
step(struct sim *s)
{
	unsigned what = sim_below(s, 100);

	s->now += sim_below(s, 3000);
	if (sim_one_in(s, 10)) {
		s->now += sim_below(s, (sim_one_in(s, 5) ? 30 : 3) * 3600000);
		sim_say(s, "time passes");
	}
	if (what < 46) {
		sim_source_step(s);
	} else if (what < 78) {
		run_step(s);
	} else if (what < 82) {
		compact(s, 0);
	} else if (what < 87) {
		archive(s);
	} else if (what < 91) {
		sim_state_step(
		    s, s->machines > 1 ? (int)sim_below(s, SIM_MACHINES) : 0);
	} else if (what < 98) {
		sim_vault_step(s);
	} else {
		sim_repair(s);
	}
}

void
sim_schedule(struct sim *s)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned who = sim_below(s, 10);
	unsigned n;

	s->redacts = s->redact != NULL && sim_one_in(s, 8);
	s->big = sim_one_in(s, 200);
	s->fan = 2 + sim_below(s, 3);
	s->calm = sim_one_in(s, 2);
	s->machines = who < 6 ? 1 : 2;
	s->owners = who < 8 ? 1 : 2;
	s->now = INT64_C(1767225600000) + sim_below(s, 1000000);
	sim_say(s, "%d machines, %d owners%s%s", s->machines, s->owners,
	    s->redacts ? ", redacted" : "", s->big ? ", big" : "");
	if (ses_store_open(&s->store, s->url, NULL, &err) < 0)
		sim_fail(s, "%s", err.msg);
	sim_source_start(s);
	n = 4 + sim_below(s, s->big ? 12 : s->calm ? 60 : 36);
	while (n-- > 0)
		step(s);
	end(s);
}
