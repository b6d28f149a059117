#ifndef CATALOG_TEST_H
#define CATALOG_TEST_H

/* The catalog of a store whose parts a test writes by hand. */
#include "unit/vault_test.h"

#include "catalog/catalog.h"
#include "vault/pin.h"

static struct ses_catalog *catalog;

static inline void
pin(const struct ses_where *w)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf project = {0};

	OK(ses_pin_make(store, w, &project, &err));
	ses_buf_free(&project);
}

static inline int
set_up_catalog(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	if (set_up(state) < 0 || setenv("XDG_CACHE_HOME", dir, 1) != 0 ||
	    setenv("TMPDIR", dir, 1) != 0)
		return -1;
	pin(&where);
	return ses_catalog_open(&catalog, store, &err);
}

static inline int
tear_down_catalog(void **state)
{
	ses_catalog_free(catalog);
	return tear_down(state);
}

#endif
