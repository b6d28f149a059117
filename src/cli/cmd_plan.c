#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/cmds.h"
#include "cli/share_run.h"
#include "share/plan.h"

struct values {
	const char *repo;
};

static const struct ses_opt opts[] = {
    {"repo", 'R', SES_OPT_STRING, offsetof(struct values, repo),
	"[HOST/]OWNER/REPO",
	"the issue's repository (default: as gh finds it)"},
    {0},
};

/* What an issue's plan is opened with. */
struct opened {
	struct ses_sharing s;
	struct ses_share_plan p;
	uint64_t number;
};

static int
open_plan(struct opened *o, const struct ses_cli *cli, const char *issue,
    const char *repo, struct seshat_err *err)
{
	*o = (struct opened){0};
	if (ses_sharing_open(&o->s, cli, repo, issue, &o->number, err) < 0)
		return -1;
	return ses_share_plan_get(
	    &o->p, &o->s.github, &o->s.repo, o->number, err);
}

static void
close_plan(struct opened *o)
{
	ses_share_plan_free(&o->p);
	ses_sharing_free(&o->s);
}

/* A value as JSON: numbers and truth values as they stand. */
static void
add_value(struct ses_buf *b, const struct ses_field *f)
{
	if (f == NULL || f->kind == SES_FIELD_NULL)
		ses_buf_str(b, "null");
	else if (f->kind == SES_FIELD_INT || f->kind == SES_FIELD_BOOL)
		ses_buf_str(b, f->text);
	else
		ses_json_quote(b, f->text, strlen(f->text));
}

static int
get(const struct opened *o, const char *name, int as_json,
    struct seshat_err *err)
{
	const struct ses_field *f = ses_block_get(&o->p.header, name);
	struct ses_buf b = {0};
	int rc;

	if (f == NULL && !ses_plan_knows(name))
		return ses_fail(err, SESHAT_EUSAGE,
		    "a plan header has no field '%.100s'", name);
	if (as_json) {
		ses_buf_str(&b, "{\"success\": true, \"value\": ");
		add_value(&b, f);
		ses_buf_fmt(&b,
		    ", \"issue_number\": %" PRIu64 ", \"field\": ", o->number);
		ses_json_quote(&b, name, strlen(name));
		ses_buf_str(&b, "}\n");
	} else if (f != NULL && f->kind != SES_FIELD_NULL) {
		ses_str_safe(f->text, strlen(f->text), &b);
		ses_buf_str(&b, "\n");
	}
	rc = ses_buf_check(&b, err);
	if (rc == 0 && b.len > 0)
		(void)fwrite(b.data, 1, b.len, stdout);
	ses_buf_free(&b);
	return rc;
}

int
ses_run_plan_get(const struct ses_cli *cli, const char *issue,
    const char *field, const char *repo, int as_json, struct seshat_err *err)
{
	struct opened o;
	int rc = open_plan(&o, cli, issue, repo, err);

	if (rc == 0)
		rc = get(&o, field, as_json, err);
	close_plan(&o);
	return rc < 0 ? ses_sharing_failed(as_json, err) : rc;
}

static int
run_get(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;

	if (n_args != 2)
		return ses_fail(
		    err, SESHAT_EUSAGE, "an issue and a field are needed");
	return ses_run_plan_get(cli, args[0], args[1], v->repo, cli->json, err);
}

/* A field and the value it gets. */
struct setting {
	const char *name;
	const char *value; /* NULL: null */
};

static int
set_field(void *arg, const struct ses_buf *body, struct ses_buf *out,
    struct seshat_err *err)
{
	const struct setting *s = arg;

	return ses_plan_set(body->data, body->len, s->name, s->value, out, err);
}

static int
run_set(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct setting s;
	struct opened o;
	int rc;

	if (n_args != 3)
		return ses_fail(err, SESHAT_EUSAGE,
		    "an issue, a field and a value are needed");
	s.name = args[1];
	s.value = strcmp(args[2], "null") == 0 ? NULL : args[2];
	rc = open_plan(&o, cli, args[0], v->repo, err);
	if (rc == 0)
		rc = ses_share_plan_edit(&o.p, set_field, &s, err);
	if (rc >= 0 && cli->json)
		(void)printf("{\"success\": true, \"changed\": %s, "
			     "\"issue_number\": %" PRIu64 "}\n",
		    rc == SES_PLAN_CHANGED ? "true" : "false", o.number);
	else if (rc >= 0 && !cli->quiet)
		(void)fprintf(stderr, "issue #%" PRIu64 ": %s %s\n", o.number,
		    s.name,
		    rc != SES_PLAN_CHANGED ? "had that value"
		    : s.value == NULL      ? "is empty now"
					   : "is set");
	close_plan(&o);
	return rc < 0 ? ses_sharing_failed(cli->json, err) : 0;
}

static void
show(const struct opened *o, int as_json)
{
	const struct ses_metadata *h = &o->p.header;
	struct ses_buf b = {0};
	size_t i;

	for (i = 0; i < h->n; i++) {
		if (as_json) {
			ses_buf_str(&b, i > 0 ? ", " : "{");
			ses_json_quote(
			    &b, h->fields[i].name, strlen(h->fields[i].name));
			ses_buf_str(&b, ": ");
			add_value(&b, &h->fields[i]);
			continue;
		}
		ses_str_safe(h->fields[i].name, strlen(h->fields[i].name), &b);
		ses_buf_str(&b, ": ");
		if (h->fields[i].kind != SES_FIELD_NULL)
			ses_str_safe(
			    h->fields[i].text, strlen(h->fields[i].text), &b);
		ses_buf_str(&b, "\n");
	}
	(void)printf("%s%s", ses_buf_cstr(&b), as_json ? "}\n" : "");
	ses_buf_free(&b);
}

static int
run_show(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct opened o;
	int rc;

	if (n_args != 1)
		return ses_fail(err, SESHAT_EUSAGE, "an issue is needed");
	rc = open_plan(&o, cli, args[0], v->repo, err);
	if (rc == 0)
		show(&o, cli->json);
	close_plan(&o);
	return rc < 0 ? ses_sharing_failed(cli->json, err) : rc;
}

const struct ses_command ses_cmd_plan_get = {
    .name = "plan get",
    .summary = "print a field of a plan's header",
    .args = "ISSUE FIELD",
    .about =
	"Prints a field of the plan header in an issue. One that is not set\n"
	"prints nothing, or with --json null.",
    .examples = "  seshat plan get 42 last_session_gist_url",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 2,
    .run = run_get,
};

const struct ses_command ses_cmd_plan_set = {
    .name = "plan set",
    .summary = "set a field of a plan's header",
    .args = "ISSUE FIELD VALUE",
    .about = "Sets a field of the plan header in an issue; null empties it.\n"
	     "Every other byte of the issue stays as it is.",
    .examples = "  seshat plan set 42 learn_status completed\n"
		"  seshat plan set 42 branch_name null",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 3,
    .run = run_set,
};

const struct ses_command ses_cmd_plan_show = {
    .name = "plan show",
    .summary = "print a plan's header",
    .args = "ISSUE",
    .about = "Prints all fields of the plan header in an issue.",
    .examples = "  seshat plan show 42 --json",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 1,
    .run = run_show,
};
