#include <stdlib.h>
#include <string.h>

#include "cli/doctor.h"
#include "net/url.h"
#include "store/probe.h"

#define CLOCK_MS 60000 /* more is worth a word */

static const char *
advice_on(int code)
{
	switch (code) {
	case SESHAT_ENET:
		return "look at the network, the endpoint, and proxies "
		       "(https_proxy, no_proxy)";
	case SESHAT_EUSAGE:
		return "name another store (--store, or 'seshat init')";
	default:
		return NULL;
	}
}

static void
tell_encryption(struct ses_doctor *d, const struct ses_store_about *about)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	struct ses_url u = {0};

	ses_buf_fmt(&text, "%s://%s", about->scheme, about->host);
	if (strcmp(about->scheme, "https") == 0)
		ses_doctor_tell(d, SES_FINDING_OK, "tls", NULL,
		    "encrypted, and the server's certificate is trusted");
	else if (ses_url_parse(&u, ses_buf_cstr(&text), &ignored) == 0 &&
		 ses_url_is_loopback(&u))
		ses_doctor_tell(d, SES_FINDING_OK, "tls", NULL,
		    "not encrypted, and does not leave this machine");
	else
		ses_doctor_tell(d, SES_FINDING_WARNING, "tls",
		    "use an endpoint with https://",
		    "not encrypted: who is on the way to %s can read the "
		    "sessions",
		    about->host);
	ses_url_free(&u);
	ses_buf_free(&text);
}

static void
tell_region(struct ses_doctor *d, const char *region, const char *before)
{
	if (strcmp(before, region) != 0)
		ses_doctor_tell(d, SES_FINDING_WARNING, "region",
		    "put the right one into the store's URL (region=...) or "
		    "into config.yaml: it saves a request at each start",
		    "the bucket is in region %s, not in %s", region, before);
	else
		ses_doctor_tell(
		    d, SES_FINDING_OK, "region", NULL, "region %s", region);
}

/* Where it is and as whom it is spoken to. */
static void
tell_place(struct ses_doctor *d, const struct ses_probe *p, const char *before)
{
	struct ses_store_about about = ses_store_about(d->c->store);
	int is_hub = about.region == NULL;

	if (about.host == NULL)
		return;
	ses_doctor_tell(d, SES_FINDING_OK, "reach", NULL,
	    "%s answers in %lld ms", about.host, (long long)p->took_ms);
	tell_encryption(d, &about);
	if (about.keys != NULL)
		ses_doctor_tell(d, SES_FINDING_OK, "credentials", NULL,
		    is_hub ? "the token is that of %s"
			   : "the keys are those of %s",
		    about.keys);
	if (is_hub && about.is_private)
		ses_doctor_tell(d, SES_FINDING_OK, "private", NULL,
		    "the bucket is private: others cannot read it");
	if (!is_hub)
		tell_region(d, about.region, before);
}

static void
tell_right(struct ses_doctor *d, const struct ses_probe *p, int what)
{
	static const char *const rights[] = {
	    [SES_PROBE_LIST] = "the keys need the right to list "
			       "(s3:ListBucket)",
	    [SES_PROBE_DELETE] = "allow it (s3:DeleteObject), or 'rm' and "
				 "'compact' fail, and what a merge replaces "
				 "stays",
	    [SES_PROBE_PUT] = "the keys need the right to write "
			      "(s3:PutObject); without it the vault can only "
			      "be read",
	    [SES_PROBE_GET] = "the keys need the right to read "
			      "(s3:GetObject)",
	};
	static const char *const hub_rights[] = {
	    [SES_PROBE_LIST] = "the token needs the right to read the bucket",
	    [SES_PROBE_DELETE] = "the token needs the right to write to the "
				 "bucket, or 'rm' and 'compact' fail",
	    [SES_PROBE_PUT] = "the token needs the right to write to the "
			      "bucket; without it the vault can only be read",
	    [SES_PROBE_GET] = "the token needs the right to read the bucket",
	};
	const struct ses_probe_result *r = &p->of[what];
	const char *name = ses_probe_name(what);
	int is_here = (ses_store_caps(d->c->store) & SES_STORE_LOCAL) != 0;
	int is_hub = ses_store_about(d->c->store).region == NULL;

	if (r->state == SES_PROBE_OK)
		ses_doctor_tell(
		    d, SES_FINDING_OK, name, NULL, "%s: allowed", name);
	else if (r->state == SES_PROBE_FAILED)
		ses_doctor_tell(d,
		    what == SES_PROBE_DELETE ? SES_FINDING_WARNING
					     : SES_FINDING_PROBLEM,
		    name,
		    r->why.code == SESHAT_EAUTH && !is_here
			? (is_hub ? hub_rights : rights)[what]
			: advice_on(r->why.code),
		    "%s", r->why.msg);
}

static void
tell_conditions(struct ses_doctor *d, const struct ses_probe *p)
{
	const struct ses_probe_result *create = &p->of[SES_PROBE_CREATE];
	int is_here = (ses_store_caps(d->c->store) & SES_STORE_LOCAL) != 0;

	if (create->state == SES_PROBE_OK)
		ses_doctor_tell(d, SES_FINDING_OK, "create-only", NULL,
		    is_here ? "what is stored is never replaced (tried)"
			    : "create-only is honoured (tried): what is "
			      "stored is never replaced");
	else if (create->state == SES_PROBE_UNHEEDED)
		ses_doctor_tell(d, SES_FINDING_WARNING, "create-only",
		    "never copy the state folder to a second machine that "
		    "mirrors here",
		    "create-only is not honoured%s: seshat looks before it "
		    "writes, which costs requests",
		    ses_store_caps(d->c->store) & SES_STORE_CREATE_ONLY
			? " (tried)"
			: "");
	else if (create->state == SES_PROBE_FAILED)
		ses_doctor_tell(d, SES_FINDING_PROBLEM, "create-only",
		    is_here ? "keep the vault on another file system" : NULL,
		    "%s", create->why.msg);
	if (p->of[SES_PROBE_MATCH].state == SES_PROBE_OK)
		ses_doctor_tell(d, SES_FINDING_OK, "match", NULL,
		    "If-Match is honoured (tried)");
	else if (p->of[SES_PROBE_MATCH].state == SES_PROBE_UNHEEDED)
		ses_doctor_tell(d, SES_FINDING_OK, "match", NULL,
		    "If-Match is not honoured (tried): done without");
	else if (p->of[SES_PROBE_MATCH].state == SES_PROBE_FAILED)
		ses_doctor_tell(d, SES_FINDING_PROBLEM, "match", NULL, "%s",
		    p->of[SES_PROBE_MATCH].why.msg);
}

static void
tell_clock(struct ses_doctor *d, const struct ses_probe *p)
{
	if (!p->has_time)
		return;
	if (llabs(p->skew_ms) < CLOCK_MS)
		ses_doctor_tell(d, SES_FINDING_OK, "clock", NULL,
		    "this machine's clock agrees with the store's");
	else
		ses_doctor_tell(d, SES_FINDING_WARNING, "clock",
		    "let the clock be set by the network (timedatectl "
		    "set-ntp true)",
		    "this machine's clock is %lld s %s the store's",
		    llabs(p->skew_ms) / 1000,
		    p->skew_ms > 0 ? "ahead of" : "behind");
}

/* Whether nothing can be done: for one reason, most likely, told once. */
static int
is_refused(const struct ses_probe *p)
{
	int i;

	for (i = SES_PROBE_LIST; i <= SES_PROBE_GET; i++)
		if (p->of[i].state == SES_PROBE_OK)
			return 0;
	return 1;
}

static void
tell_refused(struct ses_doctor *d, const struct seshat_err *why)
{
	struct ses_store_about about = ses_store_about(d->c->store);
	struct ses_buf advice = {0};

	if (why->code == SESHAT_EAUTH && about.keys != NULL)
		ses_buf_fmt(&advice,
		    "these keys, from %s, can do nothing here: take others "
		    "('seshat init' asks for them)",
		    about.keys);
	else if (advice_on(why->code) != NULL)
		ses_buf_str(&advice, advice_on(why->code));
	ses_doctor_tell(d, SES_FINDING_PROBLEM,
	    why->code == SESHAT_EAUTH ? "credentials" : "reach",
	    advice.len > 0 ? ses_buf_cstr(&advice) : NULL, "%s", why->msg);
	ses_buf_free(&advice);
}

static void
begins(void *arg, const char *what)
{
	struct ses_doctor *d = arg;
	struct ses_buf b = {0};

	ses_buf_fmt(&b, "%s: %s", ses_store_url(d->c->store), what);
	ses_waiting_for(d->waiting, ses_buf_cstr(&b));
	ses_buf_free(&b);
}

static void
try(struct ses_doctor *d)
{
	const char *region = ses_store_about(d->c->store).region;
	struct ses_buf before = {0};
	struct ses_probe p;
	int i;

	ses_buf_str(&before, region != NULL ? region : "");
	(void)ses_buf_cstr(&before);
	ses_store_probe(d->c->store, begins, d, &p);
	if (is_refused(&p)) {
		tell_refused(d, &p.of[SES_PROBE_LIST].why);
	} else {
		tell_place(d, &p, before.bad ? "" : before.data);
		for (i = SES_PROBE_LIST; i <= SES_PROBE_GET; i++)
			tell_right(d, &p, i);
		tell_conditions(d, &p);
		tell_clock(d, &p);
	}
	if (p.left != NULL)
		ses_doctor_tell(d, SES_FINDING_WARNING, "left",
		    "delete it by hand", "the object %s is left over", p.left);
	ses_buf_free(&before);
}

void
ses_doctor_store(struct ses_doctor *d)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int is_there = 1;

	if (ses_context_store(d->c, &err) < 0) {
		ses_doctor_tell(d, SES_FINDING_PROBLEM, "open",
		    advice_on(err.code), "%s", err.msg);
		return;
	}
	ses_doctor_tell(d, SES_FINDING_OK, "url", NULL, "%s, from %s",
	    ses_store_url(d->c->store),
	    d->c->config.store_file != NULL  ? d->c->config.store_file
	    : d->cli->store != NULL          ? "--store"
	    : getenv("SESHAT_STORE") != NULL ? "$SESHAT_STORE"
					     : "the default");
	if (ses_store_path(d->c->store, "", &path, &err) == 0) {
		while (path.len > 1 && path.data[path.len - 1] == '/')
			path.len--;
		is_there = ses_doctor_folder(d, ses_buf_cstr(&path));
	}
	if (is_there)
		try(d);
	ses_buf_free(&path);
}
