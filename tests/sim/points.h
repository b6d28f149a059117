#ifndef SIM_POINTS_H
#define SIM_POINTS_H

#include <stdint.h>

/*
 * The system calls by which the program looks at the world and changes it
 * are points, counted while a run lasts; at one of them something happens.
 * The linker puts these functions before the C library's (--wrap).  While a
 * run lasts chance and time are the simulator's, too, so that a seed tells
 * everything.
 */
enum points_how {
	POINTS_GO,     /* nothing happens */
	POINTS_BEFORE, /* the program dies before the call */
	POINTS_AFTER,  /* or behind it */
	POINTS_TORN,   /* or when half of a write is done */
	POINTS_SHORT,  /* a write takes only half, and says so */
	POINTS_FAIL,   /* the call fails */
	POINTS_PAUSE,  /* wait until told to go on or to die */
};

/* How a run ends that dies at a point. */
#define POINTS_DIED 99

/* What is said through the pipes. */
enum points_word {
	POINTS_PAUSED = 'p',  /* stands at the point */
	POINTS_BLOCKED = 'b', /* waits for a lock that another holds */
	POINTS_GO_ON = 'g',
	POINTS_DIE = 'd',
};

struct points {
	unsigned at; /* the how-manyth; 0: none */
	int how;     /* enum points_how */
	int error;   /* errno of POINTS_FAIL */
	int tell;    /* pipe to the simulator, -1: none */
	int hear;    /* and from it */
	uint64_t seed;
	int64_t now; /* ms since 1970 */
};

/** From here on in this process. */
void points_start(const struct points *p);

/** Back to the real world; how many points there were. */
unsigned points_stop(void);

/** The next number of a sequence that *seed determines. */
uint64_t points_random(uint64_t *seed);

#endif
