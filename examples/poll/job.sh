# A stand-in for a slow remote service: `submit JOB POLLS` prints an id, `ask ID` says pending until it was asked
# POLLS times.
set -eu
mkdir -p out
case "$1" in
submit)
    echo "$3" >"out/$2.left"
    echo "$2"
    ;;
ask)
    left=$(cat "out/$2.left")
    if [ "$left" -gt 1 ]; then
        echo $((left - 1)) >"out/$2.left"
        echo pending
    else
        echo "done $2 finished"
    fi
    ;;
esac
