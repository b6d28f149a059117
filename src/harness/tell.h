#ifndef SES_TELL_H
#define SES_TELL_H

#include "harness/harness.h"

/*
 * Handing out the events of a line.  What holds for the whole line a harness
 * sets in e behind ses_tell_begin, and it stays: time, model, message, line,
 * parent, agent, entry, is_side.  All else is empty again after each event.
 */
struct ses_teller {
	int (*each)(void *arg, const struct ses_event *e);
	void *arg;
	const struct ses_line_field *fields; /* of ses_line_objects */
	struct ses_event e;
	size_t told;          /* events since ses_tell_begin */
	struct ses_buf inner; /* JSON that stood in a string */
};

/** Tell each what the objects of a line say (ses_line_objects, which fills in
 * fields): one is called with a teller that has them.  Answers what one
 * answered last: non-zero ends it. */
int ses_tell_objects(const char *line, size_t len,
    struct ses_line_field *fields, size_t n,
    int (*one)(void *teller, const struct ses_json *object),
    int (*each)(void *arg, const struct ses_event *e), void *arg);

/** Before an object of the line: what the one before set is forgotten. */
void ses_tell_begin(struct ses_teller *t);

/** Release. */
void ses_tell_end(struct ses_teller *t);

/** v if it is a string with something in it; else type NUL. */
struct ses_json ses_tell_string(const struct ses_json *v);

/** Hand out what is in t->e; the answer is that of each. */
int ses_tell(struct ses_teller *t, int role, int kind);

/** As ses_tell, with the text that v stands for (ses_line_text). */
int ses_tell_text(
    struct ses_teller *t, int role, int kind, const struct ses_json *v);

/** A call of the tool called name, which need not be a string; args may have
 * type NUL, or be a string that holds JSON. */
int ses_tell_call(struct ses_teller *t, const struct ses_json *name,
    const struct ses_json *args);

/** As ses_tell_call, of an object that holds all of it: the paths
 * (ses_json_path) of the call's id, the tool's name and the arguments. */
int ses_tell_call_of(struct ses_teller *t, const struct ses_json *object,
    const char *id, const char *name, const char *args);

/** An image of this type, which may be untold, and these bytes in base64. */
int ses_tell_image(struct ses_teller *t, int role, const struct ses_json *media,
    const struct ses_json *data);

/** Whether a block of a message holds an image: 1, and its type and bytes; 0
 * also if its bytes are elsewhere. */
typedef int ses_tell_is_image(const struct ses_json *block,
    struct ses_json *media, struct ses_json *data);

/** The images among the blocks of content; those of a result with its call. */
int ses_tell_images(struct ses_teller *t, int role,
    const struct ses_json *content, ses_tell_is_image *is_image);

/** The text of content, which may be a list of blocks, if there is any or it is
 * that of a result; and then the images in it. */
int ses_tell_content(struct ses_teller *t, int role, int kind,
    const struct ses_json *content, ses_tell_is_image *is_image);

/** Whether url is "data:image/png;base64,..."; what is set begins and ends with
 * what delimits it there instead of with a quote. */
int ses_tell_data_url(
    const struct ses_json *url, struct ses_json *media, struct ses_json *data);

/** Images as OpenAI's interfaces spell them: "input_image" or "image_url" with
 * such an URL. */
int ses_tell_openai_image(const struct ses_json *block, struct ses_json *media,
    struct ses_json *data);

/** As Anthropic's: {"type":"image","source":{"media_type":...,"data":...}}. */
int ses_tell_anthropic_image(const struct ses_json *block,
    struct ses_json *media, struct ses_json *data);

/** As Pi and its kin: {"type":"image","mimeType":...,"data":...}. */
int ses_tell_pi_image(const struct ses_json *block, struct ses_json *media,
    struct ses_json *data);

/** As Anthropic's, Pi's or OpenAI's. */
int ses_tell_any_image(const struct ses_json *block, struct ses_json *media,
    struct ses_json *data);

/* What an agent calls its tokens; NULL: it does not tell. */
struct ses_tell_tokens {
	const char *input;
	const char *output;
	const char *cache_read;
	const char *cache_write;
	int cache_is_input; /* those of the cache are counted in input, too */
	int is_total;       /* see struct ses_usage */
};

/** The tokens that object tells; none of the names in it: no event. */
int ses_tell_usage(struct ses_teller *t, const struct ses_json *object,
    const struct ses_tell_tokens *names);

/** The first of the strings as the time of the events that follow. */
void ses_tell_time(
    struct ses_teller *t, const struct ses_json *times, size_t n);

#endif
