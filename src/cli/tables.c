#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "cli/names.h"
#include "harness/harness.h"
#include "import/neighbour.h"
#include "publish/format.h"

/*
 * Everything that the tables of the program say, as one JSON document: what
 * tools/manual makes manual pages, completions and SKILL.md of.  Built beside
 * the program, and not installed.
 */

/* The comma before whatever is not the first of its list. */
static void
next(struct ses_buf *b)
{
	if (b->len > 0 && strchr("[{:,\n", b->data[b->len - 1]) == NULL)
		ses_buf_str(b, ",\n");
}

static void
text(struct ses_buf *b, const char *key, const char *value)
{
	next(b);
	if (key != NULL)
		ses_buf_fmt(b, "\"%s\":", key);
	if (value == NULL)
		ses_buf_str(b, "null");
	else
		ses_json_quote(b, value, strlen(value));
}

static void
open_list(struct ses_buf *b, const char *key)
{
	next(b);
	ses_buf_fmt(b, "\"%s\":[", key);
}

static void
open_object(struct ses_buf *b)
{
	next(b);
	ses_buf_str(b, "{");
}

static void
options(struct ses_buf *b, const char *key, const struct ses_opt *rows)
{
	char letter[2] = "";
	const struct ses_opt *o;

	open_list(b, key);
	for (o = rows; o->name != NULL; o++) {
		open_object(b);
		text(b, "name", o->name);
		letter[0] = o->letter;
		text(b, "letter", letter);
		text(b, "value", o->type == SES_OPT_FLAG ? NULL : o->value);
		text(b, "many", o->type == SES_OPT_LIST ? "yes" : "");
		text(b, "help", o->help);
		ses_buf_str(b, "}");
	}
	ses_buf_str(b, "]");
}

static void
outputs(struct ses_buf *b, const struct ses_output *o, const char *command)
{
	const struct ses_key *k;

	for (; o->command != NULL; o++) {
		if (strcmp(o->command, command) != 0)
			continue;
		open_object(b);
		text(b, "what", o->what);
		open_list(b, "keys");
		for (k = o->keys; k != NULL && k->name != NULL; k++) {
			open_object(b);
			text(b, "name", k->name);
			text(b, "when",
			    k->when == SES_ALWAYS ? "always" : "sometimes");
			text(b, "about", k->about);
			ses_buf_str(b, "}");
		}
		ses_buf_str(b, "]}");
	}
}

static void
command(struct ses_buf *b, const struct ses_command *c)
{
	open_object(b);
	text(b, "name", c->name);
	text(b, "summary", c->summary);
	text(b, "args", c->args);
	text(b, "about", c->about);
	text(b, "examples", c->examples);
	options(b, "options", c->opts);
	open_list(b, "json");
	outputs(b, ses_outputs, c->name);
	outputs(b, ses_outputs_more, c->name);
	ses_buf_str(b, "]}");
}

/* "session show" is "show". */
static void
aliases(struct ses_buf *b)
{
	const struct ses_command *c;
	const char *second;
	size_t at = 0;

	open_list(b, "aliases");
	while ((c = ses_group_next("session", &at, &second)) != NULL) {
		open_object(b);
		next(b);
		ses_buf_fmt(b, "\"name\":\"session %s\"", second);
		text(b, "is", c->name);
		ses_buf_str(b, "}");
	}
	ses_buf_str(b, "]");
}

static void
names(struct ses_buf *b)
{
	const struct ses_harness_ops *const *h;
	const struct ses_neighbour_ops *const *n;
	const struct ses_pub_format *const *f;

	open_list(b, "harnesses");
	for (h = ses_harnesses; *h != NULL; h++)
		text(b, NULL, (*h)->name);
	ses_buf_str(b, "]");
	open_list(b, "publish_formats");
	for (f = ses_pub_formats; *f != NULL; f++)
		text(b, NULL, (*f)->name);
	ses_buf_str(b, "]");
	open_list(b, "import_formats");
	for (n = ses_neighbours; *n != NULL; n++)
		text(b, NULL, (*n)->name);
	ses_buf_str(b, "]");
}

static void
surroundings(struct ses_buf *b)
{
	const struct ses_exit *e;
	const struct ses_variable *v;
	const struct ses_place *p;

	open_list(b, "exits");
	for (e = ses_exits; e->meaning != NULL; e++) {
		open_object(b);
		next(b);
		ses_buf_fmt(b, "\"status\":%d", e->status);
		text(b, "meaning", e->meaning);
		ses_buf_str(b, "}");
	}
	ses_buf_str(b, "]");
	open_list(b, "variables");
	for (v = ses_variables; v->name != NULL; v++) {
		open_object(b);
		text(b, "name", v->name);
		text(b, "commands", v->commands);
		text(b, "about", v->about);
		ses_buf_str(b, "}");
	}
	ses_buf_str(b, "]");
	open_list(b, "places");
	for (p = ses_places; p->path != NULL; p++) {
		open_object(b);
		text(b, "path", p->path);
		text(b, "commands", p->commands);
		text(b, "about", p->about);
		ses_buf_str(b, "}");
	}
	ses_buf_str(b, "]");
}

int
main(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_command *const *c;
	struct ses_buf b = {0};
	int rc = 1;

	open_object(&b);
	text(&b, "version", seshat_version());
	open_list(&b, "commands");
	for (c = ses_commands; *c != NULL; c++)
		command(&b, *c);
	ses_buf_str(&b, "]");
	options(&b, "globals", ses_global_opts);
	aliases(&b);
	names(&b);
	surroundings(&b);
	ses_buf_str(&b, "}\n");
	if (ses_buf_check(&b, &err) == 0 &&
	    fwrite(b.data, 1, b.len, stdout) == b.len && fflush(stdout) == 0)
		rc = 0;
	ses_buf_free(&b);
	return rc;
}
