/* Streams that seshat wrote, as they are. */
#include "import/one.h"

int
ses_import_streams(struct ses_importing *s, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "%s holds streams that seshat wrote", s->name);
}
