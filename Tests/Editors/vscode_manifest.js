// What VS Code reads without running the extension, under its rules for contributions: package.json, the language's
// configuration (its patterns do what Enter needs), the grammar's scopes. Run by scripts/test-editors under Node.
"use strict";
const fs = require("fs");
const path = require("path");
const root = path.resolve(__dirname, "../..");
const folder = path.join(root, "editors/vscode");
const read = (file) => JSON.parse(fs.readFileSync(file, "utf8"));
const manifest = read(path.join(folder, "package.json"));
const configuration = read(path.join(folder, "language-configuration.json"));
const grammar = read(path.join(root, "grammar/wf.tmLanguage.json"));
const extension = fs.readFileSync(path.join(folder, "extension.js"), "utf8");
const wrong = [];
let count = 0;
const check = (what, good) => { count += 1; if (!good) wrong.push(what); };
const words = (text, pattern) => typeof text === "string" && pattern.test(text);

// the manifest
check("name", words(manifest.name, /^[a-z0-9][a-z0-9-]*$/));
check("publisher", words(manifest.publisher, /^[a-z0-9][a-z0-9-]*$/i));
check("version", words(manifest.version, /^\d+\.\d+\.\d+$/));
check("engine", words(manifest.engines.vscode, /^\^\d+\.\d+\.\d+$/));
check("main", fs.existsSync(path.join(folder, manifest.main)));
const categories = ["Programming Languages", "Snippets", "Linters", "Themes", "Debuggers", "Formatters", "Keymaps", "SCM Providers", "Other",
    "Extension Packs", "Language Packs", "Data Science", "Machine Learning", "Visualization", "Notebooks", "Education", "Testing"];
for (const category of manifest.categories) check(`category ${category}`, categories.includes(category));
const known = ["languages", "grammars", "snippets", "commands", "configuration", "problemMatchers", "taskDefinitions"];
for (const point of Object.keys(manifest.contributes)) check(`contribution point ${point}`, known.includes(point));
const { languages, grammars, snippets, commands, problemMatchers, taskDefinitions } = manifest.contributes;
const ids = languages.map((language) => language.id);
for (const language of languages) {
    check(`extensions of ${language.id}`, language.extensions.every((ending) => words(ending, /^\.\w+$/)));
    check(`configuration of ${language.id}`, fs.existsSync(path.join(folder, language.configuration)));
}
for (const entry of [...grammars, ...snippets]) check(`language ${entry.language}`, ids.includes(entry.language));
for (const entry of grammars) check(`scope ${entry.scopeName}`, entry.scopeName === grammar.scopeName);
for (const event of manifest.activationEvents) {
    const [kind, value] = event.split(":");
    check(`activation ${event}`, kind === "workspaceContains" ? value : kind === "onLanguage" && ids.includes(value));
}
for (const { command, title } of commands) {
    check(`command ${command}`, title && words(command, /^wf\.\w+$/) && extension.includes(`register('${command}'`));
}
const types = ["string", "boolean", "number", "integer", "array", "object", "null"];
for (const [name, entry] of Object.entries(manifest.contributes.configuration.properties)) {
    const own = [entry.type].flat();
    const given = entry.default === null ? "null" : typeof entry.default;
    check(`setting ${name}`, name.startsWith("wf.") && entry.description && own.every((type) => types.includes(type)) && own.includes(given));
}
for (const matcher of problemMatchers) {
    for (const pattern of matcher.pattern) {
        const groups = new RegExp(`${pattern.regexp}|`).exec("").length - 1;
        const places = ["severity", "code", "message", "file", "line", "column"].map((key) => pattern[key]).filter((place) => place);
        check(`groups of ${pattern.regexp}`, Math.max(...places) === groups);
    }
}
for (const task of taskDefinitions) check(`task ${task.type}`, task.required.every((name) => task.properties[name]));

// the language's configuration: what Enter, `}` and a comment do
const increase = new RegExp(configuration.indentationRules.increaseIndentPattern);
const decrease = new RegExp(configuration.indentationRules.decreaseIndentPattern);
for (const line of ["workflow main() {", "    step a = g(", "    let list = [", "    .one =>"]) check(`deeper behind ${line}`, increase.test(line));
for (const line of ["    step a = g(1)", "}", "    a", "// a comment"]) check(`as deep behind ${line}`, !increase.test(line));
for (const line of ["}", "    )", "  ] + more", "} else {"]) check(`less deep: ${line}`, decrease.test(line));
for (const line of ["    step a = g(1)", "{", "a }"]) check(`not less deep: ${line}`, !decrease.test(line));
for (const rule of configuration.onEnterRules) {
    const before = new RegExp(rule.beforeText);
    check("documentation goes on", before.test("    /// words") && !before.test("    // words"));
    check("what Enter does", ["none", "indent", "indentOutdent", "outdent"].includes(rule.action.indent));
}
const pairs = new Set(configuration.brackets.map(String));
for (const pair of configuration.surroundingPairs) check(`pair ${pair}`, pairs.has(String(pair)) || pair[0] === pair[1]);

// the grammar: includes lead somewhere, patterns are patterns, every scope is the language's
const visit = (rule, at) => {
    if (rule.include) check(`${at}: ${rule.include}`, rule.include === "$self" || grammar.repository[rule.include.slice(1)]);
    for (const key of ["name", "contentName"]) if (rule[key]) check(`${at}: ${rule[key]}`, rule[key].split(" ").every((scope) => scope.endsWith(".wf")));
    if (rule.begin) check(`${at}: an end`, rule.end !== undefined);
    for (const inner of rule.patterns ?? []) visit(inner, at);
    for (const capture of Object.values({ ...rule.captures, ...rule.beginCaptures, ...rule.endCaptures })) visit(capture, at);
};
for (const rule of grammar.patterns) visit(rule, "the file");
for (const [name, rule] of Object.entries(grammar.repository)) visit(rule, name);

if (wrong.length) { console.error(`vscode manifest: ${wrong.join("; ")}`); process.exit(1); }
console.log(`vscode manifest: good, ${count} checks`);
