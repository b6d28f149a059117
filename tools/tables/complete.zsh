#compdef seshat
# zsh completion for seshat.  Made of the tables of the program: do not edit.
#
@SHARED@

# Ask for ids: __seshat_ask KEY COMMAND...
__seshat_ask()
{
	local key=$1
	local -a wait

	shift
	(( $+commands[seshat] )) || return 0
	(( $+commands[timeout] )) && wait=(timeout 3)
	$wait $commands[seshat] "$@" --json 2>/dev/null </dev/null |
	    LC_ALL=C sed -nE 's/^.*[{,] ?"'"$key"'": ?"([A-Za-z0-9][A-Za-z0-9._@+-]*)".*$/\1/p'
}

# What there is for a kind.
__seshat_offer()
{
	local -a found

	case $1 in
	file) _files; return ;;
	dir) _files -/; return ;;
	'='*) found=(${=1#=}) ;;
	ids) found=("${(@f)$(__seshat_ask session_id $where list --limit 200)}") ;;
	here) found=("${(@f)$(__seshat_ask id sessions --everywhere -n 200)}") ;;
	logs)
		found=("${(@f)$(__seshat_ask id sessions --everywhere --harness seshat-log -n 200)}")
		# logs are named without the machine
		found=("${(@)found%@*}")
		;;
	*) _message 'a value'; return ;;
	esac
	found=(${found:#})
	compadd -- $found
}

_seshat()
{
	local command= first= kind= word option=
	local -a line switches offers where
	integer i n=0

	line=("${(@)words[2,CURRENT]}")
	for ((i = 1; i < $#line; i++)); do
		word=$line[i]
		if [[ -n $option ]]; then
			# which store is meant matters for the ids in it
			if [[ $option == --(store|config|project) &&
			    -z ${word//[A-Za-z0-9_@%+=:,.\/?-]/} ]]; then
				where+=($option $word)
			fi
			option=
		elif [[ $word == --*=* ]]; then
			if [[ ${word%%=*} == --(store|config|project) &&
			    -z ${word//[A-Za-z0-9_@%+=:,.\/?-]/} ]]; then
				where+=($word)
			fi
		elif [[ $word == -?* ]]; then
			__seshat_value "$command" "$word"
			[[ -z $kind ]] || option=$word
		elif [[ -n $command ]]; then
			n+=1
		elif [[ -n $first ]]; then
			command="$first $word"
		else
			case $word in
			(@GROUPS@) first=$word ;;
			(*) command=$word ;;
			esac
		fi
	done
	word=$line[-1]
	if [[ -n $option ]]; then
		__seshat_value "$command" "$option"
		__seshat_offer "$kind"
	elif [[ $word == --*=* ]]; then
		__seshat_value "$command" "${word%%=*}"
		compset -P '*='
		__seshat_offer "$kind"
	elif [[ $word == -* ]]; then
		__seshat_options "$command"
		[[ -n $command ]] || switches+=('--version:print the version')
		_describe -o option switches
	elif [[ -z $command ]]; then
		__seshat_words "$first"
		_describe command offers
	else
		__seshat_argument "$command" $((n + 1))
		__seshat_offer "$kind"
	fi
}

if [[ $funcstack[1] == _seshat ]]; then
	_seshat "$@"
else
	compdef _seshat seshat
fi
