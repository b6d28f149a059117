# fish completion for seshat.  Made of the tables of the program: do not edit.
#
# Ids come from the vault, whose contents nobody vouches for: only words of
# letters, digits and a few signs are taken, and none is ever evaluated.

# Every word that may come first, and behind one that is only the first of two.
function __seshat_words
    switch "$argv[1]"
        case ''
@WORDS@
@SECONDS@
    end
end

# The kind of value that option $argv[2] of command $argv[1] takes.
function __seshat_value
    switch "$argv[1]"
@VALUES@
    end
    switch "$argv[2]"
@GLOBAL_VALUES@
    end
end

# The kind of the argument number $argv[2] of command $argv[1].
function __seshat_argument
    switch "$argv[1]"
@ARGUMENTS@
    end
end

function __seshat_options
    switch "$argv[1]"
@OPTIONS@
    end
@GLOBAL_OPTIONS@
end

# Ask for ids: __seshat_ask KEY COMMAND...
function __seshat_ask
    set -l key $argv[1]
    set -l program (command -s seshat)
    or return 0
    set -l limit
    command -sq timeout; and set limit timeout 3
    command $limit $program $argv[2..-1] --json 2>/dev/null </dev/null |
        LC_ALL=C command sed -nE 's/^.*[{,] ?"'$key'": ?"([A-Za-z0-9][A-Za-z0-9._@+-]*)".*$/\1/p'
end

# What there is for a kind, for the word $argv[2], behind $argv[3]; the rest
# says which vault is meant.
function __seshat_offer
    set -l found
    switch "$argv[1]"
        case file
            set found (__fish_complete_path $argv[2])
        case dir
            set found (__fish_complete_directories $argv[2])
        case ids
            set found (__seshat_ask session_id $argv[4..-1] list --limit 200)
        case here
            set found (__seshat_ask id sessions --everywhere -n 200)
        case logs
            # logs are named without the machine
            set found (__seshat_ask id sessions --everywhere --harness seshat-log -n 200 |
                string replace -r '@.*$' '')
        case '=*'
            set found (string split ' ' -- (string sub -s 2 -- $argv[1]))
    end
    for word in $found
        printf '%s%s\n' $argv[3] $word
    end
end

function __seshat_complete
    set -l command ''
    set -l first ''
    set -l option ''
    set -l where
    set -l n 0
    set -l last (commandline -ct)
    for word in (commandline -opc)[2..-1]
        if test -n "$option"
            # which store is meant matters for the ids in it
            contains -- $option --store --config --project
            and string match -qr '^[A-Za-z0-9_@%+=:,./?-]+$' -- $word
            and set where $where $option $word
            set option ''
        else if string match -q -- '--*=*' $word
            string match -qr '^--(store|config|project)=[A-Za-z0-9_@%+=:,./?-]+$' -- $word
            and set where $where $word
        else if string match -q -- '-?*' $word
            test -n "$(__seshat_value "$command" $word)"
            and set option $word
        else if test -n "$command"
            set n (math $n + 1)
        else if test -n "$first"
            set command "$first $word"
        else if contains -- $word @GROUPS@
            set first $word
        else
            set command $word
        end
    end
    if test -n "$option"
        __seshat_offer (__seshat_value "$command" $option)[1] "$last" '' $where
    else if string match -q -- '--*=*' $last
        set -l parts (string split -m 1 = -- $last)
        __seshat_offer "$(__seshat_value "$command" $parts[1] | head -n 1)" "$parts[2]" "$parts[1]=" $where
    else if string match -q -- '-*' $last
        test -n "$command"; or printf '%s\t%s\n' --version 'print the version'
        __seshat_options "$command"
    else if test -z "$command"
        __seshat_words "$first"
    else
        __seshat_offer "$(__seshat_argument "$command" (math $n + 1) | head -n 1)" "$last" '' $where
    end
end

complete -c seshat -f -a '(__seshat_complete)'
