#ifndef SES_FLUSH_H
#define SES_FLUSH_H

#include "mirror/mirror.h"
#include "mirror/state.h"
#include "vault/batch.h"
#include "vault/stream.h"

/* What the files of one flush share: flush.c conducts, adopt.c finds where a
 * stream stands, project.c chooses the project, commit.c stores a block,
 * checkpoint.c writes checkpoints and summaries, known.c keeps what was found.
 */
struct ses_flush {
	struct ses_mirror *m;
	const struct ses_session *session;
	const struct ses_flush_how *how;
	struct ses_flush_result *r;
	struct ses_state state;
	struct ses_state_source *src;
	struct ses_buf state_path;
	char *path; /* of the source; of a compressed one the plain path; of
		     * an import the name of its origin */
	struct ses_where where;   /* project is state.project */
	size_t raw_len;           /* source bytes of the block being stored */
	char left[SES_STREAM_ID]; /* the stream that was just given up, or "" */
	int behind; /* only the state was: the stream can be gone on with */
	struct ses_known *known; /* secrets of the session; NULL: not loaded */
	uint64_t known_saved;    /* so many of ses_known_added are on disk */
};

/** What a step of a flush answers besides -1. */
enum {
	SES_FLUSH_OK = 0,
	SES_FLUSH_RESTART = 1, /* the stream is not ours to go on with: open a
				* new one, from the first byte */
	SES_FLUSH_REMOVED = 2, /* its user removed the session */
};

/** Whether the session is stored as far as the state says: SES_FLUSH_OK, or
 * _RESTART when somebody took away what was stored. */
int ses_flush_look(struct ses_flush *f, struct seshat_err *err);

/** Find the source's entry in the state, or the stream in the store that it
 * continues, else leave an empty entry.  SES_FLUSH_OK or _REMOVED. */
int ses_flush_adopt(struct ses_flush *f, struct seshat_err *err);

/** Make f->src what the stream says. */
int ses_flush_take_stream(
    struct ses_flush *f, struct ses_stream *st, struct seshat_err *err);

/** Make f->src go on with the stream of ours, but for f->left, that the source
 * continues, or leave it empty. */
int ses_flush_find_stream(struct ses_flush *f, struct seshat_err *err);

/** Whether another stream of ours has followed f->src's, so that nobody would
 * see what is added to it: 1, 0 or -1. */
int ses_flush_is_followed(struct ses_flush *f, struct seshat_err *err);

/** Whether the stream is not another owner's, who may have taken it over. */
int ses_flush_is_owned(const struct ses_flush *f, const struct ses_stream *st);

/** Whether the state says of the stream what the store shows. */
int ses_flush_fits_state(
    const struct ses_state_source *src, const struct ses_stream *st);

/** Whether the session ran in the working directory whose files opts.here
 * holds, or below it. */
int ses_flush_ran_here(const struct ses_flush *f);

/** Take this project for the session. */
int ses_flush_use_project(
    struct ses_flush *f, const char *project, struct seshat_err *err);

/** Take the project that the settings name, else the slug of the folder that
 * the session's repository lives in. */
int ses_flush_choose_project(struct ses_flush *f, struct seshat_err *err);

/** Where its key does not say what the project's folder is called, give it that
 * name, unless it has, or had, another. */
void ses_flush_name_project(struct ses_flush *f);

/** Store one block; opens the stream if it is the first. */
int ses_flush_commit(
    struct ses_flush *f, struct ses_block *b, struct seshat_err *err);

/** Pack a text into f->m->packed, an object with this header, which e
 * describes then. */
int ses_flush_pack(struct ses_flush *f, const struct ses_part_head *head,
    const char *data, size_t len, struct ses_entry *e, struct seshat_err *err);

/** What was redacted as a header has it, "rule:count,…".  What has no room
 * there, when very many rules found something, is counted as other.
 * Returns: the sum. */
uint64_t ses_flush_counts(const struct ses_redact *r,
    const struct ses_redact_counts *c, char out[SES_PART_REDACTIONS]);

/** Whether a part that was there a moment ago is not any more, as err tells: a
 * twin of ours (another state of the same owner) has merged it, and deleted it.
 * Then what we know of the stream is behind, and it can be gone on with. */
int ses_flush_is_gone(struct ses_flush *f, const struct seshat_err *err);

/** Write the checkpoint; end is why the stream ends, or NULL. */
int ses_flush_checkpoint(
    struct ses_flush *f, const char *end, struct seshat_err *err);

/** How many parts come before a checkpoint and a merge. */
unsigned ses_flush_fan(const struct ses_flush *f);

/** Whether that is wrong with one object, and not with the store. */
int ses_flush_is_damage(const struct seshat_err *err);

/** Add one object of the session to what is deleted together. */
int ses_flush_drop(struct ses_flush *f, struct ses_batch *b, const char *name,
    struct seshat_err *err);

/** Delete an object of the session by its name. */
int ses_flush_delete(
    struct ses_flush *f, const char *name, struct seshat_err *err);

/** What is due at a checkpoint: delete garbage that is old enough; merge what
 * has become many. */
int ses_flush_tidy(struct ses_flush *f, json_t *doc, struct seshat_err *err);

/** The checkpoint doc was accepted: merged objects of its stream that it does
 * not list are deleted (not before: an earlier one of ours, whose answer was
 * lost, may list them), none need be remembered, and src (NULL: there is none)
 * has what it says of sizes and the last object. */
void ses_flush_merged(
    struct ses_flush *f, struct ses_state_source *src, const json_t *doc);

/** Write meta.json and put the summary into r->meta. */
int ses_flush_summary(struct ses_flush *f, struct seshat_err *err);

/** Put r->meta, if there is one, into this owner's index. */
int ses_flush_update_index(struct ses_flush *f, struct seshat_err *err);

/** Save the local state. */
int ses_flush_save(struct ses_flush *f, struct seshat_err *err);

/** How far a source was stored, an unterminated last line included. */
uint64_t ses_flush_stored_to(const struct ses_state_source *src);

/** Compare every part with the source once more, an edit far from the end
 * shows only here: SES_FLUSH_OK or _RESTART. */
int ses_flush_compare(struct ses_flush *f, struct seshat_err *err);

/** Of a document: _RESTART if it differs, or its storing was cut short. */
int ses_flush_document_stands(struct ses_flush *f, struct seshat_err *err);

/** Of one that was left half written: SES_FLUSH_OK, it may be stored, or is.
 * Half is better than nothing, but not than a whole one: SESHAT_ECONFLICT. */
int ses_flush_torn(struct ses_flush *f, struct seshat_err *err);

/** Release what a flush has gathered in state, state_path and known. */
void ses_flush_free(struct ses_flush *f);

/** Append a string for metadata, scrubbed where the session is. */
int ses_flush_text(struct ses_flush *f, const char *s, struct ses_buf *out,
    struct seshat_err *err);

/** Forget the stream of f->src; the next has the same writer and opens later
 * by its clock, so that it takes the place of this one. */
void ses_flush_restart(struct ses_flush *f);

/** Time of the first or last line that has one, ms since 1970; 0 if none. */
int64_t ses_flush_first_event(const char *data, size_t len);
int64_t ses_flush_last_event(const char *data, size_t len);

#endif
