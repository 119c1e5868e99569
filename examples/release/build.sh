# build.sh OUT FLAGS SOURCES: compiles the sources (words) with the flags (words).
set -eu
# shellcheck disable=SC2086
exec cc -std=c11 -Wall -Wextra -Werror $2 -o "$1" $3
