; What the outline lists.
(func "func" @context name: (_) @name) @item
(workflow "workflow" @context name: (_) @name) @item
(flow "flow" @context name: (_) @name) @item
(action "action" @context name: (_) @name) @item
(record_declaration "record" @context name: (_) @name) @item
(enum_declaration "enum" @context name: (_) @name) @item
(const "const" @context name: (_) @name) @item
(step "step" @context name: (_) @name) @item
(test "test" @context (string) @name) @item
