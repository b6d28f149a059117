/* A skill that ran in a session, as its log tells. */
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "render/html.h"
#include "render/talking.h"

#define TRIES 50 /* attempts that are shown */

enum {
	SKILL,
	PHASE,
	ROOT,
	INPUT,
	ATTEMPTS,
	STATUS,
	FILE_PATH,
	MODEL,
	DURATION
};

static const char *const names[] = {"skill", "phase", "project_root", "input",
    "attempts", "final_status", "file_path", "model_used", "duration_ms"};
#define N_NAMES (sizeof(names) / sizeof(names[0]))

/* What the attempts come to. */
struct tries {
	uint64_t n;
	int verified; /* the last one */
	struct ses_json model;
};

static int
begins_with(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strncasecmp(s, *words, strlen(*words)) == 0)
			return 1;
	return 0;
}

/* Logs spell what came of it as they like. */
static const char *
class_of(const struct ses_json *status)
{
	static const char *const good[] = {
	    "success", "ok", "pass", "done", "complete", "verified", NULL};
	static const char *const bad[] = {
	    "fail", "error", "abort", "timeout", "timed", "denied", NULL};
	struct ses_buf text = {0};
	const char *class = "";

	ses_json_text(status, &text);
	if (begins_with(ses_buf_cstr(&text), good))
		class = " good";
	else if (begins_with(ses_buf_cstr(&text), bad))
		class = " bad";
	ses_buf_free(&text);
	return class;
}

static struct tries
look_at_tries(const struct ses_json *attempts)
{
	struct tries tries = {0};
	struct ses_json_walk w;
	struct ses_json v;
	struct ses_json attempt;

	ses_json_walk(&w, attempts);
	while (attempts->type == '[' && ses_json_next(&w, NULL, &attempt)) {
		tries.n++;
		(void)ses_json_get(&attempt, "model", &tries.model);
		(void)ses_json_get(&attempt, "verified", &v);
		tries.verified = v.type == 't';
	}
	return tries;
}

/* "850 ms", "1.2 s", "3 min 5 s". */
static void
add_duration(struct ses_buf *out, const struct ses_json *v)
{
	uint64_t ms;

	if (ses_json_u64(v, &ms) < 0)
		return;
	ses_buf_str(out, " · ");
	if (ms < 1000)
		ses_buf_fmt(out, "%llu ms", (unsigned long long)ms);
	else if (ms < 60000)
		ses_buf_fmt(out, "%llu.%llu s", (unsigned long long)(ms / 1000),
		    (unsigned long long)(ms % 1000 / 100));
	else
		ses_buf_fmt(out, "%llu min %llu s",
		    (unsigned long long)(ms / 60000),
		    (unsigned long long)(ms % 60000 / 1000));
}

static void
add_time(struct ses_buf *out, int64_t when)
{
	char text[SES_TIME_MAX];

	if (when == 0)
		return;
	ses_time_format(when, text);
	ses_buf_fmt(out, " <time datetime=\"%s\">%.10s %.8s</time>", text, text,
	    text + 11);
}

static void
add_summary(struct ses_talk *t, const struct ses_talk_run *run,
    const struct ses_json *v)
{
	struct tries tries = look_at_tries(&v[ATTEMPTS]);
	const struct ses_json *model =
	    v[MODEL].type == '"' ? &v[MODEL] : &tries.model;

	ses_buf_str(&t->page, "<summary><span class=\"kind\">Skill</span> "
			      "<b class=\"who\">");
	ses_html_json(&t->page, &v[SKILL]);
	ses_buf_str(&t->page, "</b>");
	if (v[PHASE].type == '"' && v[PHASE].len > 2) {
		ses_buf_str(&t->page, " <span class=\"call\">");
		ses_html_json(&t->page, &v[PHASE]);
		ses_buf_str(&t->page, "</span>");
	}
	if (v[STATUS].type == '"' && v[STATUS].len > 2) {
		ses_buf_fmt(&t->page, " <strong class=\"status%s\">",
		    class_of(&v[STATUS]));
		ses_html_json(&t->page, &v[STATUS]);
		ses_buf_str(&t->page, "</strong>");
	}
	ses_buf_str(&t->page, " <span class=\"call\">");
	if (tries.n > 0) {
		ses_talk_number(&t->page, tries.n);
		ses_buf_fmt(&t->page, " attempt%s, %s", tries.n == 1 ? "" : "s",
		    tries.verified ? "verified" : "not verified");
	} else {
		ses_buf_str(&t->page, "no attempts");
	}
	add_duration(&t->page, &v[DURATION]);
	ses_buf_str(&t->page, "</span>");
	if (model->type == '"' && model->len > 2) {
		ses_buf_str(&t->page, " <span class=\"model\">");
		ses_html_json(&t->page, model);
		ses_buf_str(&t->page, "</span>");
	}
	add_time(&t->page, run->time);
	ses_buf_str(&t->page, "</summary>\n");
}

static void
add_row(struct ses_talk *t, const char *name, const struct ses_json *v)
{
	if (v->type != '"' || v->len <= 2)
		return;
	ses_buf_fmt(&t->page, "<tr><th scope=\"row\">%s</th><td>", name);
	ses_html_json(&t->page, v);
	ses_buf_str(&t->page, "</td></tr>\n");
}

static void
add_source(struct ses_talk *t, const struct ses_talk_run *run)
{
	ses_buf_str(&t->page, "<tr><th scope=\"row\">session log</th><td>");
	if (run->href != NULL) {
		ses_buf_str(&t->page, "<a href=\"");
		ses_html_str(&t->page, run->href);
		ses_buf_str(&t->page, "\">");
	}
	ses_html_str(&t->page, run->log);
	ses_buf_fmt(&t->page, ", line %llu%s</td></tr>\n",
	    (unsigned long long)run->line, run->href != NULL ? "</a>" : "");
}

/* With a name, as it is; without one, Markdown. */
static void
add_text(struct ses_talk *t, const char *name, const struct ses_json *v)
{
	struct ses_buf text = {0};

	if (v->type != '"' || v->len <= 2)
		return;
	ses_json_text(v, &text);
	if (name == NULL) {
		ses_talk_markdown(t, text.data, text.len);
	} else {
		ses_buf_fmt(&t->page, "<p class=\"name\">%s</p>\n", name);
		ses_talk_pre(t, text.data, text.len);
	}
	t->page.bad |= text.bad;
	ses_buf_free(&text);
}

static void
add_try(struct ses_talk *t, const struct ses_json *attempt, uint64_t number)
{
	struct ses_json model = {0};
	struct ses_json said = {0};
	struct ses_json runner = {0};
	struct ses_json verified = {0};
	struct ses_json n = {0};

	(void)ses_json_get(attempt, "attempt", &n);
	(void)ses_json_get(attempt, "model", &model);
	(void)ses_json_get(attempt, "output_summary", &said);
	(void)ses_json_get(attempt, "runner_output", &runner);
	(void)ses_json_get(attempt, "verified", &verified);
	(void)ses_json_u64(&n, &number);
	ses_buf_fmt(&t->page,
	    "<li><p><b>Attempt %llu</b> <span class=\"status%s\">%s</span>",
	    (unsigned long long)number, verified.type == 't' ? " good" : "",
	    verified.type == 't' ? "verified" : "not verified");
	if (model.type == '"' && model.len > 2) {
		ses_buf_str(&t->page, " <span class=\"model\">");
		ses_html_json(&t->page, &model);
		ses_buf_str(&t->page, "</span>");
	}
	ses_buf_str(&t->page, "</p>\n");
	add_text(t, NULL, &said);
	add_text(t, "output of the runner", &runner);
	ses_buf_str(&t->page, "</li>\n");
}

static void
add_tries(struct ses_talk *t, const struct ses_json *attempts)
{
	struct ses_json_walk w;
	struct ses_json attempt;
	uint64_t n = 0;

	ses_json_walk(&w, attempts);
	if (attempts->type != '[' || !ses_json_next(&w, NULL, &attempt))
		return;
	ses_buf_str(&t->page, "<ol class=\"tries\">\n");
	do
		add_try(t, &attempt, ++n);
	while (n < TRIES && ses_json_next(&w, NULL, &attempt));
	ses_buf_str(&t->page, "</ol>\n");
	if (n == TRIES)
		ses_talk_left_out(t, (size_t)(w.end - w.p));
}

static void
add_inside(struct ses_talk *t, const struct ses_talk_run *run,
    const struct ses_json *v)
{
	struct ses_event input = {.input = v[INPUT]};

	ses_buf_str(&t->page, "<table class=\"args\">\n");
	add_row(t, "file", &v[FILE_PATH]);
	add_row(t, "folder", &v[ROOT]);
	add_source(t, run);
	ses_buf_str(&t->page, "</table>\n");
	if (v[INPUT].type != '\0' && v[INPUT].type != 'n') {
		ses_buf_str(&t->page, "<p class=\"name\">input</p>\n");
		ses_talk_tool(t, &input);
	}
	add_tries(t, &v[ATTEMPTS]);
}

/* More stand here than are shown. */
static void
add_more(struct ses_talk *t, const struct ses_talk_run *run)
{
	ses_buf_str(&t->page, "<p class=\"runs\">");
	ses_talk_number(&t->page, run->n);
	ses_buf_fmt(&t->page, " %s skill run%s stand%s here",
	    run->is_before ? "earlier" : "more", run->n == 1 ? "" : "s",
	    run->n == 1 ? "s" : "");
	if (run->href != NULL) {
		ses_buf_str(&t->page, ": <a href=\"");
		ses_html_str(&t->page, run->href);
		ses_buf_fmt(
		    &t->page, "\">show %s</a>", run->n == 1 ? "it" : "them");
	}
	ses_buf_str(&t->page, ".</p>\n");
}

void
ses_talk_run(struct ses_talk *t, const struct ses_talk_run *run)
{
	struct ses_json v[N_NAMES] = {{0}};
	struct ses_json entry = {0};
	struct ses_json cut = {0};
	const char *raw = t->how.raw;
	uint64_t line = t->line;
	size_t i;

	if (run->n > 0) {
		add_more(t, run);
		return;
	}
	(void)ses_json_peek(run->data, run->len, &entry);
	for (i = 0; i < N_NAMES; i++)
		(void)ses_json_get(&entry, names[i], &v[i]);
	(void)ses_json_get(&entry, "truncated", &cut);
	/* what is left out is in the log */
	t->how.raw = run->raw;
	t->line = run->line;
	ses_buf_str(&t->page, "<article class=\"turn run\" id=\"");
	ses_html_str(&t->page, run->anchor);
	ses_buf_str(&t->page, "\"><a class=\"at\" href=\"#");
	ses_html_str(&t->page, run->anchor);
	ses_buf_fmt(&t->page,
	    "\" aria-label=\"Session log, line %llu\">log</a>\n<details>",
	    (unsigned long long)run->line);
	add_summary(t, run, v);
	add_inside(t, run, v);
	if (cut.type == 't')
		ses_buf_str(&t->page, "<p class=\"cut\">Long fields are cut; "
				      "the log has all of them.</p>\n");
	ses_buf_str(&t->page, "</details></article>\n");
	t->how.raw = raw;
	t->line = line;
}
