#include <sys/statvfs.h>

#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "cli/doctor.h"
#include "base/human.h"

#define ROOM_LOW  (UINT64_C(1) << 30)
#define ROOM_NONE (UINT64_C(64) << 20)

/* Whether the user said that it is to be there. */
static int
is_named(const struct ses_doctor *d)
{
	return d->cli->store != NULL || d->c->config.store_file != NULL ||
	       getenv("SESHAT_STORE") != NULL;
}

static void
tell_absent(struct ses_doctor *d, const char *path)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf above = {0};
	struct stat st;

	if (ses_doctor_above(path, &above, &st) < 0 || !S_ISDIR(st.st_mode))
		ses_doctor_tell(d, SES_FINDING_PROBLEM, "folder",
		    "name another one (--store, or 'seshat init')",
		    "%s is no folder, so nothing can be kept in %s",
		    ses_buf_cstr(&above), path);
	else if (!ses_doctor_can_write(above.data, &why))
		ses_doctor_tell(d, SES_FINDING_PROBLEM, "folder",
		    "allow it, or name another one (--store, or 'seshat "
		    "init')",
		    "%s is not there and cannot be made: %s", path, why.msg);
	else if (is_named(d))
		ses_doctor_tell(d, SES_FINDING_WARNING, "folder",
		    "mount the disk it is on; if it is new, the first mirror "
		    "makes it",
		    "%s is not there", path);
	else
		ses_doctor_tell(d, SES_FINDING_OK, "folder", NULL,
		    "%s is not there yet: the first mirror makes it", path);
	ses_buf_free(&above);
}

static void
tell_mode(struct ses_doctor *d, const char *path, const struct stat *st)
{
	struct ses_buf advice = {0};
	const struct group *g;

	ses_buf_fmt(&advice, "chmod 700 '%s'", path);
	if ((st->st_mode & 07) != 0)
		ses_doctor_tell(d, SES_FINDING_WARNING, "mode",
		    ses_buf_cstr(&advice),
		    "everybody on this machine can look into %s", path);
	else if ((st->st_mode & S_ISGID) != 0) {
		g = getgrgid(st->st_gid);
		ses_doctor_tell(d, SES_FINDING_OK, "mode", NULL,
		    "shared with the group %s (it is setgid)",
		    g != NULL ? g->gr_name : "of the folder");
	} else if ((st->st_mode & 070) != 0)
		ses_doctor_tell(d, SES_FINDING_WARNING, "mode",
		    ses_buf_cstr(&advice),
		    "its group can look into %s, but is not given what is "
		    "stored (that takes chmod g+s)",
		    path);
	else
		ses_doctor_tell(
		    d, SES_FINDING_OK, "mode", NULL, "for its owner alone");
	ses_buf_free(&advice);
}

static void
tell_room(struct ses_doctor *d, const char *path)
{
	char size[SES_HUMAN_MAX];
	struct statvfs fs;
	uint64_t room;
	int fd;

	if (statvfs(path, &fs) < 0)
		return;
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	ses_human_size(room, size);
	if (room < ROOM_NONE || (fs.f_files > 0 && fs.f_favail == 0))
		ses_doctor_tell(d, SES_FINDING_PROBLEM, "room",
		    "make room, or move the vault",
		    "the disk is full: %s and %llu files are left", size,
		    (unsigned long long)fs.f_favail);
	else
		ses_doctor_tell(d,
		    room < ROOM_LOW ? SES_FINDING_WARNING : SES_FINDING_OK,
		    "room",
		    room < ROOM_LOW ? "make room, or move the vault" : NULL,
		    "%s are free", size);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && ses_fs_is_network(fd))
		ses_doctor_tell(d, SES_FINDING_OK, "network", NULL,
		    "it is on a network: what other machines write there is "
		    "looked for every 5 s");
	if (fd >= 0)
		(void)close(fd);
}

int
ses_doctor_folder(struct ses_doctor *d, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		tell_absent(d, path);
		return 0;
	}
	if (!S_ISDIR(st.st_mode)) {
		ses_doctor_tell(d, SES_FINDING_PROBLEM, "folder",
		    "name another one (--store, or 'seshat init')",
		    "%s is no folder", path);
		return 0;
	}
	tell_mode(d, path, &st);
	tell_room(d, path);
	return 1;
}
