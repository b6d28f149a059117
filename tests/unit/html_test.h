#ifndef HTML_TEST_H
#define HTML_TEST_H

/* What tests of HTML ask of it. */
#include "unit/test.h"

#include "base/buf.h"
#include "html_check.h"

static inline void
is_sound(const struct ses_buf *b)
{
	const char *why = html_problem(b->data, b->len, NULL);

	assert_false(b->bad);
	if (why != NULL)
		fail_msg(
		    "%s: %.*s", why, b->len < 400 ? (int)b->len : 400, b->data);
}

#endif
