#ifndef AGE_SAMPLE_H
#define AGE_SAMPLE_H

/* Two keys that age-keygen made for these tests, in pieces so that nobody
 * takes them for anybody's. */
#define SECRET_1                                                               \
	"AGE-SECRET-"                                                          \
	"KEY-12UJWT0N7LSJY2L6C0RG72Z7QALWN4RZEGKGETREYRU2L0YZK9QNSANR9UV"
#define PUBLIC_1                                                               \
	"age1nxgz9p7yfmn34ezjny0d2ux2pve7xkd084c8e42etstz0wprsp9smmmn97"
#define SECRET_2                                                               \
	"AGE-SECRET-"                                                          \
	"KEY-14SHE57VJ5E8S9DWGSNC8VHXZZ6GERHXWFKXZGXPDE4CQ2P8QU7TQSREY3L"
#define PUBLIC_2                                                               \
	"age1ajyux9yjjmjj4lhd2gfxnnygv8wh4rvg2zuflj3w5etkate62c9qkrydfs"

#endif
