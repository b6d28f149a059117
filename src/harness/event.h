#ifndef SES_EVENT_H
#define SES_EVENT_H

#include "base/buf.h"
#include "base/json.h"

/* What a line says, for pages, search and show --text. */
enum ses_role {
	SES_ROLE_OTHER,
	SES_ROLE_USER,
	SES_ROLE_ASSISTANT,
	SES_ROLE_TOOL,
	SES_ROLE_SYSTEM
};
enum ses_event_kind {
	SES_EVENT_OTHER,
	SES_EVENT_TEXT,
	SES_EVENT_THINKING,
	SES_EVENT_TOOL_CALL,
	SES_EVENT_TOOL_RESULT,
	SES_EVENT_IMAGE,      /* media and data; text may be empty */
	SES_EVENT_COMPACTION, /* from here on the agent knows text, a summary of
			       * what stands above, which may be empty */
	SES_EVENT_USAGE,      /* tokens; no text */
};

/* Tokens that a provider counted. */
struct ses_usage {
	uint64_t input; /* read anew; those of the cache are not among them */
	uint64_t output;
	uint64_t cache_read;
	uint64_t cache_write;
	int is_total; /* of the session up to here, not of one message */
};

/* What is not told has type NUL.  Values are slices of the line, or of the
 * teller's own text, and last as long as the call.  An event of kind OTHER
 * without text may tell of what follows (model) or that a line is there (line,
 * parent). */
struct ses_event {
	int role;              /* enum ses_role */
	int kind;              /* enum ses_event_kind */
	struct ses_json time;  /* see ses_line_time */
	struct ses_json tool;  /* name of the tool, a string */
	struct ses_json call;  /* id that joins a tool's call and its result */
	struct ses_json input; /* of a call: all its arguments; where a string
				* held them, what stands in it */
	struct ses_json model; /* that wrote the message */
	/* Of the message.  Its tokens may be told in several events and on
	 * several lines: the last one counts. */
	struct ses_json message;
	struct ses_json line;   /* id of the line, and of the one it follows: */
	struct ses_json parent; /* another than that before it: a branch */
	struct ses_json agent;  /* id of the subagent that wrote it, or that a
				 * call began */
	struct ses_json entry;  /* of a session log: all of the entry that the
				 * event is of, an object */
	struct ses_json media;  /* of an image: "image/png" */
	struct ses_json data;   /* its bytes, base64 */
	int failed;             /* of a result: the tool failed */
	int is_side;            /* a subagent's, in its parent's transcript */
	struct ses_usage usage; /* of SES_EVENT_USAGE */
	struct ses_buf text;    /* readable, decoded UTF-8; may be empty */
};

#endif
