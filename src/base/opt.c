#include <stdio.h>
#include <string.h>

#include "base/opt.h"
#include "base/str.h"

struct found {
	const struct ses_opt *row;
	char *values;
};

static struct found
find(const struct ses_opt_set *sets, size_t n_sets, const char *name,
    size_t len, char letter)
{
	const struct ses_opt *o;
	size_t i;

	for (i = 0; i < n_sets; i++) {
		for (o = sets[i].rows; o->name != NULL; o++) {
			if (letter != '\0'
				? o->letter == letter
				: strlen(o->name) == len &&
				      memcmp(o->name, name, len) == 0)
				return (struct found){o, sets[i].values};
		}
	}
	return (struct found){0};
}

/* Digits with an optional binary suffix. */
static int
number(const char *s, uint64_t *out)
{
	static const char units[] = "KMG";
	size_t len = strlen(s);
	const char *unit = len > 0 ? strchr(units, s[len - 1]) : NULL;
	unsigned shift = 0;

	if (unit != NULL && *unit != '\0') {
		shift = 10 * (unsigned)(unit - units + 1);
		len--;
	}
	if (ses_str_u64n(s, len, out) < 0 || *out > UINT64_MAX >> shift)
		return -1;
	*out <<= shift;
	return 0;
}

static int
set(const struct found *f, const char *value, struct seshat_err *err)
{
	void *at = f->values + f->row->offset;
	struct ses_opt_list *list;

	switch ((enum ses_opt_type)f->row->type) {
	case SES_OPT_FLAG:
		*(int *)at = 1;
		return 0;
	case SES_OPT_STRING:
		*(const char **)at = value;
		return 0;
	case SES_OPT_U64:
		if (number(value, at) < 0)
			return ses_fail(err, SESHAT_EUSAGE,
			    "--%s takes a whole number, not '%s'", f->row->name,
			    value);
		return 0;
	case SES_OPT_LIST:
		list = at;
		if (list->n == SES_OPT_LIST_MAX)
			return ses_fail(err, SESHAT_EUSAGE,
			    "--%s given more than %d times", f->row->name,
			    SES_OPT_LIST_MAX);
		list->v[list->n++] = value;
		return 0;
	}
	return ses_fail(err, SESHAT_EUSAGE, "--%s", f->row->name);
}

/* One option at argv[*i], which moves past its value. */
static int
option(const struct ses_opt_set *sets, size_t n_sets, int argc, char **argv,
    int *i, struct seshat_err *err)
{
	const char *arg = argv[*i];
	int is_long = arg[1] == '-';
	const char *name = arg + (is_long ? 2 : 1);
	size_t len = is_long ? strcspn(name, "=") : 1;
	const char *value = NULL;
	struct found f =
	    find(sets, n_sets, name, len, (char)(is_long ? '\0' : *name));

	if (f.row == NULL)
		return ses_fail(err, SESHAT_EUSAGE, "unknown option %s", arg);
	if (is_long && name[len] == '=')
		value = name + len + 1;
	else if (!is_long && name[1] != '\0')
		value = name + 1;
	if (f.row->type == SES_OPT_FLAG) {
		if (value != NULL)
			return ses_fail(err, SESHAT_EUSAGE,
			    "--%s takes no value", f.row->name);
		return set(&f, NULL, err);
	}
	if (value == NULL) {
		if (*i + 1 >= argc)
			return ses_fail(err, SESHAT_EUSAGE,
			    "--%s needs a value (%s)", f.row->name,
			    f.row->value);
		value = argv[++*i];
	}
	return set(&f, value, err);
}

int
ses_opt_parse(const struct ses_opt_set *sets, size_t n_sets, int argc,
    char **argv, const char **args, int max_args, struct seshat_err *err)
{
	int n = 0;
	int plain = 0;
	int i;

	for (i = 0; i < argc; i++) {
		if (!plain && strcmp(argv[i], "--") == 0) {
			plain = 1;
			continue;
		}
		if (!plain && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (option(sets, n_sets, argc, argv, &i, err) < 0)
				return -1;
			continue;
		}
		if (n == max_args)
			return ses_fail(err, SESHAT_EUSAGE,
			    "unexpected argument '%s'", argv[i]);
		args[n++] = argv[i];
	}
	return n;
}

void
ses_opt_help(const struct ses_opt *rows, struct ses_buf *out)
{
	static const int column = 28;
	char left[64];
	const struct ses_opt *o;
	int n;

	for (o = rows; o->name != NULL; o++) {
		n = snprintf(left, sizeof(left), "  %c%c%s --%s%s%s",
		    o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
		    o->letter ? "," : " ", o->name, o->value ? " " : "",
		    o->value ? o->value : "");
		if (n < column)
			ses_buf_fmt(out, "%-*s%s\n", column, left, o->help);
		else
			ses_buf_fmt(
			    out, "%s\n%*s%s\n", left, column, "", o->help);
	}
}
