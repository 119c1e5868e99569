// grammar/tree-sitter-wf/src/grammar.json is what grammar.js says, so that src/parser.c, which is made from it, is not of an older
// one; and each rule of grammar/wf.ebnf that is more than a way of writing is a node there. Run by scripts/test-editors.
const fs = require("fs");
const path = require("path");
const folder = path.join(__dirname, "../../grammar/tree-sitter-wf");

const rule = (value) => {
  if (typeof value === "string") return { type: "STRING", value };
  if (value instanceof RegExp) return { type: "PATTERN", value: value.source, ...(value.flags && { flags: value.flags }) };
  return value;
};
const several = (type) => (...members) => ({ type, members: members.map(rule) });
const one = (type) => (content) => ({ type, content: rule(content) });
const ranked = (type) => (value, content) =>
  content === undefined ? { type, value: 0, content: rule(value) } : { type, value, content: rule(content) };
global.seq = several("SEQ");
global.choice = several("CHOICE");
global.optional = (value) => choice(value, { type: "BLANK" });
global.repeat = one("REPEAT");
global.repeat1 = one("REPEAT1");
global.field = (name, content) => ({ type: "FIELD", name, content: rule(content) });
global.alias = (content, value) =>
  typeof value === "string" ? { type: "ALIAS", content: rule(content), named: false, value }
    : { type: "ALIAS", content: rule(content), named: true, value: value.name };
global.token = one("TOKEN");
token.immediate = one("IMMEDIATE_TOKEN");
global.prec = ranked("PREC");
prec.left = ranked("PREC_LEFT");
prec.right = ranked("PREC_RIGHT");
prec.dynamic = ranked("PREC_DYNAMIC");
global.grammar = (options) => {
  const $ = new Proxy({}, { get: (_, name) => ({ type: "SYMBOL", name }) });
  const rules = {};
  for (const [name, body] of Object.entries(options.rules)) rules[name] = rule(body($));
  const names = (list) => list($).map((symbol) => symbol.name);
  return {
    name: options.name, word: options.word($).name, rules, extras: options.extras($).map(rule),
    conflicts: options.conflicts($).map((list) => list.map((symbol) => symbol.name)), precedences: [],
    externals: options.externals($).map(rule), inline: [], supertypes: names(options.supertypes),
  };
};

const made = require(path.join(folder, "grammar.js"));
const kept = JSON.parse(fs.readFileSync(path.join(folder, "src/grammar.json"), "utf8"));
for (const key of new Set([...Object.keys(made), ...Object.keys(kept)])) {
  if (key === "rules") continue;
  if (JSON.stringify(made[key]) !== JSON.stringify(kept[key])) throw new Error(`${key} differs: run tree-sitter generate`);
}
const sorted = (value) =>
  Array.isArray(value) ? value.map(sorted)
    : value && typeof value === "object" ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
    : value;
for (const name of new Set([...Object.keys(made.rules), ...Object.keys(kept.rules)])) {
  const [a, b] = [made.rules[name], kept.rules[name]].map((body) => JSON.stringify(sorted(body)));
  if (a !== b) throw new Error(`the rule ${name} differs: run tree-sitter generate`);
}

// Rules of the EBNF, by their names there: those that are nodes under another name, and those that are only ways of writing.
const others = {
  recordDecl: "record_declaration", enumDecl: "enum_declaration", letStatement: "let", returnStatement: "return", flowEnd: "flow_end",
  bareStep: "expression_statement", literal: "integer", interpolated: "interpolation", fields: "fields", control: "sequence",
  coalescing: "binary", either: "binary", both: "binary", comparison: "binary", sum: "binary", product: "binary", converted: "cast",
  postfix: "member", head: "block", guard: "arm", separator: "_separator", end: "_end", testBlock: "block", clauseLines: "step",
  target: "assignment", testStatement: "mock", simplePattern: "_pattern", lambdaValue: "lambda", armValue: "arm",
};
const snake = (name) => name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
const ebnf = fs.readFileSync(path.join(folder, "../wf.ebnf"), "utf8");
let count = 0;
for (const [, name] of ebnf.matchAll(/^([a-z][A-Za-z]*)\s*\n?\s*= /gm)) {
  const near = [others[name], snake(name), "_" + snake(name), snake(name).replace(/_(decl|statement|expression)$/, ""),
    snake(name).replace(/_expression$/, "_until")];
  if (!near.some((known) => known && kept.rules[known])) throw new Error(`no rule for ${name} of wf.ebnf`);
  count += 1;
}
console.log(`tree-sitter: grammar.js is what was generated; ${count} rules of wf.ebnf`);
