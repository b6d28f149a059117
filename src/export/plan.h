#ifndef SES_EXPORT_PLAN_H
#define SES_EXPORT_PLAN_H

#include "base/spool.h"
#include "export/export.h"

/*
 * What will stand in an export, in its order: items in a spool, so that memory
 * does not grow with their number.
 */
enum ses_item_kind {
	SES_ITEM_SESSION,    /* the next ones are its; no entry */
	SES_ITEM_FILE,       /* of the workspace */
	SES_ITEM_COMPANION,  /* what stands beside the transcript */
	SES_ITEM_TRANSCRIPT, /* data: struct ses_entry each */
	SES_ITEM_TEXT,       /* data: all of it */
	SES_ITEM_HTML,       /* the transcript, to be read by people */
};

struct ses_item {
	int kind;
	/* Strings and data follow each other in the spool; in memory they are
	 * valid until the next item is read. */
	size_t name_len;
	size_t path_len;
	size_t data_len;
	const char *name; /* in the archive; of a session: its harness */
	const char *path; /* for the library; of a session: its id */
	const char *data; /* of a session: its project */
	uint64_t size;
	uint64_t packed; /* of a transcript: of the deflate body; 0: some of it
			  * is archived.  Of a companion: of its body, */
	uint64_t at;     /* which begins there */
	int64_t mtime_ns;
	uint64_t stamp;
	uint32_t crc;
	int packs;
	char sha256[SES_SHA256_HEX]; /* "": not known */
	char stream[SES_STREAM_ID];  /* of a transcript */
};

struct ses_plan_row {
	char *label; /* for people; or NULL */
	char *slug;  /* of its folder in the archive; "" : it has none */
	char *id;
	char *harness;
	char *project;
	json_t *summary; /* of a vault, where it had to be loaded; or NULL */
};

struct ses_export_plan {
	const struct ses_export_how *how;
	struct ses_library *lib;
	struct ses_plan_row *rows; /* the sessions, in the archive's order */
	size_t n;
	int is_many; /* each session has a folder of its own */
	struct ses_spool items;
	struct ses_buf batch;     /* of items that are not there yet */
	struct ses_spool omitted; /* lines of __truncated.txt */
	uint64_t n_omitted;
	uint64_t left; /* bytes under the cap */
	uint64_t n_files;
	uint64_t n_beside; /* companions */
	uint64_t n_links;
	uint64_t n_moved; /* files whose names ours have */
	uint64_t bytes;   /* of content */
	int64_t time_ns;  /* of the latest thing in it; 0: nobody knows */
	int is_known;     /* every size is known beforehand */
};

/** Plan all of how; release with ses_export_plan_free, also after an error. */
int ses_export_plan_make(struct ses_export_plan *p, struct ses_library *lib,
    const struct ses_export_how *how, struct seshat_err *err);

void ses_export_plan_free(struct ses_export_plan *p);

/* A walk over the items. */
struct ses_item_walk {
	const struct ses_spool *spool;
	uint64_t at;        /* behind what is in buf */
	struct ses_buf buf; /* released by the caller */
	size_t used;        /* of it */
};

/** The next item: 1, 0 at the end, or -1. */
int ses_item_next(
    struct ses_item_walk *w, struct ses_item *item, struct seshat_err *err);

/** Put an item behind the others; the last one is there after
 * ses_items_end. */
int ses_item_add(struct ses_export_plan *p, const struct ses_item *item,
    struct seshat_err *err);
int ses_items_end(struct ses_export_plan *p, struct seshat_err *err);

/** Note that a file is not there, or not whole: a line of __truncated.txt. */
int ses_plan_omit(struct ses_spool *omitted, const char *name, uint64_t size,
    const char *why, struct seshat_err *err);

#endif
