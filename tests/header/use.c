/* The public header alone, as a user's program of C99 or C++ has it. */
#include <seshat.h>

int use(void);

int
use(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	return seshat_exit_status(err.code) + (int)sizeof(seshat_version()[0]);
}
