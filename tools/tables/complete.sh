# Ids come from the vault, whose contents nobody vouches for: only words of
# letters, digits and a few signs are taken, and none is ever evaluated.

# Every word that may come first, and behind one that is only the first of two.
__seshat_words()
{
	case $1 in
	'')
@WORDS@
		;;
@SECONDS@
	esac
}

# The kind of value that option $2 of command $1 takes, into kind.
__seshat_value()
{
	kind=
	case $1 in
@VALUES@
	esac
	[ -z "$kind" ] || return 0
	case $2 in
@GLOBAL_VALUES@
	esac
}

# The kind of the argument number $2 of command $1, into kind.
__seshat_argument()
{
	kind=none
	case $1 in
@ARGUMENTS@
	esac
}

__seshat_options()
{
	case $1 in
@OPTIONS@
	esac
@GLOBAL_OPTIONS@
}
