/* The same program, compiled as C++. */
#include "header/use.c"
