/* What a session is called where it is published. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "publish/one.h"
#include "vault/doc.h"
#include "vault/summary.h"

/* By the rules of now, as the text is.  Owns: the caller frees *out. */
static int
clean(struct ses_publisher *run, const char *s, char **out,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = 0;

	if (run->redact == NULL)
		rc = ses_redact_open(&run->redact, run->what->custom, err);
	if (rc == 0)
		rc = ses_redact_text(run->redact, s, strlen(s), &b, err);
	(void)ses_buf_cstr(&b);
	if (rc == 0)
		rc = ses_buf_check(&b, err);
	if (rc == 0)
		*out = b.data;
	else
		ses_buf_free(&b);
	return rc;
}

/* Names and paths go out too: in keys, and in the document beside parts. */
static int
scrub(struct ses_publishing *p, struct seshat_err *err)
{
	struct ses_pub_session *s = &p->s;
	const char **field[] = {&s->project, &s->source, &s->cwd, &s->agent,
	    &s->machine, &s->origin};
	size_t i;

	_Static_assert(sizeof(field) / sizeof(field[0]) == SES_PUB_CLEAN,
	    "as many as there is room for");
	for (i = 0; i < SES_PUB_CLEAN; i++) {
		if (clean(p->run, *field[i], &p->clean[i], err) < 0)
			return -1;
		if (strcmp(*field[i], p->clean[i]) != 0)
			p->run->t.redactions++;
		*field[i] = p->clean[i];
	}
	return 0;
}

/* Another id would be another session. */
static int
check_id(struct ses_publishing *p, struct seshat_err *err)
{
	char *id = NULL;
	int rc = clean(p->run, p->s.id, &id, err);

	if (rc == 0 && strcmp(id, p->s.id) != 0)
		rc = ses_fail(err, SESHAT_EPARTIAL,
		    "its id looks like a secret, and would be seen: the "
		    "session is left out");
	free(id);
	return rc;
}

int
ses_pub_describe(struct ses_publishing *p, struct seshat_err *err)
{
	const struct ses_publish *what = p->run->what;
	const struct ses_where *w = &p->from;
	struct ses_pub_session *s = &p->s;

	if (ses_vault_summary(what->from, w, NULL, &p->summary, err) < 0)
		return -1;
	*s = (struct ses_pub_session){.project = w->project,
	    .harness = w->harness,
	    .id = w->id,
	    .source = ses_doc_str(p->summary, "source_path"),
	    .cwd = ses_doc_str(p->summary, "cwd"),
	    .agent = ses_doc_str(p->summary, "agent_id"),
	    .machine = what->machine,
	    .origin = ses_doc_str(p->summary, "imported_from"),
	    .started = ses_doc_time(p->summary, "started_at"),
	    .ended = ses_doc_time(p->summary, "ended_at"),
	    .last_event = ses_doc_time(p->summary, "last_event_at")};
	if (s->machine == NULL)
		s->machine = ses_doc_str(p->summary, "host");
	if (s->machine[0] == '\0')
		s->machine = "seshat";
	if (s->last_event == 0)
		s->last_event = ses_doc_time(p->summary, "opened_at");
	return check_id(p, err) < 0 ? -1 : scrub(p, err);
}

/* Whether a place is one that the user's name of the machine means. */
static int
is_of_machine(const struct ses_publishing *p, const char *place)
{
	struct ses_buf b = {0};
	int rc = 1;

	if (p->run->what->format->by_machine && p->run->what->machine != NULL) {
		ses_key_component(&b, p->s.machine);
		ses_buf_str(&b, "/");
		rc = ses_str_starts(place, ses_buf_cstr(&b));
		ses_buf_free(&b);
	}
	return rc;
}

/* Whether it may stay where it was put, a place in whose name a rule of now
 * sees no secret: 1, 0 or -1. */
static int
may_stay(struct ses_publishing *p, struct seshat_err *err)
{
	const char *place = p->state.place;
	char *text = NULL;
	int rc;

	if (place == NULL || !is_of_machine(p, place))
		return 0;
	rc = clean(p->run, place, &text, err);
	if (rc == 0)
		rc = strcmp(text, place) == 0;
	free(text);
	return rc;
}

/* The place from which it was imported: of its URL what the format calls so. */
static int
add_origin(struct ses_publishing *p, struct ses_buf *out)
{
	const struct ses_pub_format *f = p->run->what->format;
	const char *at = strstr(p->s.origin, "://");
	struct ses_buf key = {0};
	int found = 0;

	if (f->is_place == NULL || at == NULL)
		return 0;
	at += strlen("://");
	ses_buf_add(&key, at, strcspn(at, "?"));
	for (at = ses_buf_cstr(&key); !found && at != NULL;) {
		at = strchr(at, '/');
		if (at != NULL)
			at++;
		found = at != NULL && ses_store_is_key(at) &&
			f->is_place(&p->s, at) && is_of_machine(p, at);
	}
	if (found) {
		ses_buf_str(out, at);
		if (f->number != NULL)
			ses_buf_str(out, "/");
	}
	out->bad |= key.bad;
	ses_buf_free(&key);
	return found;
}

int
ses_pub_find_place(struct ses_publishing *p, struct seshat_err *err)
{
	struct ses_pub_state *was = &p->state;
	struct ses_buf b = {0};
	int rc = may_stay(p, err);

	if (rc > 0)
		ses_buf_str(&b, was->place);
	else if (rc == 0 && !add_origin(p, &b))
		rc = p->run->what->format->place(&p->s, &b, err);
	(void)ses_buf_cstr(&b);
	if (rc >= 0)
		rc = ses_buf_check(&b, err);
	if (rc == 0 &&
	    (was->place == NULL || strcmp(was->place, b.data) != 0)) {
		was->parts.n = 0;
		was->pending[0] = '\0';
		p->is_behind = 0;
		free(was->place);
		was->place = ses_str_dup(b.data);
	}
	if (rc == 0) {
		p->place = ses_str_dup(b.data);
		if (p->place == NULL || was->place == NULL)
			rc = ses_fail_nomem(err);
	}
	ses_buf_free(&b);
	return rc;
}
