/* Putting: the bytes, cut and hashed, go to the storage; the name to the hub.
 */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "net/backoff.h"
#include "store/hf.h"
#include "xet/xet.h"

#define PIECE ((size_t)1 << 20)

struct putting {
	struct ses_hf *s;
	int patient; /* so much was sent that a part is rather sent again */
};

static int
post(const struct putting *p, const char *what, const void *body, size_t len,
    struct seshat_err *err)
{
	struct ses_backoff b = ses_backoff_far();

	for (;;) {
		if (ses_hf_cas_post(p->s, what, body, len, err) == 0)
			return 0;
		if (!p->patient || p->s->notes->vain ||
		    !ses_err_retryable(err->code))
			return -1;
		if (!ses_backoff_wait(&b, p->s->notes->wait_ms)) {
			/* not all of it again, and so often again */
			p->s->notes->vain = 1;
			return -1;
		}
	}
}

static int
send_xorb(void *arg, const char hash[SES_XET_HEX], const void *xorb, size_t len,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc;

	ses_buf_fmt(&path, "/v1/xorbs/default/%s", hash);
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = post(arg, path.data, xorb, len, err);
	ses_buf_free(&path);
	return rc;
}

static int
add_file(struct ses_xet *x, const struct ses_put *what, struct seshat_err *err)
{
	char *data = ses_realloc(NULL, PIECE);
	uint64_t at = 0;
	size_t len;
	size_t got;
	int rc = 0;

	if (data == NULL)
		return ses_fail_nomem(err);
	while (rc == 0 && at < what->len) {
		len = what->len - at < PIECE ? (size_t)(what->len - at) : PIECE;
		rc = ses_fs_pread(what->fd, data, len, at, &got, err);
		if (rc == 0 && got < len)
			rc = ses_fail(err, SESHAT_EFORMAT,
			    "it became shorter while it was read");
		if (rc == 0)
			rc = ses_xet_add(x, data, len, err);
		at += len;
	}
	free(data);
	return rc;
}

/* Store the bytes: hash is their name there. */
static int
store(struct ses_hf *s, const struct ses_put *what, char hash[SES_XET_HEX],
    struct seshat_err *err)
{
	struct putting p = {.s = s, .patient = what->len > SES_XET_XORB};
	struct ses_buf shard = {0};
	struct ses_xet *x = NULL;
	int rc = ses_xet_open(&x, send_xorb, &p, err);

	if (rc == 0 && what->data != NULL)
		rc = ses_xet_add(x, what->data, what->len, err);
	else if (rc == 0)
		rc = add_file(x, what, err);
	if (rc == 0)
		rc = ses_xet_end(x, hash, &shard, err);
	if (rc == 0)
		rc = ses_buf_check(&shard, err);
	if (rc == 0)
		rc = post(&p, "/v1/shards", shard.data, shard.len, err);
	ses_xet_free(x);
	ses_buf_free(&shard);
	return rc;
}

int
ses_hf_put(void *st, const char *key, const struct ses_put *what, int64_t *when,
    struct seshat_err *err)
{
	struct ses_hf *s = st;
	char hash[SES_XET_HEX];
	const struct ses_hf_change change = {.key = key,
	    .hash = hash,
	    .is_new = (what->how & SES_PUT_CREATE) != 0};

	s->notes->down = 0;
	s->notes->vain = 0;
	if (!ses_hf_is_path(key))
		return ses_fail(err, SESHAT_EUSAGE,
		    "Hugging Face takes no name that ends in '..'");
	if (ses_hf_writable(s, err) < 0 || store(s, what, hash, err) < 0 ||
	    ses_hf_change(s, &change, 1, &s->notes->counts.put, err) < 0)
		return -1;
	*when = s->notes->date;
	return 0;
}
