#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "share/manifest.h"

/* Raised when what was written before could no longer be read. */
#define VERSION 1

/* A file is shorter: characters that JSON does not quote are not longer than
 * their UTF-8. */
#define FILE_MAX (UINT64_C(2) * SES_BUNDLE_FILE)

static void
add_text(struct ses_buf *out, const char *name, const char *value)
{
	ses_buf_fmt(out, "  \"%s\": ", name);
	ses_json_quote(out, value, strlen(value));
	ses_buf_str(out, ",\n");
}

void
ses_manifest_render(const struct ses_bundle *b, const char *harness,
    const char *id, const struct ses_share_text *text, struct ses_buf *out)
{
	const int is_secret =
	    b->encoding == SES_BUNDLE_AGE || b->encoding == SES_BUNDLE_GZIP_AGE;
	size_t i;

	ses_buf_fmt(out, "{\n  \"seshat_bundle\": %d,\n", VERSION);
	add_text(out, "session_id", id);
	add_text(out, "harness", harness);
	add_text(out, "encoding", ses_bundle_encoding_name(b->encoding));
	/* of what is encrypted nothing is told */
	if (!is_secret) {
		ses_buf_fmt(out, "  \"size\": %llu,\n  \"lines\": %llu,\n",
		    (unsigned long long)text->size,
		    (unsigned long long)text->lines);
		add_text(out, "sha256", text->sha256);
	}
	ses_buf_fmt(out, "  \"stored_size\": %llu,\n",
	    (unsigned long long)b->stored->size);
	add_text(out, "stored_sha256", b->sha256);
	ses_buf_str(out, "  \"files\": [");
	for (i = 0; i < b->n; i++) {
		ses_buf_fmt(out, "%s\n    {\"name\": ", i > 0 ? "," : "");
		ses_json_quote(out, b->files[i].name, strlen(b->files[i].name));
		ses_buf_fmt(out, ", \"size\": %llu, \"sha256\": \"%s\"}",
		    (unsigned long long)b->files[i].size, b->files[i].sha256);
	}
	ses_buf_fmt(out, "%s]\n}\n", b->n > 0 ? "\n  " : "");
}

void
ses_manifest_free(struct ses_manifest *m)
{
	free(m->session_id);
	free(m->harness);
	free(m->files);
	*m = (struct ses_manifest){0};
}

/* A string member without NULs, copied. */
static int
take_text(const struct ses_json *doc, const char *name, size_t max,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_json v;

	ses_buf_clear(out);
	if (ses_json_get(doc, name, &v) && v.type == '"')
		ses_json_text(&v, out);
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) < 0)
		return -1;
	if (out->len == 0 || out->len > max ||
	    memchr(out->data, '\0', out->len) != NULL)
		return ses_fail(
		    err, SESHAT_EFORMAT, "manifest: no good \"%s\"", name);
	return 0;
}

static int
take_copy(const struct ses_json *doc, const char *name, char **out,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = take_text(doc, name, 1024, &b, err);

	if (rc == 0) {
		*out = ses_str_ndup(b.data, b.len);
		rc = *out == NULL ? ses_fail_nomem(err) : 0;
	}
	ses_buf_free(&b);
	return rc;
}

static int
take_number(const struct ses_json *doc, const char *name, uint64_t *out,
    struct seshat_err *err)
{
	struct ses_json v;

	if (ses_json_get(doc, name, &v) && ses_json_u64(&v, out) == 0)
		return 0;
	return ses_fail(err, SESHAT_EFORMAT, "manifest: no good \"%s\"", name);
}

static int
take_hash(const struct ses_json *doc, const char *name,
    char out[SES_SHA256_HEX], struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = take_text(doc, name, SES_SHA256_HEX - 1, &b, err);

	if (rc == 0 && (b.len != SES_SHA256_HEX - 1 ||
			   strspn(b.data, "0123456789abcdef") != b.len))
		rc = ses_fail(
		    err, SESHAT_EFORMAT, "manifest: no good \"%s\"", name);
	if (rc == 0)
		memcpy(out, b.data, SES_SHA256_HEX);
	ses_buf_free(&b);
	return rc;
}

/* Whether the file behind the last one has an earlier one's name. */
static int
is_listed(const struct ses_manifest *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (strcmp(m->files[i].name, m->files[m->n].name) == 0)
			return 1;
	return 0;
}

static int
take_files(
    struct ses_manifest *m, const struct ses_json *doc, struct seshat_err *err)
{
	struct ses_json_walk walk;
	struct ses_buf name = {0};
	struct ses_bundle_file *f;
	struct ses_json list = {0};
	struct ses_json one;
	uint64_t sum = 0;
	int rc = 0;

	m->files = ses_calloc(SES_BUNDLE_FILES, sizeof(*m->files));
	if (m->files == NULL)
		return ses_fail_nomem(err);
	(void)ses_json_get(doc, "files", &list);
	if (list.type != '[')
		return ses_fail(
		    err, SESHAT_EFORMAT, "manifest: no good \"files\"");
	ses_json_walk(&walk, &list);
	while (rc == 0 && ses_json_next(&walk, NULL, &one)) {
		if (m->n == SES_BUNDLE_FILES) {
			rc = ses_fail(err, SESHAT_ELIMIT,
			    "manifest: over %d files", SES_BUNDLE_FILES);
			break;
		}
		f = &m->files[m->n];
		if (take_text(&one, "name", SES_BUNDLE_NAME - 1, &name, err) <
			0 ||
		    take_number(&one, "size", &f->size, err) < 0 ||
		    take_hash(&one, "sha256", f->sha256, err) < 0) {
			rc = -1;
			break;
		}
		memcpy(f->name, name.data, name.len + 1);
		if (is_listed(m) || f->size > FILE_MAX) {
			rc = ses_fail(err, SESHAT_EFORMAT,
			    "manifest: %s stands there twice, or is too long",
			    f->name);
			break;
		}
		sum += f->size;
		m->n++;
	}
	ses_buf_free(&name);
	if (rc == 0 && sum != m->stored_size)
		rc = ses_fail(err, SESHAT_EFORMAT,
		    "manifest: its files are not \"stored_size\" bytes");
	return rc;
}

static int
take(struct ses_manifest *m, const struct ses_json *doc, struct seshat_err *err)
{
	struct ses_buf name = {0};
	struct ses_json sha;
	uint64_t version = 0;
	int rc = -1;
	int e;

	if (doc->type != '{' ||
	    take_number(doc, "seshat_bundle", &version, err) < 0)
		return ses_fail(
		    err, SESHAT_EFORMAT, "manifest: it is none of seshat's");
	if (version != VERSION)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "manifest: version %llu, which a later seshat reads",
		    (unsigned long long)version);
	if (take_text(doc, "encoding", 64, &name, err) < 0)
		goto out;
	e = ses_bundle_encoding_named(name.data);
	if (e < 0) {
		ses_fail(err, SESHAT_EUNSUPPORTED,
		    "manifest: encoding '%s', which a later seshat reads",
		    name.data);
		goto out;
	}
	m->encoding = (enum ses_bundle_encoding)e;
	if (ses_json_get(doc, "sha256", &sha) &&
	    (take_hash(doc, "sha256", m->sha256, err) < 0 ||
		take_number(doc, "size", &m->size, err) < 0))
		goto out;
	if (m->sha256[0] == '\0' &&
	    (e == SES_BUNDLE_TEXT || e == SES_BUNDLE_GZIP)) {
		ses_fail(err, SESHAT_EFORMAT, "manifest: no good \"sha256\"");
		goto out;
	}
	if (take_copy(doc, "session_id", &m->session_id, err) == 0 &&
	    take_copy(doc, "harness", &m->harness, err) == 0 &&
	    take_number(doc, "stored_size", &m->stored_size, err) == 0 &&
	    take_hash(doc, "stored_sha256", m->stored_sha256, err) == 0)
		rc = take_files(m, doc, err);
out:
	ses_buf_free(&name);
	return rc;
}

int
ses_manifest_parse(const char *data, size_t len, struct ses_manifest *out,
    struct seshat_err *err)
{
	struct ses_json doc;
	int rc;

	*out = (struct ses_manifest){0};
	if (len == 0)
		return ses_fail(err, SESHAT_EFORMAT, "manifest: it is empty");
	rc = ses_json_parse(data, len, &doc, err);
	if (rc < 0)
		return ses_fail_in(err, "manifest");
	rc = take(out, &doc, err);
	if (rc < 0)
		ses_manifest_free(out);
	return rc;
}
