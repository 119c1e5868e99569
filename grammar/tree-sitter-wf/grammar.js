// The grammar of wf for tree-sitter: grammar/wf.ebnf, which is normative, in tree-sitter's words, with the same names. Line ends
// are the scanner's (src/scanner.c), which knows where one ends a statement. `tree-sitter generate --abi 14` makes src/parser.c;
// scripts/test-editors parses the whole language suite with it.

const separated = (rule, separator) => seq(rule, repeat(seq(separator, rule)), optional(separator));
const commas = (rule) => separated(rule, ",");
const glued = (text) => token.immediate(text);

const PREC = {
  lambda: 0, coalesce: 1, or: 2, and: 3, compare: 4, range: 5, sum: 6, product: 7, unary: 8, convert: 9, postfix: 10,
};

module.exports = grammar({
  name: "wf",
  word: ($) => $.identifier,
  externals: ($) => [$._newline, $._opened, $._error_sentinel],
  extras: ($) => [/\s/, $.comment],
  conflicts: ($) => [
    [$._value, $.sleep_until],
    [$._value, $.lambda],
    [$.next, $._primary],
    [$.record, $._name],
    [$.file],
    [$._primary, $.lambda],
    [$._primary, $.lambda_parameter],
    [$.unit, $.lambda_parameters],
    [$.block, $.fields],
    [$.field_value, $._primary],
  ],
  supertypes: ($) => [$._declaration, $._statement, $._expression, $._type, $._pattern],

  rules: {
    file: ($) => seq(optional($._end), optional(seq($._declaration, repeat(seq($._end, $._declaration)))), optional($._end)),

    comment: () => token(seq("//", /[^\n]*/)),
    _end: ($) => repeat1(choice($._newline, ";")),
    _separator: ($) => choice(seq(",", optional($._newline)), $._newline),

    _declaration: ($) =>
      choice($.use, $.const, $.config, $.secret, $.pool, $.rate, $.breaker, $.record_declaration, $.enum_declaration, $.func, $.workflow,
        $.flow, $.action, $.extern, $.trigger, $.test),

    // declarations
    use: ($) => seq("use", choice(seq($.identifier, repeat(seq(".", $.identifier))), $.string), optional(seq("as", field("alias", $.identifier)))),
    const: ($) => seq("const", field("name", $._name), optional(seq(":", $._type)), "=", $._value),
    config: ($) => seq("config", field("name", $._name), optional(seq(":", $._type)), optional(seq("=", $._value))),
    secret: ($) => seq("secret", field("name", $._name)),
    pool: ($) => seq("pool", field("name", $._name), "limit", $._expression),
    rate: ($) => seq("rate", field("name", $._name), $._expression, "per", $._expression),
    breaker: ($) => seq("breaker", field("name", $._name), "after", $._expression, "failures", "within", $._expression, "recover", $._expression),
    record_declaration: ($) => seq(optional("open"), "record", field("name", $._name), optional($.type_parameters), "{", optional($._opened), optional(separated($.field, $._separator)), "}"),
    field: ($) => seq(field("name", $._name), ":", $._type, optional(seq("=", $._value))),
    enum_declaration: ($) => seq("enum", field("name", $._name), optional($.type_parameters), "{", optional($._opened), optional(separated($.enum_case, $._separator)), "}"),
    enum_case: ($) => seq(field("name", $._name), optional(seq(glued("("), commas($.payload), ")"))),
    payload: ($) => seq(optional(seq($._name, ":")), $._type),

    func: ($) => seq("func", $._signature, $.block),
    workflow: ($) => seq("workflow", $._signature, $.block),
    flow: ($) => seq("flow", $._signature, $.flow_block),
    action: ($) => prec.right(seq("action", $._signature, repeat($._clause))),
    extern: ($) => seq("extern", choice("action", "func"), $._signature),
    _signature: ($) => seq(field("name", $._name), optional($.type_parameters), $.parameters, optional(seq("->", field("result", $._type)))),
    type_parameters: ($) => seq(glued("<"), commas($.type_parameter), ">"),
    type_parameter: ($) => seq($._name, optional(seq(":", $._type, repeat(seq("+", $._type))))),
    parameters: ($) => seq(glued("("), optional(commas($.parameter)), ")"),
    parameter: ($) => seq(optional("secret"), field("name", $._name), ":", $._type, optional(glued("...")), optional(seq("=", $._value))),

    trigger: ($) =>
      seq("on",
        choice(seq("cron", $.string, optional(seq("zone", $.string))), seq("every", $.duration), seq("webhook", $.string, optional(seq("hmac", $._name))),
          seq("file", $.string, optional(choice("created", "changed", "removed")), optional(seq("settle", $.duration)))),
        $.block),
    test: ($) => seq("test", $.string, $.block),

    // statements
    block: ($) => seq("{", optional($._opened), optional(seq($._statement, repeat(seq($._end, $._statement)), optional($._end))), "}"),
    _statement: ($) =>
      choice($.let, $.assignment, $.return, $.break, $.continue, $.while, $.step, $.signal, $.query, $.next, $.fail, $.mock, $.expect, $.real,
        $.expression_statement),
    let: ($) => seq(choice("let", "var"), $.binding, optional(seq(":", $._type)), "=", $._value),
    binding: ($) => choice(field("name", $._name), "_", seq("(", commas(choice($.binding, $.literal_pattern)), ")")),
    assignment: ($) => seq($._expression, choice("=", "+=", "-=", "*=", "/=", "%="), $._value),
    return: ($) => prec.right(seq("return", optional($._value))),
    break: () => "break",
    continue: () => "continue",
    while: ($) => seq("while", $._expression, $.block),
    step: ($) => prec.right(seq("step", field("name", $._name), optional(seq(":", $._type)), "=", $._value, repeat(choice($._clause, $.failover)))),
    expression_statement: ($) => prec.right(seq($._value, repeat(choice($._clause, $.failover)))),
    failover: ($) => seq("else", $._expression),
    signal: ($) => seq("signal", field("name", $._name), ":", $._type),
    query: ($) => seq("query", field("name", $._name), optional(seq(":", $._type)), "=", $._value),
    next: ($) => prec.right(seq("next", optional($._value))),
    fail: ($) => seq("fail", $._expression),
    mock: ($) => prec.right(seq("mock", $._name, repeat(seq(".", $._name)), optional($.arguments), choice(seq("=", $._value), $._fails), optional(seq("after", $._expression)))),
    expect: ($) => prec.right(seq("expect", $._expression, optional($._fails))),
    _fails: ($) => prec.right(seq("fails", optional($.fault), optional($.string))),
    real: ($) => seq("real", $._name),

    // clauses
    _clause: ($) =>
      choice($.after_clause, $.when_clause, $.timeout_clause, $.deadline_clause, $.retry_clause, $.undo_clause, $.resource_clause, $.priority_clause,
        $.cache_clause, $.once_clause, $.via_clause, $.returns_clause),
    after_clause: ($) => seq("after", $._expression, repeat(seq(",", $._expression))),
    when_clause: ($) => seq("when", $._expression),
    timeout_clause: ($) => seq("timeout", $._expression),
    deadline_clause: ($) => choice(seq("deadline", $._expression), seq("no", "deadline")),
    retry_clause: ($) =>
      prec.right(seq("retry", $._expression, optional(seq("on", $.fault, repeat(seq(",", $.fault)))),
        optional(seq("backoff", $._expression, optional(seq("..", $._expression)))), optional(seq("factor", $._expression)), optional("jitter"))),
    fault: ($) => prec.right(seq($.identifier, optional(seq(glued("("), choice($.integer, $.status), ")")))),
    undo_clause: ($) => seq("undo", $._expression),
    resource_clause: ($) => seq(choice("pool", "rate", "breaker"), $._name),
    priority_clause: ($) => seq("priority", $._expression),
    cache_clause: ($) => seq("cache", $._expression),
    once_clause: () => "once",
    via_clause: ($) => seq("via", $._expression),
    returns_clause: ($) => seq("returns", $._value),

    // flows
    flow_block: ($) => seq("{", optional($._opened), optional(seq($._flow_statement, repeat(seq($._end, $._flow_statement)), optional($._end))), "}"),
    _flow_statement: ($) => choice($.flow_edge, $.flow_step, $.gate, $.flow_end, $.boundary, $.signal, $.query, $.call),
    flow_edge: ($) => seq($._name, $.arrow),
    arrow: ($) => prec.right(seq("->", $._target, repeat(seq(",", $._target)))),
    _target: ($) => choice($._name, alias(choice("start", "end", "fail", "choice", "any", "first", "split", "join"), $.identifier)),
    flow_step: ($) =>
      prec.right(seq(choice("step", "flow", "let"), field("name", $._name), optional(seq(":", $._type)), "=", $._value, repeat($._clause), optional($.arrow))),
    gate: ($) => seq(choice("choice", "any", "first", "split", "join"), field("name", $._name), choice($.gate_arms, $.arrow)),
    gate_arms: ($) => seq("{", optional($._opened), separated($.gate_arm, $._separator), "}"),
    gate_arm: ($) => seq(choice($._expression, seq("timeout", $._expression), "else"), "->", $._target),
    flow_end: ($) => prec.right(choice(seq(choice("end", "terminate"), field("name", $._name), optional(seq("=", $._value))), seq("fail", field("name", $._name), "=", $._expression))),
    boundary: ($) =>
      seq("on", optional("parallel"),
        choice(seq("timeout", $._expression), seq("error", optional(seq($.fault, repeat(seq(",", $.fault))))), seq("signal", $._name), seq("when", $._expression), $.identifier),
        "->", $._target),

    // expressions
    _value: ($) => choice($._expression, $.object),
    _expression: ($) =>
      choice($.lambda, $.binary, $.range, $.unary, $.cast, $.with, $.member, $.index, $.call, $._primary),
    lambda: ($) => prec.right(PREC.lambda, seq(choice($._name, "_", $.lambda_parameters), "=>", choice($.block, $._expression))),
    lambda_parameters: ($) => seq("(", optional(commas($.lambda_parameter)), ")"),
    lambda_parameter: ($) => seq(choice($._name, "_"), optional(seq(":", $._type))),
    binary: ($) =>
      choice(
        ...[["??", PREC.coalesce], ["||", PREC.or], ["&&", PREC.and], ["+", PREC.sum], ["-", PREC.sum], ["*", PREC.product], ["/", PREC.product],
          ["%", PREC.product]].map(([operator, level]) => prec.left(level, seq($._expression, operator, $._expression))),
        prec.left(PREC.compare, seq($._expression, choice("==", "!=", "<", "<=", ">", ">="), $._expression))),
    range: ($) => prec.left(PREC.range, seq($._expression, choice("..<", "..."), $._expression)),
    unary: ($) => prec(PREC.unary, seq(choice("-", "!"), $._expression)),
    cast: ($) => prec.left(PREC.convert, seq($._value, "as", optional(glued("?")), $._cast_type)),
    _cast_type: ($) => prec.right(seq(choice($.named_type, $.list_type, $.map_type, $.tuple_type), repeat(glued("?")))),
    with: ($) => prec.left(PREC.convert, seq($._expression, "with", $.fields)),
    member: ($) => prec(PREC.postfix, seq($._expression, choice(".", "?."), field("name", choice($.identifier, $.type_identifier, $.index_number, $.integer)))),
    index_number: () => token.immediate(/[0-9]+/),
    index: ($) => prec(PREC.postfix, seq($._expression, glued("["), $._expression, "]")),
    call: ($) => prec(PREC.postfix, seq($._expression, $.arguments)),
    arguments: ($) => seq(glued("("), optional(commas($.argument)), ")"),
    argument: ($) => seq(optional(seq(field("label", choice($.identifier, alias(choice("secret", "in", "if", "else", "match", "for", "while", "let", "var", "return", "as"), $.identifier))), ":")), $._value),

    _primary: ($) =>
      choice($._name, alias(choice("sleep", "next"), $.identifier), $.integer, $.float, $.duration, $.string, $.true, $.false, $.null, $.enum_value, $.parenthesised, $.unit, $.tuple, $.list, $.map, $.record,
        $.if, $.match, $.for, $.loop, $.race, $.try, $.sequence, $.await, $.spawn, $.sleep_until),
    true: () => "true",
    false: () => "false",
    null: () => "null",
    enum_value: ($) => prec(1, seq(".", $.identifier)),
    parenthesised: ($) => seq("(", $._value, ")"),
    unit: () => seq("(", ")"),
    tuple: ($) => seq("(", $._value, ",", optional(commas($._value)), ")"),
    list: ($) => seq("[", optional(commas($._value)), "]"),
    map: ($) => choice(seq("[", ":", "]"), seq("[", commas(seq($._expression, ":", $._value)), "]")),
    record: ($) => prec.dynamic(1, seq(optional(seq($.identifier, ".")), field("type", $.type_identifier), $.fields)),
    object: ($) => $.fields,
    fields: ($) => seq("{", optional($._opened), optional(separated($.field_value, $._separator)), "}"),
    field_value: ($) => choice(seq(field("name", $._name), optional(seq(":", $._value))), seq($.string, ":", $._value)),

    if: ($) => prec.right(seq("if", $._expression, $.block, optional(seq("else", choice($.block, $.if))))),
    match: ($) => seq("match", $._expression, "{", optional($._opened), optional(separated($.arm, $._separator)), "}"),
    arm: ($) => seq($._pattern, optional(seq("if", $._expression)), "=>", choice($.block, $._arm_statement)),
    _arm_statement: ($) => choice($._expression, $.object, $.assignment, $.return, $.break, $.continue, $.fail, $.next),
    for: ($) => seq("for", $.binding, "in", $._expression, optional(seq("limit", $._expression)), $.block),
    loop: ($) => seq("loop", optional(seq("(", optional(commas($.loop_variable)), ")")), optional(seq("while", $._expression)), $.block),
    loop_variable: ($) => seq(field("name", $._name), optional(seq(":", $._type)), "=", $._value),
    race: ($) => seq("race", "{", optional($._opened), repeat(seq($.race_branch, optional($._separator))), "}"),
    race_branch: ($) => seq(field("name", $._name), $.block),
    try: ($) => prec.right(seq("try", $.block, repeat($.catch))),
    catch: ($) => seq("catch", optional(field("name", $._name)), optional(seq("on", $.fault, repeat(seq(",", $.fault)))), $.block),
    sequence: ($) => seq("sequence", $.block),
    await: ($) => prec.right(seq("await", $._name, repeat(seq(".", $.identifier)))),
    spawn: ($) => prec.right(PREC.unary, seq("spawn", optional("attached"), $._expression)),
    sleep_until: ($) => prec.right(seq("sleep", "until", $._expression)),

    // types
    _type: ($) => choice($.named_type, $.list_type, $.map_type, $.tuple_type, $.function_type, $.optional_type),
    optional_type: ($) => prec(PREC.postfix, seq($._type, glued("?"))),
    named_type: ($) => prec.right(seq(choice($.identifier, $.type_identifier), optional(seq(".", choice($.identifier, $.type_identifier))), optional(seq(glued("<"), commas($._type), ">")))),
    list_type: ($) => seq("[", $._type, "]"),
    map_type: ($) => seq("[", $._type, ":", $._type, "]"),
    tuple_type: ($) => seq("(", optional(commas($._type)), ")"),
    function_type: ($) => prec.right(seq("(", optional(commas($._type)), ")", "->", $._type)),

    // patterns
    _pattern: ($) => choice($.or_pattern, $.wildcard, $.null, $.else_pattern, $.literal_pattern, $.range_pattern, $.binding_pattern, $.case_pattern, $.tuple_pattern),
    or_pattern: ($) => prec.left(seq($._pattern, "|", $._pattern)),
    wildcard: () => "_",
    else_pattern: () => "else",
    binding_pattern: ($) => $._name,
    literal_pattern: ($) => choice(seq(optional("-"), choice($.integer, $.float, $.duration)), $.string, $.true, $.false),
    range_pattern: ($) => choice(seq(optional("-"), $.integer, choice("..<", "..."), optional("-"), $.integer), seq($.string, choice("..<", "..."), $.string)),
    case_pattern: ($) => prec.right(seq(optional($.type_identifier), ".", $.identifier, optional(seq(glued("("), optional(commas($.pattern_argument)), ")")))),
    pattern_argument: ($) => seq(optional(seq($.identifier, ":")), $._pattern),
    tuple_pattern: ($) => seq("(", commas($._pattern), ")"),

    // tokens
    _name: ($) => choice($.identifier, $.type_identifier),
    identifier: () => /[a-z_][A-Za-z0-9_]*/,
    type_identifier: () => /[A-Z][A-Za-z0-9_]*/,
    integer: () => /0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*/,
    float: () => /[0-9][0-9_]*(\.[0-9][0-9_]*([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)/,
    duration: () => /([0-9][0-9_]*(us|ms|s|m|h|d))+/,
    status: () => /[0-9]xx/,

    string: ($) =>
      choice(
        seq('"', repeat(choice($.string_content, $.escape, $.interpolation)), glued('"')),
        seq('"""', repeat(choice(alias($.block_content, $.string_content), $.escape, $.interpolation)), token.immediate(prec(2, '"""'))),
        $.raw_string),
    string_content: () => token.immediate(prec(1, /[^"\\{\n]+/)),
    block_content: () => token.immediate(prec(1, /[^"\\{]+|"/)),
    escape: () => token.immediate(/\\(u\{[0-9A-Fa-f]+\}|.)/),
    interpolation: ($) => seq(glued("{"), $._value, "}"),
    raw_string: () => token(choice(/r"[^"\n]*"/, /r"""([^"]|"[^"]|""[^"])*"""/, /r#"([^"]|"+[^"#])*"+#/, /r##"([^"]|"+[^"#]|"+#[^#])*"+##/)),
  },
});
