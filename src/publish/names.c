#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "harness/claude_code.h"
#include "publish/names.h"
#include "vault/key.h"

#define SUBAGENTS "/subagents/"
#define JSONL     ".jsonl"

int
ses_pub_all(const char *s, size_t len, const char *set)
{
	return strspn(s, set) >= len;
}

int
ses_pub_mark(const char *what, uint64_t number, size_t n, char *out,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	char hex[SES_SHA256_HEX];
	int rc;

	ses_buf_fmt(&b, "seshat publish\n%s/%" PRIu64 "\n", what, number);
	rc = ses_buf_check(&b, err);
	if (rc == 0) {
		ses_sha256_of(b.data, b.len, hex);
		memcpy(out, hex, n);
		out[n] = '\0';
	}
	ses_buf_free(&b);
	return rc;
}

/* Append len bytes as a component of a key. */
static void
add_component(struct ses_buf *out, const char *s, size_t len)
{
	char *copy = ses_str_ndup(s, len);

	if (copy == NULL)
		out->bad = 1;
	else
		ses_key_component(out, copy);
	free(copy);
}

/* Append a relative path component by component; empty ones fall away. */
static void
add_path(struct ses_buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	const char *slash;

	while (s < end) {
		slash = memchr(s, '/', (size_t)(end - s));
		if (slash == NULL)
			slash = end;
		if (slash > s) {
			add_component(out, s, (size_t)(slash - s));
			ses_buf_str(out, "/");
		}
		s = slash + 1;
	}
}

/* What stands in the source's path from "<dir>/<id>" on: of a session, or,
 * where parent is one's id of len bytes, of a subagent of it; NULL: the source
 * is not called so. */
static const char *
in_source(const struct ses_pub_session *s, const char *parent, size_t len)
{
	const char *p = s->source;
	const char *name = ses_str_basename(p);
	const char *found = NULL;

	if (parent == NULL)
		return strncmp(name, s->id, strlen(s->id)) == 0 &&
			       strcmp(name + strlen(s->id), JSONL) == 0 &&
			       name > p
			   ? name
			   : NULL;
	while ((p = strstr(p, SUBAGENTS)) != NULL) {
		if ((size_t)(p - s->source) > len &&
		    p[-(ptrdiff_t)len - 1] == '/' &&
		    memcmp(p - len, parent, len) == 0)
			found = p - len;
		p++;
	}
	return found;
}

/* The folder that the part of the path before at is in. */
static int
add_dir(const char *source, const char *at, struct ses_buf *out)
{
	const char *end = at - 1; /* the slash */
	const char *p = end;

	while (p > source && p[-1] != '/')
		p--;
	if (p == source || p == end)
		return 0;
	add_component(out, p, (size_t)(end - p));
	return 1;
}

/* Of a subagent's id what stands behind its session's; NULL: it is none. */
static const char *
dot_of(const char *id)
{
	const char *dot = strchr(id, '.');

	return dot == NULL || dot == id || dot[1] == '\0' ? NULL : dot;
}

int
ses_pub_is_claude(
    const struct ses_pub_session *s, const char *path, const char *end)
{
	const char *dot = dot_of(s->id);
	const char *at = strchr(path, '/');
	struct ses_buf want = {0};
	struct ses_buf made = {0};
	int rc = 0;

	ses_buf_str(&want, "/");
	add_component(
	    &want, s->id, dot == NULL ? strlen(s->id) : (size_t)(dot - s->id));
	ses_buf_str(&want, dot == NULL ? end : SUBAGENTS);
	if (at == NULL || at == path || want.bad)
		goto out;
	if (dot == NULL) {
		rc = strcmp(at, ses_buf_cstr(&want)) == 0;
	} else if (ses_str_starts(at, ses_buf_cstr(&want))) {
		ses_buf_str(&made, "agent-");
		ses_buf_str(&made, dot + 1);
		ses_buf_clear(&want);
		ses_buf_str(&want, "/");
		ses_key_component(&want, ses_buf_cstr(&made));
		ses_buf_str(&want, end);
		want.bad |= made.bad;
		rc = !want.bad && ses_str_ends(at, ses_buf_cstr(&want));
	}
out:
	ses_buf_free(&made);
	ses_buf_free(&want);
	return rc;
}

int
ses_pub_claude(const struct ses_pub_session *s, struct ses_buf *dir,
    struct ses_buf *rest, struct seshat_err *err)
{
	const char *dot = dot_of(s->id);
	size_t len = dot == NULL ? strlen(s->id) : (size_t)(dot - s->id);
	const char *at = in_source(s, dot == NULL ? NULL : s->id, len);
	const char *name = ses_str_basename(s->source);
	struct ses_buf made = {0};

	if (at == NULL || !add_dir(s->source, at, dir)) {
		if (s->cwd[0] != '\0')
			ses_claude_dirname(s->cwd, &made);
		else
			ses_buf_str(&made, s->project);
		ses_key_component(dir, ses_buf_cstr(&made));
		dir->bad |= made.bad;
		ses_buf_free(&made);
	}
	add_component(rest, s->id, len);
	if (dot != NULL) {
		ses_buf_str(rest, SUBAGENTS);
		if (at != NULL && name > at + len + strlen(SUBAGENTS))
			add_path(rest, at + len + strlen(SUBAGENTS),
			    (size_t)(name - at) - len - strlen(SUBAGENTS));
		ses_buf_str(&made, "agent-");
		ses_buf_str(&made, dot + 1);
		ses_key_component(rest, ses_buf_cstr(&made));
		rest->bad |= made.bad;
		ses_buf_free(&made);
	}
	return ses_buf_check(dir, err) < 0 ? -1 : ses_buf_check(rest, err);
}
