#ifndef FOLDER_H
#define FOLDER_H

/* For targets that need files: a folder of this process, in memory where the
 * system has such a place, and gone when the process ends. */
#include "remove.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "fuzz/fuzz.h"

static char folder_path[96];

static inline void
folder_remove(void)
{
	(void)temp_remove(folder_path);
}

/** Its path; made at the first call.  A fuzzer ends without cleaning up:
 * tools/fuzz names a folder that it will remove. */
static inline const char *
folder(void)
{
	const char *in = getenv("FUZZ_FOLDER");

	if (folder_path[0] != '\0')
		return folder_path;
	if (in == NULL)
		in = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	(void)snprintf(
	    folder_path, sizeof(folder_path), "%s/seshat-fuzz-XXXXXX", in);
	MUST(mkdtemp(folder_path) != NULL);
	MUST(atexit(folder_remove) == 0);
	return folder_path;
}

/** Write a file of the folder. */
static inline void
folder_put(const char *name, const void *data, size_t len)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder(), name);
	f = fopen(path, "wb");
	if (f == NULL)
		perror(path);
	MUST(f != NULL);
	MUST(len == 0 || fwrite(data, 1, len, f) == len);
	MUST(fclose(f) == 0);
}

/** Whether what copy, which loads a file of the folder and saves it as another,
 * makes of these bytes is the same when it is copied again. */
static inline void
folder_settles(const void *data, size_t len,
    void (*copy)(const char *name, const char *again, struct ses_buf *out))
{
	struct ses_buf a = {0};
	struct ses_buf b = {0};

	folder_put("s.json", data, len);
	copy("s.json", "a.json", &a);
	copy("a.json", "b.json", &b);
	MUST(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
	ses_buf_free(&a);
	ses_buf_free(&b);
}

/** Remove a file or folder of it, if it is there. */
static inline void
folder_drop(const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", folder(), name);
	(void)temp_remove(path);
}

#endif
