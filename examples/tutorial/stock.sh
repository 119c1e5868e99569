#!/bin/sh
# What is in stock of an article, as JSON. Now and then it is busy and says so with status 75.
if [ "$WF_ATTEMPT" = 1 ] && [ "$1" = lamp ]; then exit 75; fi
case "$1" in
lamp) echo '{"article": "lamp", "count": 3}' ;;
desk) echo '{"article": "desk", "count": 0}' ;;
*) echo "{\"article\": \"$1\", \"count\": 12}" ;;
esac
