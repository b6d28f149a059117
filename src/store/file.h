#ifndef SES_FILE_H
#define SES_FILE_H

#include "store/backends.h"

/* So many folders are remembered to be on the disk: those above the sessions
 * of a few projects and harnesses. */
#define SES_FILE_FOLDERS 16

/* What file.c and file_list.c share. */
struct ses_file_store {
	struct ses_store_notes *notes;
	char *root; /* absolute, no final "/" */
	int ready;  /* the root is there and swept */
	int shared; /* the root is setgid: group may write */
	char *durable[SES_FILE_FOLDERS]; /* folders whose names are synced */
	unsigned next;                   /* the one to be forgotten first */
};

/** The list operation of the file store: depth first, one folder's names in
 * memory at a time and level. */
int ses_file_list(void *st, const struct ses_store_list *what,
    ses_store_seen *seen, void *arg, struct seshat_err *err);

#endif
