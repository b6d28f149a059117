#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "harness/line.h"
#include "harness/session.h"

/* The longest prefix of at most max bytes that ends with a character. */
static size_t
cut(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

/* Append as much as a title takes of text, each run of spaces and control
 * characters as one space, none at the ends; bytes that are not UTF-8 become
 * U+FFFD. */
static void
add_words(struct ses_buf *out, const char *s, size_t len)
{
	size_t start = out->len;
	uint32_t c = 0;
	size_t n;
	size_t run = 0; /* bytes at s that are part of a word */

	while (run < len && out->len + run - start <= SES_LINE_TITLE) {
		n = ses_utf8_next(s + run, len - run, &c);
		if (n > 0 && c > 0x20 && !(c >= 0x7f && c <= 0xa0)) {
			run += n;
			continue;
		}
		ses_buf_add(out, s, run);
		if (n == 0)
			ses_buf_str(out, "\xef\xbf\xbd");
		else if (out->len > start && out->data[out->len - 1] != ' ')
			ses_buf_add(out, " ", 1);
		run += n == 0 ? 1 : n;
		s += run;
		len -= run;
		run = 0;
	}
	ses_buf_add(out, s, run);
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->len--;
}

/* The first bytes of a string only; a title needs no more. */
static struct ses_json
beginning(const struct ses_json *text, size_t max)
{
	struct ses_json v = *text;

	if (v.len <= max)
		return v;
	v.len =
	    cut(v.text, v.len, max - 1) + 1; /* the last byte is a quote's */
	return v;
}

int
ses_line_title(const struct ses_json *text, char **to, struct seshat_err *err)
{
	struct ses_json v = beginning(text, SES_LINE_LOOK);
	struct ses_buf raw = {0};
	struct ses_buf words = {0};
	int rc = -1;

	ses_json_text(&v, &raw);
	if (raw.len > 0)
		add_words(&words, raw.data, raw.len);
	if (ses_buf_check(&raw, err) < 0 || ses_buf_check(&words, err) < 0)
		goto out;
	rc = 0;
	if (words.len > 0)
		rc = ses_session_set(to, words.data,
		    cut(words.data, words.len, SES_LINE_TITLE), err);
out:
	ses_buf_free(&raw);
	ses_buf_free(&words);
	return rc;
}

int
ses_line_title_of(
    const char *text, size_t len, char **to, struct seshat_err *err)
{
	struct ses_buf quoted = {0};
	struct ses_json v;
	int rc;

	ses_json_quote(
	    &quoted, text, len < SES_LINE_LOOK ? len : SES_LINE_LOOK);
	rc = ses_buf_check(&quoted, err);
	if (rc == 0) {
		(void)ses_json_peek(quoted.data, quoted.len, &v);
		rc = ses_line_title(&v, to, err);
	}
	ses_buf_free(&quoted);
	return rc;
}

int
ses_line_string(
    const struct ses_json *v, size_t max, char **to, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	if (v->type != '"' || v->len > 6 * max)
		return 0;
	ses_json_text(v, &b);
	rc = ses_buf_check(&b, err);
	if (rc == 0 && b.len > 0 && b.len < max &&
	    memchr(b.data, '\0', b.len) == NULL)
		rc = ses_session_set(to, b.data, b.len, err);
	ses_buf_free(&b);
	return rc;
}

int
ses_line_injected(const struct ses_json *text)
{
	/* as seen in transcripts of Claude Code, Codex and Gemini CLI; a
	 * text that a person begins like this is lost for the title only */
	static const char *const begins[] = {
	    "<command-",
	    "<local-command-",
	    "<system-reminder",
	    "<bash-",
	    "<user-prompt-submit-hook",
	    "<task-notification",
	    "<ide_",
	    "<environment_context",
	    "<user_instructions",
	    "<permissions instructions",
	    "<session_context",
	    "<skills_instructions",
	    "<skill>",
	    "<collaboration_mode",
	    "<turn_aborted",
	    "<user_shell_command",
	    "<subagent_notification",
	    "<INSTRUCTIONS",
	    "# AGENTS.md instructions for",
	    "Caveat: The messages below were generated",
	    "[Request interrupted by user",
	};
	struct ses_json v = beginning(text, 256);
	struct ses_buf b = {0};
	const char *s;
	size_t i;
	int found = 0;

	ses_json_text(&v, &b);
	s = ses_buf_cstr(&b);
	s += strspn(s, " \t\r\n");
	for (i = 0; i < sizeof(begins) / sizeof(begins[0]) && !found; i++)
		found = ses_str_starts(s, begins[i]);
	ses_buf_free(&b);
	return found;
}

/* Append what stands between <tag> and </tag>, a space before it. */
static void
add_tagged(const char *s, const char *tag, struct ses_buf *out)
{
	struct ses_buf mark = {0};
	const char *from;
	const char *to;

	ses_buf_fmt(&mark, "<%s>", tag);
	from = strstr(s, ses_buf_cstr(&mark));
	to = from == NULL ? NULL : strstr(from, "</");
	if (to != NULL && !mark.bad) {
		from += mark.len;
		ses_buf_add(out, " ", 1);
		if (to > from)
			ses_buf_add(out, from, (size_t)(to - from));
	}
	ses_buf_free(&mark);
}

int
ses_line_command(const struct ses_json *text, char **to, struct seshat_err *err)
{
	struct ses_json v = beginning(text, SES_LINE_LOOK);
	struct ses_buf raw = {0};
	struct ses_buf words = {0};
	struct ses_buf title = {0};
	int rc = -1;

	ses_json_text(&v, &raw);
	if (strstr(ses_buf_cstr(&raw), "<command-name>/") != NULL) {
		add_tagged(raw.data, "command-name", &words);
		add_tagged(raw.data, "command-args", &words);
		add_words(&title, words.data, words.len);
	}
	if (ses_buf_check(&raw, err) < 0 || ses_buf_check(&words, err) < 0 ||
	    ses_buf_check(&title, err) < 0)
		goto out;
	rc = 0;
	if (title.len > 0)
		rc = ses_session_set(to, title.data,
		    cut(title.data, title.len, SES_LINE_TITLE), err);
out:
	ses_buf_free(&raw);
	ses_buf_free(&words);
	ses_buf_free(&title);
	return rc;
}

/* Whether nothing but white space is in it. */
static int
blank(const struct ses_json *text)
{
	size_t i;

	for (i = 1; i + 1 < text->len; i++)
		if (text->text[i] != ' ')
			return 0;
	return 1;
}

int
ses_line_prompt(const struct ses_json *content, struct ses_json *out)
{
	struct ses_json_walk w;
	struct ses_json block = {0};

	*out = *content;
	if (content->type == '"')
		return !blank(content) && !ses_line_injected(content);
	if (content->type == '[') {
		ses_json_walk(&w, content);
		while (ses_json_next(&w, NULL, &block))
			if (ses_json_get(&block, "text", out) &&
			    out->type == '"' && !blank(out) &&
			    !ses_line_injected(out))
				return 1;
	}
	*out = (struct ses_json){0};
	return 0;
}

/* As ses_json_text, and well-formed. */
static void
add_text(const struct ses_json *v, struct ses_buf *out)
{
	struct ses_buf raw = {0};
	size_t start = out->len;
	uint32_t c;
	size_t at;
	size_t n;

	ses_json_text(v, out);
	if (out->bad || out->len == start ||
	    ses_str_is_utf8(out->data + start, out->len - start))
		return;
	ses_buf_add(&raw, out->data + start, out->len - start);
	out->len = start;
	for (at = 0; at < raw.len; at += n == 0 ? 1 : n) {
		n = ses_utf8_next(raw.data + at, raw.len - at, &c);
		if (n == 0)
			ses_buf_str(out, "\xef\xbf\xbd");
		else
			ses_buf_add(out, raw.data + at, n);
	}
	out->bad |= raw.bad;
	ses_buf_free(&raw);
}

/* Text of one block or of an answer; what has none is named by its type. */
static void
add_block(const struct ses_json *block, struct ses_buf *out)
{
	struct ses_json v = {0};
	struct ses_json kind = {0};

	if (block->type == '"') {
		add_text(block, out);
	} else if (ses_json_get(block, "text", &v) && v.type == '"') {
		add_text(&v, out);
	} else if (ses_json_get(block, "type", &kind) && kind.type == '"') {
		ses_buf_add(out, "[", 1);
		add_text(&kind, out);
		ses_buf_add(out, "]", 1);
	}
}

void
ses_line_text(const struct ses_json *content, struct ses_buf *out)
{
	struct ses_json_walk w;
	struct ses_json v = *content;

	if (v.type == '{' && !ses_json_get(content, "content", &v))
		v = *content;
	if (v.type != '[') {
		add_block(&v, out);
		return;
	}
	ses_json_walk(&w, &v);
	while (ses_json_next(&w, NULL, &v)) {
		if (out->len > 0 && out->data[out->len - 1] != '\n')
			ses_buf_add(out, "\n", 1);
		add_block(&v, out);
	}
}

/* The argument that says most, of the tools that agents have. */
static int
telling(const struct ses_json *input, struct ses_json *out)
{
	static const char *const names[] = {"command", "cmd", "file_path",
	    "path", "notebook_path", "pattern", "query", "url", "description",
	    "prompt", "skill", "message"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ses_json_get(input, names[i], out) &&
		    (out->type == '"' || out->type == '['))
			return 1;
	return 0;
}

/* The words of a command, with a space between them. */
static void
add_command(const struct ses_json *words, struct ses_buf *out)
{
	struct ses_json_walk w;
	struct ses_json v = {0};

	ses_json_walk(&w, words);
	while (out->len < SES_LINE_ARGS && ses_json_next(&w, NULL, &v)) {
		if (out->len > 0)
			ses_buf_add(out, " ", 1);
		v = beginning(&v, SES_LINE_LOOK);
		add_text(&v, out);
	}
}

void
ses_line_args(const struct ses_json *input, struct ses_buf *out)
{
	struct ses_json v = *input;
	struct ses_json told = {0};
	struct ses_buf text = {0};
	struct ses_buf args = {0};

	if (v.type == '"') {
		add_text(input, &text);
		if (text.len > 0)
			(void)ses_json_peek(text.data, text.len, &v);
		if (v.type != '{')
			v = *input;
	}
	if (v.type == '{' && telling(&v, &told))
		v = told;
	if (v.type == '"') {
		v = beginning(&v, SES_LINE_LOOK);
		add_text(&v, &args);
	} else if (v.type == '[') {
		add_command(&v, &args);
	}
	if (args.len == 0 && v.type != '\0' && v.type != '"') {
		if (v.len > SES_LINE_LOOK)
			v.len = SES_LINE_LOOK;
		ses_json_compact(&args, &v);
		ses_buf_clear(&text);
		ses_str_safe(args.data, args.len, &text);
		ses_buf_clear(&args);
		ses_buf_add(&args, text.data, text.len);
	}
	if (args.len > 0)
		ses_buf_add(
		    out, args.data, cut(args.data, args.len, SES_LINE_ARGS));
	out->bad |= text.bad | args.bad;
	ses_buf_free(&text);
	ses_buf_free(&args);
}

/* None found yet; the answer has a bit for each length that a name has. */
static uint64_t
forget(struct ses_line_field *fields, size_t n)
{
	uint64_t lengths = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		fields[i].value = (struct ses_json){0};
		lengths |= (uint64_t)1 << (fields[i].len & 63);
		(void)forget(fields[i].inner, fields[i].n_inner);
	}
	return lengths;
}

/* The field with this name that was not found yet, or NULL. */
static struct ses_line_field *
sought(const struct ses_json *key, struct ses_line_field *fields, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (key->len == fields[i].len + 2 &&
		    key->text[1] == fields[i].name[0] &&
		    fields[i].value.type == '\0' &&
		    memcmp(key->text + 1, fields[i].name, key->len - 2) == 0)
			return fields + i;
	return NULL;
}

/* It recurses as deep as fields have fields. */
static void
fill(struct ses_json_walk *w, struct ses_line_field *fields, size_t n)
{
	struct ses_json_walk inner;
	struct ses_json key;
	struct ses_json value;
	struct ses_line_field *f;
	uint64_t lengths = forget(fields, n);

	while (n > 0 && ses_json_name(w, &key)) {
		f = NULL;
		/* most names have a length that none of the fields has */
		if ((lengths >> ((key.len - 2) & 63) & 1) != 0)
			f = sought(&key, fields, n);
		if (f != NULL && f->n_inner > 0) {
			ses_json_enter(w, &inner);
			fill(&inner, f->inner, f->n_inner);
			if (!ses_json_leave(w, &inner, &f->value))
				break;
		} else if (!ses_json_value(w, f == NULL ? &value : &f->value)) {
			break;
		}
	}
}

void
ses_line_fields(
    const struct ses_json *object, struct ses_line_field *fields, size_t n)
{
	struct ses_json_walk w;

	ses_json_walk(&w, object);
	fill(&w, fields, n);
}

int
ses_line_objects(const char *line, size_t len, struct ses_line_field *fields,
    size_t n, int (*one)(void *arg, const struct ses_json *object), void *arg)
{
	struct ses_json_walk w;
	struct ses_json v;
	size_t used;
	int rc = 0;

	while (rc == 0 && len > 0) {
		ses_json_open(&w, line, len);
		if (w.type == '{') {
			fill(&w, fields, n);
			used = ses_json_close(&w, &v);
		} else {
			used = ses_json_peek(line, len, &v);
		}
		if (v.type == '\0')
			break;
		if (v.type == '{')
			rc = one(arg, &v);
		line += used;
		len -= used;
	}
	return rc;
}

int64_t
ses_line_time(const struct ses_json *v)
{
	static const double first = 1e9; /* seconds: 2001 */
	static const double last = 4.1e9;
	char digits[40];
	int64_t when = 0;
	double t;

	if (v->type == '"' && v->len > 2 &&
	    ses_time_parse(v->text + 1, v->len - 2, &when) == 0)
		return when;
	if (v->type != '0' || v->len >= sizeof(digits))
		return 0;
	memcpy(digits, v->text, v->len);
	digits[v->len] = '\0';
	t = strtod(digits, NULL);
	if (t > first && t < last)
		return (int64_t)(t * 1000);
	return t > first * 1000 && t < last * 1000 ? (int64_t)t : 0;
}
