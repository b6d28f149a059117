#include <pthread.h>
#include <unistd.h>

#include "base/pool.h"

unsigned
ses_pool_size(size_t n, size_t per, unsigned most)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t size = n / per;

	if (size > (size_t)(cores < 1 ? 1 : cores))
		size = (size_t)(cores < 1 ? 1 : cores);
	if (size > most)
		size = most;
	return size < 1 ? 1 : (unsigned)size;
}

void
ses_pool_run(unsigned size, void *(*work)(void *arg), void *arg)
{
	pthread_t threads[SES_POOL_MAX];
	unsigned n = 0;

	while (n + 1 < size && n < SES_POOL_MAX &&
	       pthread_create(&threads[n], NULL, work, arg) == 0)
		n++;
	(void)work(arg);
	while (n > 0)
		(void)pthread_join(threads[--n], NULL);
}
