#include "redact/rules.h"

static const struct ses_rule *const tables[] = {ses_rules_key, ses_rules_ai,
    ses_rules_ai_tools, ses_rules_code, ses_rules_build, ses_rules_app,
    ses_rules_chat, ses_rules_mail, ses_rules_cloud, ses_rules_host,
    ses_rules_pay, ses_rules_ops, ses_rules_saas, ses_rules_auth,
    ses_rules_generic, NULL};

const struct ses_rule *
ses_rule_at(size_t i)
{
	const struct ses_rule *const *table;
	const struct ses_rule *row;

	for (table = tables; *table != NULL; table++)
		for (row = *table; row->id != NULL; row++)
			if (i-- == 0)
				return row;
	return NULL;
}
