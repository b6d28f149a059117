/* What Hugging Face answers. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "store/hf.h"

struct seeing {
	const struct ses_store_list *what;
	struct ses_buf last;
};

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct seeing *s = arg;

	(void)err;
	MUST(o->key[0] != '\0');
	MUST(strncmp(o->key, s->what->prefix, strlen(s->what->prefix)) == 0);
	/* in order, none twice */
	if (s->last.len > 0)
		MUST(strcmp(s->last.data, o->key) < 0);
	ses_buf_clear(&s->last);
	ses_buf_str(&s->last, o->key);
	(void)ses_buf_cstr(&s->last);
	return 0;
}

static void
listing(const struct ses_buf *text, const struct ses_store_list *what)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seeing seeing = {.what = what};
	struct ses_hf s = {0};

	ses_buf_str(&s.prefix, "p/");
	ses_buf_str(&s.hub.host, "host");
	(void)ses_buf_cstr(&s.prefix);
	(void)ses_buf_cstr(&s.hub.host);
	if (ses_hf_list_page(&s, text, what, see, &seeing, &err) < 0)
		MUST(err.code == SESHAT_EFORMAT || err.code == SESHAT_ENOMEM);
	ses_buf_free(&s.prefix);
	ses_buf_free(&s.hub.host);
	ses_buf_free(&seeing.last);
}

static void
on_failed(void *arg, const char *path, const char *why)
{
	uint64_t *n = arg;

	MUST(path != NULL && strpbrk(why, "\n\x1b") == NULL);
	(*n)++;
}

static void
answers(const struct ses_buf *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hf_batch batch;
	struct ses_hf_cas cas;
	uint64_t n = 0;

	(void)ses_hf_is_private(text);
	if (ses_hf_batch_read(text, NULL, &batch, on_failed, &n, &err) == 0)
		MUST(batch.n_failed == n || (batch.n_failed == 1 && n == 0));
	else
		MUST(err.code == SESHAT_EFORMAT || err.code == SESHAT_ENOMEM);
	if (ses_hf_cas_read(text, &cas, &err) == 0) {
		/* it becomes a line of a request */
		MUST(cas.token.len > 0 && cas.until >= 0);
		MUST(strpbrk(cas.token.data, " \r\n") == NULL);
		MUST(strlen(cas.token.data) == cas.token.len);
		MUST(strlen(cas.url.data) == cas.url.len);
		ses_hf_cas_wipe(&cas);
	}
}

/* As a bad one: its first bytes are the status, the headers come before an
 * empty line. */
static void
bad_answer(const struct ses_buf *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hf s = {.login.from = "a test"};
	struct ses_hf_call c = {.method = "GET", .does = "read from"};
	const char *gap = strstr(text->data, "\n\n");
	struct ses_buf v = {0};

	ses_buf_str(&s.bucket, "me/bucket");
	ses_buf_str(&s.hub.host, "host");
	(void)ses_buf_cstr(&s.bucket);
	(void)ses_buf_cstr(&s.hub.host);
	c.answer.status = (int)(strtol(text->data, NULL, 10) % 600);
	if (gap != NULL) {
		ses_buf_add(
		    &c.answer.headers, text->data, (size_t)(gap - text->data));
		(void)ses_buf_cstr(&c.answer.headers);
		ses_buf_str(&c.answer.body, gap + 2);
	}
	MUST(ses_hf_wait(&c.answer) >= 0);
	if (ses_hf_cursor(&c.answer, &v, &err) == 1)
		MUST(v.len > 0 && strlen(v.data) == v.len);
	if (ses_http_location(&c.answer, "https://host/x", &v))
		MUST(strpbrk(v.data, "\r\n") == NULL);
	MUST(ses_hf_fail(&s, &c, &err) == -1);
	MUST(err.code != SESHAT_OK && strpbrk(err.msg, "\n\x1b") == NULL);
	ses_hf_done(&c);
	ses_buf_free(&v);
	ses_buf_free(&s.bucket);
	ses_buf_free(&s.hub.host);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct ses_store_list all = {.prefix = ""};
	static const struct ses_store_list some = {
	    .prefix = "a", .after = "a/b", .shallow = 1};
	struct ses_buf text = {0};

	ses_buf_add(&text, data, len);
	(void)ses_buf_cstr(&text);
	if (!text.bad) {
		listing(&text, &all);
		listing(&text, &some);
		answers(&text);
		bad_answer(&text);
	}
	ses_buf_free(&text);
	return 0;
}
