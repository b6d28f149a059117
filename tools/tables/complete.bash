# bash completion for seshat.  Made of the tables of the program: do not edit.
#
@SHARED@

# Ask for ids: __seshat_ask KEY COMMAND...
__seshat_ask()
{
	local key=$1 program
	local -a wait=()

	shift
	program=$(type -P seshat) || return 0
	[ -z "$(type -P timeout)" ] || wait=(timeout 3)
	"${wait[@]}" "$program" "$@" --json 2>/dev/null </dev/null |
	    LC_ALL=C sed -nE 's/^.*[{,] ?"'"$key"'": ?"([A-Za-z0-9][A-Za-z0-9._@+-]*)".*$/\1/p'
}

# What there is for a kind, into COMPREPLY, where it begins with $2.
__seshat_offer()
{
	local word
	local -a found=()

	case $1 in
	file)
		compopt -o default
		return
		;;
	dir)
		compopt -o dirnames
		return
		;;
	=*) read -ra found <<<"${1#=}" ;;
	ids) mapfile -t found < <(__seshat_ask session_id "${where[@]}" list --limit 200) ;;
	here) mapfile -t found < <(__seshat_ask id sessions --everywhere -n 200) ;;
	logs)
		mapfile -t found < <(__seshat_ask id sessions --everywhere --harness seshat-log -n 200)
		# logs are named without the machine
		found=("${found[@]%@*}")
		;;
	esac
	for word in "${found[@]}"; do
		[[ $word != "$2"* ]] || COMPREPLY+=("$word")
	done
}

_seshat()
{
	local cur=${COMP_WORDS[COMP_CWORD]} command= first= kind= word option=
	local -a offers=() switches=() where=() line=()
	local -i i n=0

	COMPREPLY=()
	# readline parts words at "=": put them together again
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $i -gt 1 && $word == = && ${line[-1]} == --* ]] ||
		    [[ $i -gt 2 && ${COMP_WORDS[i - 1]} == = && ${line[-1]} == --*= ]]; then
			line[-1]+=$word
		else
			line+=("$word")
		fi
	done
	for ((i = 0; i < ${#line[@]} - 1; i++)); do
		word=${line[i]}
		if [[ -n $option ]]; then
			# which store is meant matters for the ids in it
			[[ $option != --store && $option != --config && $option != --project ]] ||
			    [[ $word != +([A-Za-z0-9_@%+=:,./?-]) ]] ||
			    where+=("$option" "$word")
			option=
		elif [[ $word == --*=* ]]; then
			[[ ${word%%=*} != --@(store|config|project) ]] ||
			    [[ $word != +([A-Za-z0-9_@%+=:,./?-]) ]] || where+=("$word")
		elif [[ $word == -?* ]]; then
			__seshat_value "$command" "$word"
			[[ -z $kind ]] || option=$word
		elif [[ -n $command ]]; then
			n+=1
		elif [[ -n $first ]]; then
			command="$first $word"
		else
			case $word in
			@GROUPS@) first=$word ;;
			*) command=$word ;;
			esac
		fi
	done
	word=${line[-1]-}
	if [[ -n $option ]]; then
		__seshat_value "$command" "$option"
		__seshat_offer "$kind" "$word"
	elif [[ $word == --*=* ]]; then
		__seshat_value "$command" "${word%%=*}"
		# readline has parted it: what is behind "=" is replaced
		[[ $COMP_WORDBREAKS == *=* ]] && [[ $cur == = ]] && cur=
		__seshat_offer "$kind" "${word#*=}"
	elif [[ $word == -* ]]; then
		__seshat_options "$command"
		[[ -n $command ]] || switches+=('--version:')
		for option in "${switches[@]}"; do
			[[ $option != "$word"* ]] || COMPREPLY+=("${option%%:*}")
		done
	elif [[ -z $command ]]; then
		__seshat_words "$first"
		for option in "${offers[@]}"; do
			[[ $option != "$word"* ]] || COMPREPLY+=("${option%%:*}")
		done
	else
		__seshat_argument "$command" $((n + 1))
		__seshat_offer "$kind" "$word"
	fi
}

complete -F _seshat seshat
