#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/owner.h"
#include "base/str.h"
#include "base/xdg.h"
#include "cli/doctor.h"
#include "base/human.h"
#include "vault/doc.h"

#define STATE_MAX  (16U << 20)
#define LOOKED_MAX 100 /* files are proof enough */

/* Whose the files of the state are. */
struct owners {
	struct ses_owner ours;
	struct ses_buf path; /* of the folder that is walked */
	int depth;           /* below "mirror": store, harness, session */
	size_t looked;
	size_t others;
};

static void
look_at(struct owners *o, const char *path)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	const char *owner;
	json_t *doc = NULL;

	if (ses_fs_slurp(path, STATE_MAX, &b, &ignored) == 0)
		doc = ses_doc_parse(ses_buf_cstr(&b), b.len, &ignored);
	if (doc != NULL) {
		owner = ses_doc_str(doc, "owner");
		o->looked++;
		o->others += owner[0] != '\0' && strcmp(owner, o->ours.id) != 0;
	}
	json_decref(doc);
	ses_buf_free(&b);
}

static int
walk(void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	struct owners *o = arg;
	size_t len = o->path.len;
	int rc = 0;

	(void)d_type;
	ses_buf_fmt(&o->path, "/%s", name);
	(void)ses_buf_cstr(&o->path);
	if (ses_buf_check(&o->path, err) < 0)
		return -1;
	o->depth++;
	if (o->depth == 3 && ses_str_ends(name, ".json"))
		look_at(o, o->path.data);
	else if (o->depth < 3)
		(void)ses_fs_each(o->path.data, walk, o, err);
	o->depth--;
	o->path.len = len;
	o->path.data[len] = '\0';
	if (o->looked >= LOOKED_MAX)
		rc = 1;
	return rc;
}

/* A copied state is no danger: each file says whose it is.  But an id that was
 * copied along, where the machine has none, is. */
static void
tell_owner(struct ses_doctor *d, const char *state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct owners o = {0};
	struct ses_buf id = {0};

	ses_buf_fmt(&o.path, "%s/mirror", state);
	ses_buf_fmt(&id, "%s/machine-id", state);
	(void)ses_buf_cstr(&o.path);
	if (ses_buf_check(&o.path, &err) < 0 || ses_buf_check(&id, &err) < 0)
		goto out;
	if (access(ses_buf_cstr(&id), F_OK) == 0)
		ses_doctor_tell(d, SES_FINDING_WARNING, "machine-id",
		    "do not copy this folder to another machine; or give "
		    "this one an /etc/machine-id (systemd-machine-id-setup)",
		    "this machine has no id of its own, only the one in %s",
		    id.data);
	if (access(o.path.data, F_OK) < 0)
		goto out;
	if (ses_owner_load(&o.ours, &err) < 0) {
		ses_doctor_tell(
		    d, SES_FINDING_PROBLEM, "owner", NULL, "%s", err.msg);
		goto out;
	}
	(void)ses_fs_each(o.path.data, walk, &o, &err);
	if (o.others > 0)
		ses_doctor_tell(d, SES_FINDING_WARNING, "owner",
		    "nothing: it does no harm, and each mirror replaces some "
		    "of it; it may be deleted, too",
		    "%zu of %zu files were written by another machine or "
		    "user: the folder was copied",
		    o.others, o.looked);
	else if (o.looked > 0)
		ses_doctor_tell(d, SES_FINDING_OK, "owner", NULL,
		    "it was written by this machine");
out:
	ses_buf_free(&o.path);
	ses_buf_free(&id);
}

static void
tell_folder(struct ses_doctor *d, const char *name, const char *path)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf above = {0};
	struct stat st = {0};
	int fd = -1;

	if (ses_doctor_above(path, &above, &st) < 0 ||
	    !ses_doctor_can_write(ses_buf_cstr(&above), &why))
		ses_doctor_tell(d, SES_FINDING_PROBLEM, name,
		    "allow it, or set XDG_STATE_HOME and XDG_CACHE_HOME",
		    "%s cannot be written to: %s", path,
		    why.msg[0] != '\0' ? why.msg : "no folder");
	else if (strcmp(above.data, path) != 0)
		ses_doctor_tell(
		    d, SES_FINDING_OK, name, NULL, "%s is not there yet", path);
	else
		ses_doctor_tell(d, SES_FINDING_OK, name, NULL,
		    "%s can be written to", path);
	if (above.len > 0)
		fd = open(
		    ses_buf_cstr(&above), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && ses_fs_is_network(fd))
		ses_doctor_tell(d, SES_FINDING_WARNING, "network",
		    "set XDG_STATE_HOME and XDG_CACHE_HOME to folders of "
		    "this machine",
		    "%s is on a network: locks are slow or do not hold there",
		    path);
	if (fd >= 0)
		(void)close(fd);
	ses_buf_free(&above);
}

void
ses_doctor_state(struct ses_doctor *d)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf state = {0};
	struct ses_buf cache = {0};

	if (ses_xdg_path(SES_XDG_STATE, "", &state, &err) < 0 ||
	    ses_xdg_path(SES_XDG_CACHE, "", &cache, &err) < 0) {
		ses_doctor_tell(
		    d, SES_FINDING_PROBLEM, "home", NULL, "%s", err.msg);
	} else {
		tell_folder(d, "state", ses_buf_cstr(&state));
		tell_owner(d, state.data);
		tell_folder(d, "cache", ses_buf_cstr(&cache));
	}
	ses_buf_free(&state);
	ses_buf_free(&cache);
}
