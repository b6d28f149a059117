#include <errno.h>

#include "base/fs.h"
#include "base/sink.h"

static int
to_buf(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	ses_buf_add(arg, data, len);
	return ses_buf_check(arg, err);
}

static int
to_fd(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	if (ses_fs_write(*(int *)arg, data, len, err) == 0)
		return 0;
	if (err->sys == EPIPE)
		err->code = SESHAT_ECANCELLED;
	return -1;
}

struct ses_sink
ses_sink_buf(struct ses_buf *b)
{
	return (struct ses_sink){.write = to_buf, .arg = b};
}

struct ses_sink
ses_sink_fd(int *fd)
{
	return (struct ses_sink){.write = to_fd, .arg = fd};
}

static int
to_nothing(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	(void)arg;
	(void)data;
	(void)len;
	(void)err;
	return 0;
}

struct ses_sink
ses_sink_none(void)
{
	return (struct ses_sink){.write = to_nothing};
}
