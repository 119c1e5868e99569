#!/bin/sh
# Builds grammar/tree-sitter-wf with the system's compiler and parses every file of the language suite, the examples, the standard
# library and the templates: what wfc reads without a syntax error has no error in the tree, and most of what it does not, has one.
# Run by scripts/test-editors in the repository's root, with WFC set.
set -eu
grammar=grammar/tree-sitter-wf
if ! echo '#include <tree_sitter/api.h>' | cc -E - >/dev/null 2>&1; then
    echo "tree-sitter: libtree-sitter-dev is not installed, skipped"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -O1 -I $grammar/src -o "$work/parse" Tests/Editors/tree_sitter.c $grammar/src/parser.c $grammar/src/scanner.c -ltree-sitter
find Tests/Language Tests/CrashTests examples stdlib templates -name '*.wf' | LC_ALL=C sort >"$work/all"
# a syntax error is WF1, and what is no wf at all WF9
xargs "$WFC" check --lint all=off --json <"$work/all" 2>/dev/null | sed -n 's/.*"code":"WF[19].*"file":"\([^"]*\)".*/\1/p' | LC_ALL=C sort -u >"$work/wrong" || true
# What the grammar does not tell: a value named `step` that begins a statement, and an object behind an operator. The list may only
# shrink.
printf '%s\n' Tests/Language/clause/step-key-elsewhere.wf \
    Tests/Language/syntax/object-behind-operator.wf Tests/Language/syntax/words-are-contextual.wf >"$work/known"
LC_ALL=C comm -23 "$work/all" "$work/wrong" | grep -vxFf "$work/known" >"$work/right"
for query in $grammar/queries/highlights.scm editors/zed/languages/wf/outline.scm editors/zed/languages/wf/brackets.scm; do
    "$work/parse" $query <"$work/right" >"$work/out" || { cat "$work/out"; exit 1; }
done
cmp $grammar/queries/highlights.scm editors/zed/languages/wf/highlights.scm
echo "tree-sitter: $(tail -1 "$work/out" | cut -d, -f1,2) of those that wfc reads"
"$work/parse" <"$work/wrong" >"$work/out" || true
noticed=$(grep -c '^Tests' "$work/out")
[ $((noticed * 100)) -ge $(($(wc -l <"$work/wrong") * 80)) ] || { echo "tree-sitter: notices only $noticed mistakes"; exit 1; }
echo "tree-sitter: notices $noticed of $(wc -l <"$work/wrong") files with syntax errors"
