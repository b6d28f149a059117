#include "redact/database.h"
#include "redact/engine.h"

int
ses_database_load(struct ses_redact *r, struct seshat_err *err)
{
	const struct ses_redact_db *d;
	hs_error_t rc = HS_ARCH_ERROR;

#if defined(__x86_64__)
	/* The runtime's own demand; without it the library must not be
	 * called. */
	if (!__builtin_cpu_supports("ssse3"))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "redaction needs a processor with SSSE3, so nothing is "
		    "stored; --no-redact stores without redaction");
#endif
	for (d = ses_redact_dbs; d->name != NULL; d++) {
		rc = hs_deserialize_database(
		    (const char *)d->data, d->len, &r->db);
		if (rc == HS_NOMEM)
			return ses_fail_nomem(err);
		if (rc == HS_SUCCESS)
			break;
	}
	if (rc != HS_SUCCESS)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "no redaction database runs on this processor (Hyperscan "
		    "error %d), so nothing is stored; build seshat on this "
		    "machine, or use --no-redact",
		    rc);
	if (hs_alloc_scratch(r->db, &r->scratch) != HS_SUCCESS)
		return ses_fail_nomem(err);
	return 0;
}
