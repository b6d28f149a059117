#ifndef SES_CLI_PINS_H
#define SES_CLI_PINS_H

#include "cli/context.h"

/*
 * The sessions of a store for a check of all: those the pins name, and those
 * whose folders are there without a pin that leads to them.
 */
enum ses_pin_state {
	SES_PIN_OK,
	SES_PIN_BAD,    /* cannot be read */
	SES_PIN_LOST,   /* is not there */
	SES_PIN_STRAY,  /* leads to another project */
	SES_PIN_REMOVED /* the session was removed, its objects are there */
};

/**
 * ses_pins_survey(c, project, rows, err):
 * Set *rows to an array of objects with id, harness, project ("" where nobody
 * knows it) and pin, an enum ses_pin_state; of one project unless NULL.
 * Owns: the caller json_decref's it.
 */
int ses_pins_survey(struct ses_context *c, const char *project, json_t **rows,
    struct seshat_err *err);

/** What is wrong with such a pin, for people. */
const char *ses_pin_problem(int state);

/** Mend it: 1, or 0 when a person must decide. */
int ses_pin_repair(struct ses_context *c, const struct ses_where *w, int state,
    struct seshat_err *err);

#endif
