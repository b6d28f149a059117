/*
 * Runs a fuzz target over files, without a fuzzer: replay FILE-OR-FOLDER...
 * So the corpus is tested in every run and a crash is reproduced by
 *
 *     build/tests/fuzz/replay_json crash-da39a3ee
 *
 * Prints TAP, one line a file.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"

/* Read the file and run the target over a copy of exactly its size, so that
 * a sanitizer sees the first byte that is read past it. */
static int
replay(const char *path)
{
	static const size_t max = 16U << 20;
	unsigned char *data = malloc(max);
	unsigned char *exact;
	FILE *f = fopen(path, "rb");
	size_t len = 0;
	int rc = -1;

	if (data != NULL && f != NULL) {
		len = fread(data, 1, max, f);
		rc = ferror(f) ? -1 : 0;
	}
	if (f != NULL)
		(void)fclose(f);
	exact = rc == 0 ? malloc(len > 0 ? len : 1) : NULL;
	if (exact == NULL) {
		free(data);
		return -1;
	}
	memcpy(exact, data, len);
	free(data);
	(void)LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 0;
}

static int n_files;
static int n_bad;

static void
replay_named(const char *path)
{
	/* Said before, so that a crash is known by its file. */
	(void)printf("# %s\n", path);
	(void)fflush(stdout);
	n_files++;
	if (replay(path) < 0) {
		n_bad++;
		(void)printf(
		    "not ok %d - %s: %s\n", n_files, path, strerror(errno));
	} else {
		(void)printf("ok %d - survives %s\n", n_files,
		    strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path);
	}
}

static int
is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void
replay_folder(const char *path)
{
	struct dirent **names = NULL;
	char name[4096];
	int n = scandir(path, &names, is_visible, alphasort);
	int i;

	if (n < 0 && errno == ENOTDIR) {
		replay_named(path);
		return;
	}
	if (n < 0) {
		(void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	for (i = 0; i < n; i++) {
		(void)snprintf(
		    name, sizeof(name), "%s/%s", path, names[i]->d_name);
		replay_named(name);
		free(names[i]);
	}
	free(names);
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		replay_folder(argv[i]);
	(void)printf("1..%d\n", n_files);
	return n_bad != 0 || n_files == 0;
}
