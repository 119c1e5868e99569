; Colours for wf, in the names that Neovim, Helix and Zed share.

(comment) @comment
(string) @string
(raw_string) @string
(escape) @string.escape
(interpolation ["{" "}"] @punctuation.special)
[(integer) (float) (duration) (status)] @number
[(true) (false) (null)] @constant.builtin

(type_identifier) @type
(named_type (identifier) @type)
(type_parameter (identifier) @type)

(func name: (_) @function)
(workflow name: (_) @function)
(flow name: (_) @function)
(action name: (_) @function)
(extern name: (_) @function)
(call . (identifier) @function)
(call . (member name: (identifier) @function))

(parameter name: (_) @variable.parameter)
(lambda_parameter (identifier) @variable.parameter)
(field name: (_) @property)
(field_value name: (_) @property)
(member name: (_) @property)
(argument label: (_) @property)
(enum_case name: (_) @constant)
(enum_value (identifier) @constant)
(case_pattern (identifier) @constant)
(step name: (_) @variable)
(flow_step name: (_) @variable)
(fault (identifier) @constant)

["use" "as" "const" "config" "secret" "pool" "limit" "rate" "per" "breaker" "failures" "within" "recover" "open" "record" "enum" "func"
 "workflow" "flow" "action" "extern" "on" "test" "let" "var" "step" "signal" "query" "mock" "expect" "fails" "real" "with" "in"] @keyword
["if" "else" "match" "for" "while" "loop" "race" "try" "catch" "sequence" "await" "spawn" "attached" "until" "return" "next" "fail"
 (break) (continue)] @keyword
["after" "when" "timeout" "deadline" "no" "retry" "backoff" "factor" "jitter" "undo" "priority" "cache" "via" "returns" (once_clause)
 "choice" "any" "first" "split" "join" "end" "terminate" "parallel" "error"] @keyword

["=" "+=" "-=" "*=" "/=" "%=" "??" "||" "&&" "==" "!=" "<" "<=" ">" ">=" "+" "-" "*" "/" "%" "!" "..<" "..." ".." "->" "=>" "|"] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ":" "." "?." ";"] @punctuation.delimiter
