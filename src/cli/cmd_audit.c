#include <stdio.h>
#include <string.h>

#include "cli/cmds.h"
#include "cli/context.h"
#include "base/human.h"
#include "cli/pins.h"
#include "cli/progress.h"
#include "mirror/audit.h"
#include "vault/doc.h"

struct values {
	int fix;
	int take_over;
};

static const struct ses_opt opts[] = {
    {"fix", 0, SES_OPT_FLAG, offsetof(struct values, fix), NULL,
	"replace what holds secrets, and delete it"},
    {"take-over", 0, SES_OPT_FLAG, offsetof(struct values, take_over), NULL,
	"also of a machine that has been silent for a day"},
    {0},
};

struct totals {
	uint64_t sessions;
	uint64_t found; /* sessions in which there is something */
	uint64_t bytes;
	uint64_t hits;
	uint64_t left;
	uint64_t unread;
	uint64_t failed; /* sessions that cannot be looked at */
};

struct audit {
	const struct ses_cli *cli;
	const struct values *v;
	struct ses_mirror m;
	json_t *index;
	json_t *seen; /* streams, if all are looked at to be fixed */
	const struct ses_found *f; /* the session at hand */
	struct totals t;
	struct ses_progress progress;
	struct ses_progress_step step;
};

/* The beginning of a line of JSON about the session at hand. */
static json_t *
json_of(const struct audit *a)
{
	return json_pack(
	    "{s:s,s:s}", "session_id", a->f->id, "harness", a->f->harness);
}

static void
on_hit(void *arg, const struct ses_audit_hit *h)
{
	struct audit *a = arg;
	json_t *doc;

	ses_progress_clear(&a->progress);
	if (a->cli->json) {
		doc = json_of(a);
		ses_doc_set_str(doc, "stream", h->stream);
		ses_doc_set_str(doc, "part", h->part);
		if (h->line > 0)
			ses_doc_set_u64(doc, "line", h->line);
		else
			ses_doc_set_str(doc, "field", h->field);
		ses_doc_set_str(doc, "rule", h->rule);
		ses_doc_set_str(doc, "head", h->head);
		ses_doc_set_u64(doc, "bytes", h->len);
		ses_cli_print_json(doc);
		return;
	}
	(void)printf("%s/%s: ", a->f->harness, a->f->id);
	if (h->line > 0)
		(void)printf("line %llu: ", (unsigned long long)h->line);
	if (h->field != NULL)
		(void)printf("%s: ", h->field);
	(void)printf(
	    "%s: %s… (%zu bytes), in %s\n", h->rule, h->head, h->len, h->part);
}

static void
on_problem(void *arg, const char *stream, const char *part, const char *what)
{
	struct audit *a = arg;
	json_t *doc;

	ses_progress_clear(&a->progress);
	if (a->cli->json) {
		doc = json_of(a);
		ses_doc_set_str(doc, "stream", stream);
		ses_doc_set_str(doc, "part", part);
		ses_doc_set_str(doc, "problem", what);
		ses_cli_print_json(doc);
		return;
	}
	(void)fprintf(stderr, "seshat: %s/%s: ", a->f->harness, a->f->id);
	if (part != NULL && !strstr(what, part))
		(void)fprintf(stderr, "%s: ", part);
	else if (part == NULL && stream != NULL)
		(void)fprintf(stderr, "stream %s: ", stream);
	(void)fprintf(stderr, "%s\n", what);
}

static void
on_progress(void *arg, uint64_t bytes)
{
	struct audit *a = arg;

	a->step.new_bytes = a->t.bytes + bytes;
	ses_progress_show(&a->progress, &a->step);
}

/* What was found, by rule. */
static json_t *
rules_of(const struct audit *a, const struct ses_audit_result *r)
{
	json_t *rules = json_object();
	size_t i;

	for (i = 0; r->hits > 0 && i < ses_redact_rules(a->m.redact); i++)
		if (r->found.n[i] > 0)
			ses_doc_set_u64(rules,
			    ses_redact_rule_id(a->m.redact, i), r->found.n[i]);
	return rules;
}

static void
print_json(const struct audit *a, const struct ses_audit_result *r)
{
	json_t *doc = json_of(a);

	ses_doc_set_str(doc, "project", a->f->project);
	(void)json_object_set_new(doc, "no_redact", json_boolean(r->raw));
	ses_doc_set_u64(doc, "secrets", r->hits);
	(void)json_object_set_new(doc, "rules", rules_of(a, r));
	ses_doc_set_u64(doc, "left", r->left);
	ses_doc_set_u64(doc, "objects", r->objects);
	ses_doc_set_u64(doc, "bytes", r->bytes);
	ses_doc_set_u64(doc, "rewritten", r->rewritten);
	ses_doc_set_u64(doc, "deleted", r->deleted);
	ses_doc_set_u64(doc, "unread", r->unread);
	ses_cli_print_json(doc);
}

static void
print(const struct audit *a, const struct ses_audit_result *r)
{
	json_t *rules = rules_of(a, r);
	const char *sep = " (";
	const char *rule;
	json_t *n;

	(void)printf("%s/%s: %llu secret%s", a->f->harness, a->f->id,
	    (unsigned long long)r->hits, ses_human_s(r->hits));
	json_object_foreach(rules, rule, n)
	{
		(void)printf(
		    "%s%s %lld", sep, rule, (long long)json_integer_value(n));
		sep = ", ";
	}
	if (r->hits > 0)
		(void)putchar(')');
	if (r->raw)
		(void)fputs(", stored with --no-redact", stdout);
	if (a->v->fix && r->left == 0)
		(void)fputs(", fixed", stdout);
	else if (a->v->fix)
		(void)printf(", %llu not fixed", (unsigned long long)r->left);
	(void)putchar('\n');
	json_decref(rules);
}

/* Why a session that a survey found so is not to be written, or NULL. */
static const char *
not_fix(int pin)
{
	switch (pin) {
	case SES_PIN_STRAY:
		return "not fixed: its pin leads to another project; 'seshat "
		       "verify' tells more";
	case SES_PIN_REMOVED:
		return "not fixed: it was removed, and this is left over; "
		       "'seshat verify' tells more";
	default:
		return NULL;
	}
}

static int
audit_one(
    struct audit *a, const struct ses_found *f, int pin, struct seshat_err *err)
{
	const struct ses_audit_how how = {.fix = a->v->fix,
	    .not_fix = not_fix(pin),
	    .take_over = a->v->take_over,
	    .index = a->index,
	    .seen = a->seen,
	    .hit = on_hit,
	    .problem = on_problem,
	    .progress = on_progress,
	    .arg = a};
	struct ses_where w = ses_found_where(f);
	struct ses_audit_result r;
	int rc;

	a->f = f;
	rc = ses_mirror_audit(&a->m, &w, &how, &r, err);
	ses_progress_clear(&a->progress);
	a->step.done++;
	a->t.sessions++;
	a->t.bytes += r.bytes;
	a->t.hits += r.hits;
	a->t.left += r.left;
	a->t.unread += r.unread;
	a->t.found += r.hits > 0 || r.left > 0;
	if (rc < 0)
		return ses_fail_in(err, "%s/%s", f->harness, f->id);
	if (a->cli->json)
		print_json(a, &r);
	else if (r.hits > 0 || r.left > 0)
		print(a, &r);
	return 0;
}

/* One of many: that it cannot be audited is no reason to leave the others. */
static int
audit_next(struct audit *a, const char *project, const char *harness,
    const char *id, int pin, struct seshat_err *err)
{
	const struct ses_found f = {.project = (char *)(uintptr_t)project,
	    .harness = (char *)(uintptr_t)harness,
	    .id = (char *)(uintptr_t)id};

	if (audit_one(a, &f, pin, err) == 0)
		return 0;
	if (err->code == SESHAT_ENOMEM)
		return -1;
	a->t.failed++;
	ses_cli_complain(err);
	return 0;
}

/* Rows of the indexes that speak of sessions which are not there any more. */
static int
audit_rest(struct audit *a, const char *project, struct seshat_err *err)
{
	const json_t *row;
	const char *name;
	json_t *rows;
	int rc = 0;

	json_object_foreach(a->index, name, rows)
	{
		row = json_array_get(json_array_get(rows, 0), 1);
		if (rc == 0 &&
		    (project == NULL ||
			strcmp(project, ses_doc_str(row, "project")) == 0))
			rc = audit_next(a, ses_doc_str(row, "project"),
			    ses_doc_str(row, "harness"), ses_doc_str(row, "id"),
			    SES_PIN_REMOVED, err);
	}
	return rc;
}

/* Every session of the store. */
static int
audit_all(struct audit *a, struct ses_context *c, struct seshat_err *err)
{
	struct ses_buf name = {0};
	json_t *rows = NULL;
	json_t *row;
	size_t i;
	int rc = 0;

	if (ses_pins_survey(c, a->cli->project, &rows, err) < 0)
		return -1;
	if (json_array_size(rows) == 0)
		rc = ses_context_no_vault(c, err);
	a->progress = ses_progress_begin(a->cli, json_array_size(rows), 0);
	for (i = 0; i < json_array_size(rows) && rc == 0; i++) {
		row = json_array_get(rows, i);
		/* nothing but the pin is there */
		if (ses_doc_str(row, "project")[0] == '\0')
			continue;
		rc = audit_next(a, ses_doc_str(row, "project"),
		    ses_doc_str(row, "harness"), ses_doc_str(row, "id"),
		    (int)ses_doc_u64(row, "pin"), err);
		ses_buf_clear(&name);
		ses_buf_fmt(&name, "%s/%s", ses_doc_str(row, "harness"),
		    ses_doc_str(row, "id"));
		(void)json_object_del(a->index, ses_buf_cstr(&name));
	}
	if (rc == 0)
		rc = audit_rest(a, a->cli->project, err);
	if (rc == 0 && a->seen != NULL && a->t.failed == 0)
		ses_audit_finish(&a->m, a->seen);
	ses_buf_free(&name);
	json_decref(rows);
	return rc;
}

static int
audit_named(struct audit *a, struct ses_context *c, const char **args,
    int n_args, struct seshat_err *err)
{
	struct ses_found f = {0};
	int rc = 0;
	int i;

	a->progress = ses_progress_begin(a->cli, (size_t)n_args, 0);
	for (i = 0; i < n_args && rc == 0; i++) {
		rc = ses_context_find(c, args[i], &f, err);
		if (rc == 0)
			rc = audit_one(a, &f, SES_PIN_OK, err);
		ses_found_free(&f);
	}
	return rc;
}

static void
print_totals(const struct audit *a)
{
	char size[SES_HUMAN_MAX];

	ses_human_size(a->t.bytes, size);
	(void)printf("audited %llu session%s, %s: %llu secret%s in %llu "
		     "session%s",
	    (unsigned long long)a->t.sessions, ses_human_s(a->t.sessions), size,
	    (unsigned long long)a->t.hits, ses_human_s(a->t.hits),
	    (unsigned long long)a->t.found, ses_human_s(a->t.found));
	if (a->v->fix)
		(void)printf(", %llu not fixed", (unsigned long long)a->t.left);
	(void)putchar('\n');
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct audit a = {.cli = cli, .v = v};
	struct ses_mirror_opts mo;
	int rc = -1;

	if (v->take_over && !v->fix)
		return ses_fail(
		    err, SESHAT_EUSAGE, "--take-over goes with --fix");
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	c.access.waits = 1;
	if (v->fix && n_args == 0 && cli->project == NULL)
		a.seen = json_object();
	mo = ses_context_mirror(&c);
	if (ses_mirror_open(&a.m, &mo, err) == 0 &&
	    ses_audit_index(a.m.store, &a.index, err) == 0)
		rc = n_args == 0 ? audit_all(&a, &c, err)
				 : audit_named(&a, &c, args, n_args, err);
	json_decref(a.index);
	json_decref(a.seen);
	ses_mirror_free(&a.m);
	ses_context_free(&c);
	if (rc < 0)
		return -1;
	if (!cli->json && !cli->quiet)
		print_totals(&a);
	if (a.t.left > 0 && !v->fix)
		return 1;
	return a.t.left > 0 || a.t.unread > 0 || a.t.failed > 0
		   ? seshat_exit_status(SESHAT_EPARTIAL)
		   : 0;
}

const struct ses_command ses_cmd_audit = {
    .name = "audit",
    .summary = "look for secrets in what is stored, and scrub them",
    .args = "[ID...]",
    .about =
	"Scans the sessions (default: all) with the rules of today, which may\n"
	"know more than those did with which they were stored, also what was\n"
	"stored without redaction. Tells of each secret the line, the rule, how\n"
	"it begins (four characters at most), and the object it is in; never\n"
	"the secret. --fix puts new objects in the place of those and deletes\n"
	"the old ones at once; whoever is just reading them may have to begin\n"
	"again. Only the machine that stored a session changes it; --take-over\n"
	"makes it this one's. What a server keeps of deleted objects, and\n"
	"copies that others made, are not reached: change a secret that was\n"
	"stored. Exit status 1: secrets were found, and stand; 5: something\n"
	"could not be read, or not be fixed; 3: there is no vault.",
    .examples = "  seshat audit\n"
		"  seshat audit --json 3fa9c2d1\n"
		"  seshat audit --fix",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = SES_CLI_MAX_ARGS,
    .run = run,
};
