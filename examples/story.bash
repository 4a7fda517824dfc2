# What the stories share. A story runs in an empty git repository; nothing here belongs to `inc`.
set -euo pipefail

# The day of the story, and its distance from UTC where the process's zone is another.
day() { DAY=$1 ZONE=${2:-Z}; }

# The time on that day: `inc` takes it for the present.
at() { export INC_NOW="${DAY}T$1:00$ZONE"; }

# Prints a command as somebody would type it, then runs it.
type_() {
    local word line='$'
    for word in "$@"; do
        case $word in
        '' | *[!a-zA-Z0-9_=./:+@-]*) line+=" \"$word\"" ;;
        *) line+=" $word" ;;
        esac
    done
    printf '\n%s\n' "$line"
    "$@" 2>&1
}

# The same for a command that `inc` refuses: the story goes on, and stops if it was not refused.
refused() {
    if type_ "$@"; then
        echo "this should have been refused" >&2
        exit 1
    fi
}

# As somebody ticks with an editor, in a document, what is done.
tick_boxes() {
    local text
    text=$(sed 's/^- \[ \] /- [x] /' "$1")
    printf '%s\n' "$text" > "$1"
}
