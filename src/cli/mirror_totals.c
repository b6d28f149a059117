#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/human.h"
#include "cli/mirror_totals.h"

/* How many sessions something holds for, and what to type for one of them. */
static void
print_note(size_t n, const char *one, const char *many, const char *command,
    const struct ses_session *s)
{
	struct ses_buf id = {0};

	if (n == 0)
		return;
	ses_str_safe(s->id, strlen(s->id), &id);
	(void)printf("%zu %s: %s %s\n", n, n == 1 ? one : many, command,
	    ses_buf_cstr(&id));
	ses_buf_free(&id);
}

static void
print_notes(const struct ses_run_totals *t)
{
	print_note(t->lost, "stored again, because the store no longer had it",
	    "stored again, because the store no longer had them", "seshat show",
	    t->a_lost);
	print_note(t->rewritten,
	    "was rewritten since it was stored; what was stored is kept, too",
	    "were rewritten since they were stored; what was stored is kept, "
	    "too",
	    "seshat show", t->a_rewritten);
	print_note(t->emptied, "empty now; what was stored of it is kept",
	    "empty now; what was stored of them is kept", "seshat show",
	    t->an_emptied);
	print_note(t->removed,
	    "left alone, because it was removed; to bring it back",
	    "left alone, because they were removed; to bring one back",
	    "seshat mirror --again --session-id", t->a_removed);
}

static void
print_json(const struct ses_run_totals *t, size_t n, double seconds,
    const struct ses_buf *errors)
{
	(void)printf("{\"sessions\":%zu,\"mirrored\":%zu,"
		     "\"new_bytes\":%llu,\"stored_bytes\":%llu,"
		     "\"redactions\":%llu,\"failed\":%zu,\"untried\":%zu,"
		     "\"removed\":%zu,\"rewritten\":%zu,"
		     "\"stored_again\":%zu,\"emptied\":%zu,"
		     "\"seconds\":%.3f,\"errors\":[%.*s]}\n",
	    n, t->mirrored, (unsigned long long)t->new_bytes,
	    (unsigned long long)t->stored_bytes,
	    (unsigned long long)t->redactions, t->failed, t->untried,
	    t->removed, t->rewritten, t->lost, t->emptied, seconds,
	    (int)errors->len, errors->data != NULL ? errors->data : "");
}

void
ses_cli_mirror_totals(const struct ses_cli *cli, const struct ses_run_totals *t,
    size_t n, double seconds, const struct ses_buf *errors)
{
	char fresh[SES_HUMAN_MAX];
	char stored[SES_HUMAN_MAX];

	if (cli->json) {
		print_json(t, n, seconds, errors);
		return;
	}
	if (cli->quiet)
		return;
	ses_human_size(t->new_bytes, fresh);
	ses_human_size(t->stored_bytes, stored);
	(void)printf("mirrored %zu of %zu session%s, %s new (%s stored), "
		     "%llu secret%s redacted, %zu failed   %.1f s\n",
	    t->mirrored, n, ses_human_s(n), fresh, stored,
	    (unsigned long long)t->redactions, ses_human_s(t->redactions),
	    t->failed, seconds);
	if (t->untried > 0)
		(void)printf(
		    "  %zu not tried, because the store fails\n", t->untried);
	print_notes(t);
}
