#ifndef VAULT_TEST_H
#define VAULT_TEST_H

/* A session in a store that a test writes by hand, part by part. */
#include "unit/temp.h"

#include <sys/stat.h>

#include <unistd.h>

#include "pack/member.h"
#include "pack/part.h"
#include "store/store.h"
#include "vault/key.h"

static char dir[64];
static struct ses_store *store;
static const struct ses_where where = {"demo", "codex", "0123-abcd"};

static inline int
set_up(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char url[128];

	(void)state;
	strcpy(dir, "/tmp/seshat-vault-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(url, sizeof(url), "file://%s/v", dir);
	return ses_store_open(&store, url, NULL, &err);
}

static inline int
tear_down(void **state)
{
	(void)state;
	ses_store_free(store);
	return temp_remove(dir);
}

/* A stream that a test writes by hand. */
struct writer {
	const char *stream;
	const char *w;
	int64_t opened;
	uint64_t opened_size;
	int64_t event;
	uint64_t at;
	uint32_t seq;
};

static inline void
make_part(const struct writer *w, const char *text, int torn,
    struct ses_part_head *head, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer p = {0};
	struct ses_buf extra = {0};
	size_t len = strlen(text);

	*head = (struct ses_part_head){.opened = w->opened,
	    .opened_size = w->opened_size,
	    .from = w->at,
	    .to = w->at + len,
	    .size = len,
	    .last_event = w->event,
	    .torn = torn,
	    .inside = !torn && len > 0 && text[len - 1] != '\n',
	    .x = ses_crc32(0, text, len),
	    .rules = 1};
	for (const char *c = text; *c != '\0'; c++)
		head->lines += *c == '\n';
	head->lines += torn != 0;
	memcpy(head->w, w->w, 9);
	ses_sha256_of(text, len, head->h);
	ses_sha256_of(text, len, head->k);
	ses_part_head_format(head, &extra);
	OK(ses_member_pack(&p, extra.data, extra.len, text, len, out, &err));
	ses_packer_free(&p);
	ses_buf_free(&extra);
}

static inline void
session_key(struct ses_buf *key, const char *name)
{
	ses_buf_clear(key);
	ses_key_session(key, &where);
	ses_buf_str(key, name);
	(void)ses_buf_cstr(key);
}

static inline void
put_part(struct writer *w, const char *text, int torn)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head head;
	struct ses_buf b = {0};
	struct ses_buf key = {0};
	char name[SES_PART_NAME];

	make_part(w, text, torn, &head, &b);
	ses_key_part(name, w->seq++, w->stream);
	session_key(&key, name);
	OK(ses_store_put(store, key.data,
	    &(struct ses_put){
		.data = b.data, .len = b.len, .how = SES_PUT_CREATE},
	    NULL, &err));
	if (!torn)
		w->at = head.to;
	ses_buf_free(&b);
	ses_buf_free(&key);
}

static inline void
del(const char *name)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};

	session_key(&key, name);
	OK(ses_store_del(store, key.data, &err));
	ses_buf_free(&key);
}

/* Change one byte in the middle of an object. */
static inline void
damage(const char *name)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	struct ses_buf b = {0};

	session_key(&key, name);
	OK(ses_store_read(store, key.data, 1 << 20, &b, &err));
	b.data[b.len - 12] ^= 1;
	OK(ses_store_put(store, key.data,
	    &(struct ses_put){.data = b.data, .len = b.len}, NULL, &err));
	ses_buf_free(&key);
	ses_buf_free(&b);
}

#endif
