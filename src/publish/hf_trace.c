/* Hugging Face's trace viewer: one file for each session, of any name. */
#include <string.h>

#include "publish/format.h"
#include "vault/key.h"

static int
takes(const char *harness)
{
	return strcmp(harness, "claude-code") == 0 ||
	       strcmp(harness, "codex") == 0;
}

static int
place(const struct ses_pub_session *s, struct ses_buf *out,
    struct seshat_err *err)
{
	ses_key_component(out, s->harness);
	ses_buf_str(out, "/");
	ses_key_component(out, s->project);
	ses_buf_str(out, "/");
	ses_key_component(out, s->id);
	ses_buf_str(out, ".jsonl");
	return ses_buf_check(out, err);
}

const struct ses_pub_format ses_pub_hf_trace = {
    .name = "hf-trace",
    .summary = "one file a session, for Hugging Face's trace viewer",
    .takes = takes,
    .place = place,
};
