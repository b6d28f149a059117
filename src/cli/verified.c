#include "base/log.h"
#include "cli/verified.h"
#include "mirror/state.h"

void
ses_cli_verified(const struct ses_context *c, const struct ses_where *w)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_owner owner;
	struct ses_buf dir = {0};

	if (ses_owner_load(&owner, &why) < 0 ||
	    ses_mirror_state_dir(c->store, &dir, &why) < 0 ||
	    ses_state_verified(ses_buf_cstr(&dir), w, owner.id, &why) < 0)
		ses_log(SES_DEBUG, "%s/%s: not noted as verified: %s",
		    w->harness, w->id, why.msg);
	ses_buf_free(&dir);
}
