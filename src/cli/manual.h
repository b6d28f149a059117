#ifndef SES_MANUAL_H
#define SES_MANUAL_H

/*
 * What the manual pages tell besides the tables of commands: what --json
 * prints, which variables of the environment count, and which files there are.
 * Only the program that makes the pages holds it.
 */

/* A key of an object that a command prints. */
enum ses_key_when { SES_ALWAYS, SES_SOMETIMES };

struct ses_key {
	const char *name; /* NULL ends a table */
	int when;         /* enum ses_key_when */
	const char *about;
};

/* What a command prints with --json; more than one row, where there is more
 * than one kind of object. */
struct ses_output {
	const char *command;
	const char *what;           /* "one object a session" */
	const struct ses_key *keys; /* NULL: they are not for us to say */
};
/* Both end with a command that is NULL: of the vault, and of the rest. */
extern const struct ses_output ses_outputs[];
extern const struct ses_output ses_outputs_more[];

struct ses_variable {
	const char *name;
	const char *commands; /* names with commas between; NULL: of all */
	const char *about;
};
extern const struct ses_variable ses_variables[];

struct ses_place {
	const char *path;
	const char *commands; /* as above */
	const char *about;
};
extern const struct ses_place ses_places[];

#endif
