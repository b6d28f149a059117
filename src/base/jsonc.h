#ifndef SES_JSONC_H
#define SES_JSONC_H

#include "base/buf.h"

/*
 * Where things stand in a settings file that a person wrote: JSON, and what
 * people and editors add to it, namely comments of both kinds, trailing commas
 * and a byte order mark.  Nothing is copied and nothing is made of it; all
 * positions are byte offsets into the text.
 */
#define SES_JSONC_DEPTH 512

/* A member of an object or an element of an array. */
struct ses_jsonc_item {
	size_t at;      /* its first byte: of the key, or of the value */
	size_t key_len; /* of the key with its quotes; 0 in an array */
	size_t value;
	size_t end;    /* behind the value */
	size_t comma;  /* of the comma that follows; 0: none does */
	size_t before; /* end of what stands before it and the white space */
	int is_after_line_comment; /* that ends there */
	char type;                 /* { [ " 0 (any number) t f n */
};

/* A walk over an object or array that ses_jsonc_check passed. */
struct ses_jsonc_walk {
	const char *text;
	size_t len;
	size_t open;  /* its bracket */
	size_t at;    /* how far the walk came */
	size_t n;     /* items so far */
	size_t close; /* after the last item: the other bracket */
	size_t last;  /* and the end of what stands before it and the white
		       * space: a value, a comma, a comment, a bracket */
	int is_line_comment; /* what ends at last */
};

/**
 * ses_jsonc_check(text, len, root, err):
 * Whether the text is one value, and which.  1; or 0 when there is nothing but
 * white space and comments.
 * Errors, with the line: SESHAT_EFORMAT; SESHAT_ELIMIT, deeper than
 * SES_JSONC_DEPTH.
 */
int ses_jsonc_check(const char *text, size_t len, struct ses_jsonc_item *root,
    struct seshat_err *err);

/** Begin to walk the object or array whose bracket stands at open. */
void ses_jsonc_walk(
    struct ses_jsonc_walk *w, const char *text, size_t len, size_t open);

/** The next item: 1, or 0 at the end. */
int ses_jsonc_next(struct ses_jsonc_walk *w, struct ses_jsonc_item *item);

/** Whether the key of a member stands for this text. */
int ses_jsonc_key_is(
    const char *text, const struct ses_jsonc_item *item, const char *name);

/** The member of the object whose bracket stands at open that has this name;
 * of several the last, which counts for agents.  Whether there is one. */
int ses_jsonc_member(const char *text, size_t len, size_t open,
    const char *name, struct ses_jsonc_item *out);

/** Which line a position is in, from 1 on. */
size_t ses_jsonc_line(const char *text, size_t at);

#endif
