# Charges an amount once per idempotency key: asked again with the same key it gives the receipt it gave before.
set -eu
mkdir -p out
ledger=out/ledger
touch "$ledger"
if ! grep -qF "$WF_KEY " "$ledger"; then
    echo "$WF_KEY $1 $2" >>"$ledger"
fi
printf '{"receipt": "receipt-%s", "amount": %s}\n' "$1" "$2"
