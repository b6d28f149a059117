#ifndef SES_TELL_H
#define SES_TELL_H

#include "harness/harness.h"

/* Handing out the events of a line.  e.time is set by the harness and stays;
 * text and tool are empty again after each event. */
struct ses_teller {
	int (*each)(void *arg, const struct ses_event *e);
	void *arg;
	struct ses_event e;
};

/** Hand out what is in t->e; the answer is that of each. */
int ses_tell(struct ses_teller *t, int role, int kind);

/** As ses_tell, with the text that v stands for (ses_line_text). */
int ses_tell_text(
    struct ses_teller *t, int role, int kind, const struct ses_json *v);

/** A call of the tool called name, which need not be a string; args may have
 * type NUL. */
int ses_tell_call(struct ses_teller *t, const struct ses_json *name,
    const struct ses_json *args);

/** The first of the strings as the time of the events that follow. */
void ses_tell_time(
    struct ses_teller *t, const struct ses_json *times, size_t n);

#endif
