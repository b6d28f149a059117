/* Manifests in gists that anybody may have written: what is read can be relied
 * on, and is read again the same from what is written of it. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "share/manifest.h"

static void
check_hex(const char *hex)
{
	MUST(strlen(hex) == SES_SHA256_HEX - 1);
	MUST(strspn(hex, "0123456789abcdef") == SES_SHA256_HEX - 1);
}

static void
check(const struct ses_manifest *m)
{
	const int is_secret =
	    m->encoding == SES_BUNDLE_AGE || m->encoding == SES_BUNDLE_GZIP_AGE;
	uint64_t sum = 0;
	size_t i;

	MUST(m->session_id[0] != '\0' && m->harness[0] != '\0');
	MUST(m->n <= SES_BUNDLE_FILES);
	check_hex(m->stored_sha256);
	if (!is_secret || m->sha256[0] != '\0')
		check_hex(m->sha256);
	for (i = 0; i < m->n; i++) {
		check_hex(m->files[i].sha256);
		MUST(memchr(m->files[i].name, '\0', SES_BUNDLE_NAME) != NULL);
		MUST(m->files[i].name[0] != '\0');
		sum += m->files[i].size;
	}
	MUST(sum == m->stored_size);
}

/* Write it and read that. */
static void
check_again(const struct ses_manifest *m)
{
	static struct ses_bundle b;
	struct ses_spool stored = {.size = m->stored_size};
	struct ses_share_text text = {.size = m->size};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_manifest again;
	struct ses_buf out = {0};

	b = (struct ses_bundle){
	    .encoding = m->encoding, .stored = &stored, .n = m->n};
	memcpy(b.sha256, m->stored_sha256, sizeof(b.sha256));
	memcpy(text.sha256, m->sha256, sizeof(text.sha256));
	if (m->n > 0)
		memcpy(b.files, m->files, m->n * sizeof(*m->files));
	ses_manifest_render(&b, m->harness, m->session_id, &text, &out);
	MUST(!out.bad);
	MUST(ses_manifest_parse(out.data, out.len, &again, &err) == 0);
	MUST(again.n == m->n && again.stored_size == m->stored_size);
	MUST(strcmp(again.session_id, m->session_id) == 0);
	MUST(strcmp(again.harness, m->harness) == 0);
	ses_manifest_free(&again);
	ses_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_manifest m;

	if (ses_manifest_parse((const char *)data, len, &m, &err) < 0) {
		MUST(err.msg[0] != '\0');
		MUST(m.files == NULL && m.session_id == NULL);
		return 0;
	}
	check(&m);
	check_again(&m);
	ses_manifest_free(&m);
	return 0;
}
