#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "vault/cache.h"

#define SLOTS 64

struct slot {
	char *key; /* NULL: it is free */
	struct ses_buf content;
	struct ses_part_head head;
	uint64_t used; /* when, by the cache's count */
};

struct ses_part_cache {
	pthread_mutex_t lock;
	struct slot slot[SLOTS];
	size_t max;
	size_t bytes;
	uint64_t count;
};

struct ses_part_cache *
ses_part_cache_new(size_t max)
{
	struct ses_part_cache *c = ses_calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	(void)pthread_mutex_init(&c->lock, NULL);
	c->max = max;
	return c;
}

static void
drop(struct ses_part_cache *c, struct slot *s)
{
	c->bytes -= s->content.len;
	ses_buf_free(&s->content);
	free(s->key);
	*s = (struct slot){0};
}

void
ses_part_cache_free(struct ses_part_cache *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < SLOTS; i++)
		drop(c, &c->slot[i]);
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct slot *
find(struct ses_part_cache *c, const char *key)
{
	size_t i;

	for (i = 0; i < SLOTS; i++)
		if (c->slot[i].key != NULL && strcmp(c->slot[i].key, key) == 0)
			return &c->slot[i];
	return NULL;
}

int
ses_part_cache_get(struct ses_part_cache *c, const char *key,
    struct ses_buf *content, struct ses_part_head *head)
{
	struct slot *s;

	if (c == NULL)
		return 0;
	(void)pthread_mutex_lock(&c->lock);
	s = find(c, key);
	if (s != NULL) {
		s->used = ++c->count;
		ses_buf_add(content, s->content.data, s->content.len);
		*head = s->head;
	}
	(void)pthread_mutex_unlock(&c->lock);
	return s != NULL;
}

/* The one that was not used for longest, or a free one. */
static struct slot *
oldest(struct ses_part_cache *c)
{
	struct slot *old = &c->slot[0];
	size_t i;

	for (i = 1; i < SLOTS; i++)
		if (c->slot[i].used < old->used)
			old = &c->slot[i];
	return old;
}

/* Of those that are there; NULL where there is none. */
static struct slot *
oldest_used(struct ses_part_cache *c)
{
	struct slot *old = NULL;
	size_t i;

	for (i = 0; i < SLOTS; i++)
		if (c->slot[i].key != NULL &&
		    (old == NULL || c->slot[i].used < old->used))
			old = &c->slot[i];
	return old;
}

void
ses_part_cache_put(struct ses_part_cache *c, const char *key,
    const struct ses_buf *content, const struct ses_part_head *head)
{
	struct slot new = {.head = *head};
	struct slot *s;

	if (c == NULL || content->len == 0 || content->len > c->max / 2)
		return;
	new.key = ses_str_dup(key);
	ses_buf_add(&new.content, content->data, content->len);
	(void)pthread_mutex_lock(&c->lock);
	if (new.key == NULL || new.content.bad || find(c, key) != NULL) {
		free(new.key);
		ses_buf_free(&new.content);
	} else {
		while (c->bytes + content->len > c->max &&
		       (s = oldest_used(c)) != NULL)
			drop(c, s);
		s = oldest(c);
		drop(c, s);
		new.used = ++c->count;
		*s = new;
		c->bytes += content->len;
	}
	(void)pthread_mutex_unlock(&c->lock);
}
