#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "render/memo.h"

#define SLOTS 8192

/* FNV-1a */
uint64_t
ses_memo_key(const struct ses_json *id)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t i;

	if (id->type != '"' || id->len <= 2)
		return 0;
	for (i = 0; i < id->len; i++)
		h = (h ^ (unsigned char)id->text[i]) * UINT64_C(0x100000001b3);
	return h == 0 ? 1 : h;
}

void
ses_memo_put(struct ses_memo *m, uint64_t key, uint64_t line,
    const struct ses_json *name)
{
	struct ses_memo_slot *slot;
	struct ses_buf text = {0};
	size_t n;

	if (key == 0)
		return;
	if (m->v == NULL)
		m->v = ses_calloc(SLOTS, sizeof(*m->v));
	if (m->v == NULL)
		return;
	slot = &m->v[key % SLOTS];
	*slot = (struct ses_memo_slot){.key = key, .line = line};
	if (name == NULL || name->type != '"')
		return;
	ses_json_text(name, &text);
	n = text.len < sizeof(slot->name) ? text.len : sizeof(slot->name) - 1;
	if (n > 0)
		memcpy(slot->name, text.data, n);
	ses_buf_free(&text);
}

const struct ses_memo_slot *
ses_memo_get(const struct ses_memo *m, uint64_t key)
{
	const struct ses_memo_slot *slot;

	if (m->v == NULL || key == 0)
		return NULL;
	slot = &m->v[key % SLOTS];
	return slot->key == key ? slot : NULL;
}

void
ses_memo_free(struct ses_memo *m)
{
	free(m->v);
	*m = (struct ses_memo){0};
}
