#ifndef SES_LINE_H
#define SES_LINE_H

#include "harness/harness.h"

/* What the lines of all agents need: titles, readable text, arguments. */

/* Bytes of a title, and of a text that are looked at for it. */
#define SES_LINE_TITLE 200
#define SES_LINE_LOOK  4096
/* Bytes of a tool's arguments. */
#define SES_LINE_ARGS 500

/**
 * ses_line_title(text, to, err):
 * Make *to a title of a JSON string: its words in one line of at most
 * SES_LINE_TITLE bytes, well-formed UTF-8 without control characters.  *to
 * stays as it is when nothing is left.
 */
int ses_line_title(
    const struct ses_json *text, char **to, struct seshat_err *err);

/** As ses_line_title, of a text that is no JSON. */
int ses_line_title_of(
    const char *text, size_t len, char **to, struct seshat_err *err);

/** Make *to a copy of what a JSON string stands for, if that is 1 to max - 1
 * bytes without a NUL; else *to stays as it is. */
int ses_line_string(
    const struct ses_json *v, size_t max, char **to, struct seshat_err *err);

/** Whether a JSON string is what an agent put between the prompts (context,
 * output of its own commands), and not what a person wrote. */
int ses_line_injected(const struct ses_json *text);

/** As ses_line_title, of a command that a person gave ("/review all"), which
 * stands in tags; *to stays as it is if the text holds none. */
int ses_line_command(
    const struct ses_json *text, char **to, struct seshat_err *err);

/** The first text that a person wrote in a message's content, which is a
 * string or an array of blocks: 1 or 0. */
int ses_line_prompt(const struct ses_json *content, struct ses_json *out);

/** Append the text that a string, an array of blocks with text, or an object
 * with text or content stands for; bad UTF-8 becomes U+FFFD. */
void ses_line_text(const struct ses_json *content, struct ses_buf *out);

/** Append a tool's arguments in short: the command, path, pattern or the
 * like, else the JSON; SES_LINE_ARGS bytes at most.  A string that holds JSON
 * is opened. */
void ses_line_args(const struct ses_json *input, struct ses_buf *out);

/** What a time in a line means: RFC 3339 text, or seconds or milliseconds
 * since 1970.  In ms; 0 when it is none, or lies outside 2001 to 2100. */
int64_t ses_line_time(const struct ses_json *v);

/* The members that decide what a line is; type NUL where there is none. */
struct ses_line_field {
	const char *name;
	size_t len; /* of name */
	struct ses_json value;
	struct ses_line_field *inner; /* its own, if it is an object */
	size_t n_inner;
};
#define SES_LINE_FIELD(text)                                                   \
	{                                                                      \
		.name = (text), .len = sizeof(text) - 1                        \
	}
/* The fields of a field are an array. */
#define SES_LINE_INNER(text, fields)                                           \
	{                                                                      \
		.name = (text), .len = sizeof(text) - 1, .inner = (fields),    \
		.n_inner = sizeof(fields) / sizeof((fields)[0])                \
	}

/** Fill in the fields (n of them) in one walk over the object; a name that
 * stands twice counts once, the first time. */
void ses_line_fields(
    const struct ses_json *object, struct ses_line_field *fields, size_t n);

/** Hand out the objects of a line, of which real files glue some together,
 * until one answers non-zero, which is returned.  Before each the fields (n of
 * them, or NULL and 0) are filled in as by ses_line_fields, in the walk that
 * finds the object's end. */
int ses_line_objects(const char *line, size_t len,
    struct ses_line_field *fields, size_t n,
    int (*one)(void *arg, const struct ses_json *object), void *arg);

#endif
