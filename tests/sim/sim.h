#ifndef SIM_H
#define SIM_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mirror/mirror.h"
#include "sim/points.h"
#include "vault/stream.h"

/*
 * A world in a folder: one session that an agent writes and mistreats, a
 * vault, and machines with a state each.  A schedule is one life of it, all
 * of it determined by a seed.  After every step the world is held against a
 * model of what FORMATS.md, sections 2 to 4, promises.
 */
#define SIM_MACHINES 2
#define SIM_FOLDERS  3
#define SIM_SESSION  "11111111-2222-4333-8444-555555555555"
#define SIM_OLDER    3 /* copies kept of what was */
#define SIM_TAILS    16
#define SIM_STREAMS  96

/* What the program does not bear, yet or at all: it is borne with unless it
 * is switched on. */
enum sim_with {
	SIM_MOVED = 1 << 0, /* what moved and was rewritten is current, too,
			     * though nothing says whose it was */
	SIM_TWINS = 1 << 1, /* of two states of one owner, too */
	/* of an old state: that its stream was followed by another one, and
	 * that the source was cut back to where it stands; until the end */
	SIM_BEHIND = 1 << 2,
};

/* Everything below a folder, in the order of the paths. */
struct sim_object {
	char *path;
	char *data;
	size_t len;
	int64_t mtime; /* seconds */
};
struct sim_tree {
	struct sim_object *v;
	size_t n;
	size_t cap;
};

/* The agent's file. */
struct sim_source {
	char path[96];
	struct ses_buf text;
	int there;
	unsigned folder;
	unsigned count; /* lines so far, so that each is another */
	int64_t clock;  /* of their events */
	int rewritten;  /* the last that happened was more than growing */
	struct ses_buf older[SIM_OLDER];
};

/* One stream as it reads. */
struct sim_text {
	char id[SES_STREAM_ID];
	char w[SES_WRITER_ID];
	struct ses_buf text;
	int bad;     /* it does not read to its end */
	int current; /* of the machine looked for */
};
struct sim_texts {
	struct sim_text v[SIM_STREAMS];
	size_t n;
};

/* What a run said; in memory that it shares with us. */
struct sim_outcome {
	int done; /* it came to its end */
	int rc;
	int code;
	int opened;
	int rewritten;
	int whole; /* a repair: nothing stays damaged */
	unsigned points;
	uint64_t new_bytes;
	uint64_t made; /* by compacting */
	char msg[SESHAT_ERR_MAX];
};

/* One run of the program. */
struct sim_run {
	int machine;
	const char *end;
	int repair;
	int compact; /* 2: and takes over */
	int archive; /* into archived objects */
	struct points points;
	pid_t pid;
	int tell; /* our ends of its pipes */
	int hear;
	struct sim_outcome *out;
};

struct sim {
	uint64_t seed;
	uint64_t chance;
	unsigned with; /* enum sim_with */
	int verbose;
	int redacts;
	int big;
	unsigned fan; /* so many parts are merged */
	int calm;     /* the agent does little but write */
	int owners;   /* how many machines have one of their own */
	int machines; /* how many take part */
	int64_t now;
	char dir[64];
	char url[96];
	struct sim_source src;
	struct ses_redact *redact;
	struct ses_store *store;
	struct sim_texts seen; /* at the last look */
	struct ses_buf promises[64];
	size_t n_promises;
	struct ses_buf tails[SIM_TAILS]; /* torn ends that were stored */
	size_t n_tails;
	char damaged[32][SES_STREAM_ID];
	int vaguely[32]; /* merging may leave it behind: a torn line's part;
			  * or it was mended since */
	size_t n_damaged;
	int mending;           /* a repair was begun and may not be complete */
	struct sim_tree vault; /* an older copy */
	struct ses_buf states[SIM_MACHINES][SIM_OLDER];
	int behind[SIM_MACHINES];      /* the state may be */
	char cursor_of[SES_STREAM_ID]; /* a run alone began from this state */
	uint64_t cursor;
	int stands; /* and what it stored last is in use, under that name */
	struct sim_outcome *outcomes;
	char *log;
};
#define SIM_LOG (1U << 18)

/* chance */
unsigned sim_below(struct sim *s, unsigned n);
int sim_one_in(struct sim *s, unsigned n);

/** Tell of a step. */
void sim_say(struct sim *s, const char *fmt, ...) SESHAT_PRINTF(2, 3);

/** The program broke a promise: the schedule ends here. */
_Noreturn void sim_fail(struct sim *s, const char *fmt, ...)
    SESHAT_PRINTF(2, 3);

/** One schedule, in a process of its own. */
void sim_schedule(struct sim *s);

/* world.c: files and folders */
void sim_wipe(const char *path);
void sim_tree_read(struct sim_tree *t, const char *path);
void sim_tree_write(const struct sim_tree *t, const char *path);
void sim_tree_free(struct sim_tree *t);
const struct sim_object *sim_tree_find(
    const struct sim_tree *t, const char *path);
void sim_file_write(const char *path, int flags, const void *data, size_t len);
/** 0 when there is none. */
int sim_file_read(const char *path, struct ses_buf *out);

/* source.c: what the agent and its user do */
void sim_source_start(struct sim *s);
/** Something happens to the source. */
void sim_source_step(struct sim *s);
size_t sim_whole(const struct ses_buf *text);

/* run.c: the program */
void sim_run_start(struct sim *s, struct sim_run *r);
/** Wait for a word of it: POINTS_PAUSED, POINTS_BLOCKED, or 0 at its end. */
int sim_run_hear(struct sim_run *r);
void sim_run_tell(struct sim_run *r, int word);
/** To its end; 1 when it died as planned, 0 when it came to its end. */
int sim_run_wait(struct sim *s, struct sim_run *r);
void sim_owner(const struct sim *s, int machine, struct ses_owner *o);

/* check.c: what was promised */
void sim_look(struct sim *s, struct sim_texts *t, int machine);
void sim_texts_free(struct sim_texts *t);
void sim_check_parts(
    struct sim *s, const struct sim_tree *before, const char *when);
void sim_check_promises(struct sim *s);
/** The stream that counts is the source, as it is or as it was (or NULL)
 * when the run began; then what it holds is promised. */
void sim_check_current(
    struct sim *s, int machine, const char *end, const struct ses_buf *was);
/** The program is about to store the source's torn end. */
void sim_keep_tail(struct sim *s);
/** The vault has lost something: promise no more than can be read. */
void sim_taken(struct sim *s);
int sim_is_damaged(const struct sim *s, const char *stream);

/* verify.c */
/** verify tells of all that is damaged, and of nothing else. */
void sim_check_verify(struct sim *s);

/* vault.c: accidents of vault and state */
void sim_vault_step(struct sim *s);
void sim_state_step(struct sim *s, int machine);
/** Note the cursor that the state says, for the run that comes. */
void sim_state_note(struct sim *s, int machine);
void sim_state_keep(struct sim *s, int machine);

/** Whether the object, of the session, is in use: what is replaced or left over
 * is not. */
int sim_is_used(const struct sim_tree *t, const struct sim_object *o);
/** Say how many parts and merged objects there are. */
void sim_tell_objects(struct sim *s);
/** The checkpoint of a stream, NULL: there is none. */
json_t *sim_checkpoint(const struct sim_tree *t, const char *stream);
#define SIM_SESSION_KEY "demo/sessions/claude-code/" SIM_SESSION "/"

/* schedule.c */
void sim_repair(struct sim *s);

#endif
