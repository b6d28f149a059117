#include <stdlib.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/mem.h"
#include "base/str.h"
#include "mirror/remove.h"
#include "mirror/spool.h"
#include "vault/index.h"
#include "vault/pin.h"

/* What this machine knows of it. */
static int
forget(struct ses_mirror *m, const struct ses_where *w, struct seshat_err *err)
{
	struct seshat_err unread = SESHAT_ERR_INIT;
	struct ses_state state = {0};
	struct ses_buf path = {0};
	int rc = ses_state_path(m->state_dir, w->harness, w->id, &path, err);

	if (rc == 0 &&
	    ses_state_load(&state, path.data, m->owner.id, &unread) == 0)
		ses_spool_clear_all(m, &state);
	ses_state_free(&state);
	if (rc == 0)
		(void)unlink(path.data);
	ses_buf_free(&path);
	return rc;
}

static int
remove_one(struct ses_mirror *m, const struct ses_where *w, const char *name,
    struct seshat_err *err)
{
	int rc;

	if (ses_lock_take(m->lock, name, err) < 0)
		return -1;
	rc = ses_vault_remove(m->store, w, err);
	if (rc == 0)
		rc = forget(m, w, err);
	ses_lock_drop(m->lock, name);
	return rc;
}

static int
unlist(
    struct ses_mirror *m, char *const *names, size_t n, struct seshat_err *err)
{
	int rc = ses_lock_take(m->lock, "index", err);

	if (rc < 0)
		return -1;
	rc = ses_index_remove(
	    m->store, m->owner.id, (const char *const *)names, n, err);
	ses_lock_drop(m->lock, "index");
	return rc;
}

int
ses_mirror_remove(struct ses_mirror *m, const struct ses_where *w, size_t n,
    size_t *done, struct seshat_err *err)
{
	struct seshat_err also = SESHAT_ERR_INIT;
	char **names = ses_calloc(n + 1, sizeof(*names));
	struct ses_buf b = {0};
	int rc = 0;

	*done = 0;
	if (names == NULL)
		return ses_fail_nomem(err);
	while (rc == 0 && *done < n) {
		ses_buf_fmt(&b, "%s/%s", w[*done].harness, w[*done].id);
		(void)ses_buf_cstr(&b);
		rc = ses_buf_check(&b, err);
		if (rc == 0)
			rc = remove_one(m, &w[*done], b.data, err);
		if (rc == 0) {
			names[(*done)++] = b.data;
			b = (struct ses_buf){0};
		}
	}
	/* after an error, too: they are gone */
	if (*done > 0 && unlist(m, names, *done, rc == 0 ? err : &also) < 0)
		rc = -1;
	ses_buf_free(&b);
	for (n = 0; n < *done; n++)
		free(names[n]);
	free(names);
	return rc;
}
