/* Compiled rules are kept in the cache folder, since compiling takes long. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "base/xdg.h"
#include "redact/custom_set.h"

/* The file: this, the SHA-256 of the rest as hex, for each rule how it is found
 * (a byte) and the width of its matches (4, as the machine has them), then the
 * database. */
#define MAGIC "seshat rules 1\n"
#define ROW   (1 + sizeof(uint32_t))

#define FILE_MAX (256U << 20)

/* What a database depends on besides the rules. */
static void
hash_machine(struct ses_sha256 *s)
{
	const char *v = hs_version();

	ses_sha256_add(s, MAGIC, sizeof(MAGIC));
	ses_sha256_add(s, v, strlen(v) + 1);
#if defined(__x86_64__)
	{
		const char cpu[] = {__builtin_cpu_supports("avx2") ? '1' : '0',
		    __builtin_cpu_supports("avx512bw") ? '1' : '0',
		    __builtin_cpu_supports("avx512vbmi") ? '1' : '0'};

		ses_sha256_add(s, cpu, sizeof(cpu));
	}
#endif
}

static void
hash_rules(const struct ses_custom *c, struct ses_sha256 *s)
{
	const struct ses_custom_rule *r;
	const char *text;
	size_t i;
	size_t k;

	for (i = 0; i < ses_custom_rules(c); i++) {
		r = ses_custom_rule(c, i);
		ses_sha256_add(s, &r->pattern, sizeof(r->pattern));
		ses_sha256_add(s, &r->group, sizeof(r->group));
		for (k = 0; k < r->keywords.n; k++) {
			text = ses_custom_word(c, r->keywords.first + k);
			ses_sha256_add(s, text, strlen(text) + 1);
		}
		ses_sha256_add(s, "", 1);
	}
	/* also those that Hyperscan does not get: PCRE2 has taken them */
	for (i = 0; i < ses_custom_patterns(c); i++) {
		text = ses_custom_pattern(c, i)->text;
		ses_sha256_add(s, text, strlen(text) + 1);
	}
}

int
ses_custom_cache_path(
    const struct ses_custom *c, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_sha256 s;
	char hex[SES_SHA256_HEX];

	ses_sha256_init(&s);
	hash_machine(&s);
	hash_rules(c, &s);
	ses_sha256_hex(&s, hex);
	if (ses_xdg_path(SES_XDG_CACHE, "", out, err) < 0)
		return -1;
	ses_buf_fmt(out, "/rules-%.32s.hsdb", hex);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

/* A file that somebody else may write is not believed: what a database holds
 * is run. */
static int
is_ours(const char *path)
{
	struct stat sb;

	return lstat(path, &sb) == 0 && S_ISREG(sb.st_mode) &&
	       sb.st_uid == geteuid() && (sb.st_mode & 022) == 0;
}

static int
take(struct ses_custom *c, const char *data, size_t len, struct seshat_err *err)
{
	size_t head = sizeof(MAGIC) - 1 + SES_SHA256_HEX - 1;
	size_t n = ses_custom_rules(c);
	size_t rows = n * ROW;
	struct ses_custom_rule *r;
	char hex[SES_SHA256_HEX];
	hs_error_t code;
	size_t i;

	if (len < head + rows || memcmp(data, MAGIC, sizeof(MAGIC) - 1) != 0)
		return 0;
	ses_sha256_of(data + head, len - head, hex);
	if (memcmp(data + sizeof(MAGIC) - 1, hex, SES_SHA256_HEX - 1) != 0)
		return 0;
	for (i = 0; i < n; i++)
		if ((unsigned char)data[head + i * ROW] > SES_HOW_EVERY)
			return 0;
	if (len > head + rows) {
		code = hs_deserialize_database(
		    data + head + rows, len - head - rows, &c->db);
		if (code == HS_NOMEM)
			return ses_fail_nomem(err);
		if (code != HS_SUCCESS)
			return 0;
	}
	for (i = 0; i < n; i++) {
		r = ses_custom_rule(c, i);
		r->how = (enum ses_custom_how)data[head + i * ROW];
		memcpy(&r->width, data + head + i * ROW + 1, sizeof(r->width));
	}
	return 1;
}

int
ses_custom_load(struct ses_custom *c, const char *path, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = 0;

	if (access(path, F_OK) < 0)
		return 0;
	if (is_ours(path) && ses_fs_slurp(path, FILE_MAX, &b, err) == 0)
		rc = take(c, b.data, b.len, err);
	else if (b.bad || err->code == SESHAT_ENOMEM)
		rc = ses_fail_nomem(err);
	ses_buf_free(&b);
	if (rc == 0)
		ses_log(SES_DEBUG, "%s cannot be used: compiled anew", path);
	return rc;
}

int
ses_custom_save(
    const struct ses_custom *c, const char *path, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ses_buf b = {0};
	char hex[SES_SHA256_HEX] = {0};
	char *data = NULL;
	size_t head = sizeof(MAGIC) - 1 + SES_SHA256_HEX - 1;
	size_t len = 0;
	const struct ses_custom_rule *r;
	size_t i;
	char how;
	int rc = -1;

	if (c->db != NULL &&
	    hs_serialize_database(c->db, &data, &len) != HS_SUCCESS)
		return ses_fail_nomem(err);
	ses_buf_str(&b, MAGIC);
	ses_buf_add(&b, hex, sizeof(hex) - 1);
	for (i = 0; i < ses_custom_rules(c); i++) {
		r = ses_custom_rule(c, i);
		how = (char)r->how;
		ses_buf_add(&b, &how, 1);
		ses_buf_add(&b, &r->width, sizeof(r->width));
	}
	ses_buf_add(&b, data, len);
	if (ses_buf_check(&b, err) < 0)
		goto out;
	ses_sha256_of(b.data + head, b.len - head, hex);
	memcpy(b.data + sizeof(MAGIC) - 1, hex, sizeof(hex) - 1);
	ses_str_dirname(path, &dir);
	(void)ses_buf_cstr(&dir);
	if (ses_buf_check(&dir, err) == 0 &&
	    ses_fs_mkdirs(dir.data, 0700, err) == 0)
		rc = ses_fs_replace(path, b.data, b.len, 0600, 0, err);
out:
	free(data);
	ses_buf_free(&dir);
	ses_buf_free(&b);
	return rc;
}
