// Runs the VS Code extension under Node with an editor made of paper, against the real server. Run by scripts/test-editors.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const Module = require('module');
const { pathToFileURL, fileURLToPath } = require('url');

const providers = {};
const listeners = {};
const diagnostics = new Map();
const disposable = { dispose() {} };
const plain = (...names) => class { constructor(...values) { names.forEach((n, i) => { this[n] = values[i]; }); } };
const register = (name) => (_, provider) => { providers[name] = provider; return disposable; };
const listen = (name) => (handler) => { listeners[name] = handler; return disposable; };
const Uri = { parse: (text) => ({ toString: () => text, scheme: text.split(':')[0], get fsPath() { return fileURLToPath(text); } }) };

const file = path.resolve('main.wf');
const uri = Uri.parse(pathToFileURL(file).href);
const document = { uri, languageId: 'wf', version: 1, text: fs.readFileSync(file, 'utf8'), getText() { return this.text; } };
const vscode = {
    Uri,
    Position: plain('line', 'character'),
    Range: class { constructor(a, b, c, d) { this.start = { line: a, character: b }; this.end = { line: c, character: d }; } },
    Location: plain('uri', 'range'), MarkdownString: plain('value'), TextEdit: plain('range', 'newText'),
    Diagnostic: plain('range', 'message', 'severity'), DiagnosticRelatedInformation: plain('location', 'message'),
    DocumentSymbol: plain('name', 'detail', 'kind', 'range', 'selectionRange'), CompletionItem: plain('label', 'kind'),
    SnippetString: plain('value'), Hover: plain('contents', 'range'), SignatureHelp: plain(), CodeLens: plain('range', 'command'),
    SignatureInformation: plain('label', 'documentation'), ParameterInformation: plain('label'), InlayHint: plain('position', 'label', 'kind'),
    DocumentHighlight: plain('range', 'kind'), SymbolInformation: plain('name', 'kind', 'container', 'location'),
    FoldingRange: plain('start', 'end', 'kind'), SelectionRange: plain('range', 'parent'), DocumentLink: plain('range', 'target'),
    CodeAction: plain('title', 'kind'), CodeActionKind: { Empty: { append: (value) => ({ value }) } },
    CallHierarchyItem: plain('kind', 'name'), CallHierarchyIncomingCall: plain('from', 'ranges'), CallHierarchyOutgoingCall: plain('to', 'ranges'),
    SemanticTokens: plain('data', 'resultId'), SemanticTokensEdits: plain('edits', 'resultId'), SemanticTokensEdit: plain('start', 'count', 'data'),
    SemanticTokensLegend: plain('types', 'modifiers'),
    WorkspaceEdit: class {
        constructor() { this.all = []; this.made = []; }
        set(u, edits) { this.all.push([u.toString(), edits]); }
        createFile(u) { this.made.push(u.toString()); }
    },
    Task: plain('definition', 'scope', 'name', 'source', 'execution', 'problemMatchers'), ShellExecution: plain('command', 'args'),
    TaskGroup: { Build: 'build', Test: 'test' }, TaskScope: { Workspace: 2 },
    tasks: { registerTaskProvider: (type, provider) => { providers.tasks = { type, provider }; return disposable; } },
    languages: {
        createDiagnosticCollection: () => ({ set: (u, list) => diagnostics.set(u.toString(), list), dispose() {} }),
        registerWorkspaceSymbolProvider: (provider) => { providers.symbols = provider; return disposable; },
    },
    workspace: {
        textDocuments: [document], workspaceFolders: [{ uri: Uri.parse(pathToFileURL(process.cwd()).href), name: 'project' }],
        getConfiguration: () => ({ get: (_, value) => value }),
        createFileSystemWatcher: () => ({ dispose() {}, onDidCreate: listen('create'), onDidChange: listen('save'), onDidDelete: listen('delete') }),
    },
    window: { createOutputChannel: () => ({ appendLine: (line) => console.error(line), dispose() {} }) },
    commands: { registerCommand: () => disposable },
};
for (const name of ['Hover', 'CompletionItem', 'SignatureHelp', 'Definition', 'TypeDefinition', 'Reference', 'DocumentHighlight', 'Rename',
    'DocumentSymbol', 'FoldingRange', 'SelectionRange', 'DocumentLink', 'DocumentFormattingEdit', 'DocumentRangeFormattingEdit',
    'OnTypeFormattingEdit', 'InlayHints', 'CodeLens', 'CodeActions', 'CallHierarchy', 'DocumentSemanticTokens']) {
    vscode.languages[`register${name}Provider`] = register(name);
}
for (const name of ['OpenTextDocument', 'CloseTextDocument', 'ChangeTextDocument', 'SaveTextDocument', 'ChangeWorkspaceFolders', 'ChangeConfiguration']) {
    vscode.workspace[`onDid${name}`] = listen(name);
}

const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
const root = path.resolve(__dirname, '../..');
const extension = require(path.join(root, 'editors/vscode/extension.js'));

async function until(condition) {
    for (let i = 0; i < 3000 && !condition(); i++) await new Promise((done) => setTimeout(done, 10));
    assert(condition(), `${condition}`);
}

(async () => {
    await extension.activate({ subscriptions: [] });
    await until(() => (diagnostics.get(uri.toString()) || []).length === 1);
    assert.match(diagnostics.get(uri.toString())[0].message, /did you mean `count`/);
    const place = new vscode.Position(3, 9);
    assert.match((await providers.Hover.provideHover(document, place)).contents.value, /let twice/);
    assert((await providers.CompletionItem.provideCompletionItems(document, new vscode.Position(3, 16))).some((i) => i.label === 'count'));
    assert.equal((await providers.Definition.provideDefinition(document, new vscode.Position(4, 5)))[0].range.start.line, 3);
    assert.equal((await providers.Reference.provideReferences(document, place, { includeDeclaration: true })).length, 2);
    assert.equal((await providers.Rename.provideRenameEdits(document, place, 'other')).all[0][1].length, 2);
    assert.equal((await providers.DocumentSymbol.provideDocumentSymbols(document))[0].name, 'main');
    assert.equal((await providers.CodeLens.provideCodeLenses(document)).length, 2);
    assert((await providers.DocumentSemanticTokens.provideDocumentSemanticTokens(document)).data.length > 50);
    assert.equal((await providers.FoldingRange.provideFoldingRanges(document, {}))[0].start, 1);
    const fixes = await providers.CodeActions.provideCodeActions(document, { start: { line: 3, character: 17 }, end: { line: 3, character: 17 } }, {});
    assert(fixes.length > 0 && fixes[0].edit.all.length === 1, JSON.stringify(fixes));
    const tasks = providers.tasks.provider.provideTasks();
    const definition = require(path.join(root, 'editors/vscode/package.json')).contributes.taskDefinitions[0];
    assert.equal(providers.tasks.type, definition.type);
    assert.deepEqual(tasks.map((t) => t.definition.command), definition.properties.command.enum);
    assert.deepEqual(tasks[0].problemMatchers, ['$wfc']);
    assert.equal(providers.tasks.provider.resolveTask(tasks[2]).execution.command, 'wfi');
    document.version = 2;
    listeners.ChangeTextDocument({
        document, contentChanges: [{ range: { start: { line: 3, character: 0 }, end: { line: 3, character: 24 } }, text: '  let twice=count*2' }],
    });
    await until(() => diagnostics.get(uri.toString()).length === 0);
    const edits = await providers.DocumentFormattingEdit.provideDocumentFormattingEdits(document, { tabSize: 4 });
    assert.equal(edits[0].newText, '    let twice = count * 2\n');
    listeners.SaveTextDocument(document);
    // a declaration that moves makes a file
    document.version = 3;
    document.text = 'func twice(n: Int) -> Int { n * 2 }\n\nworkflow main() -> Int { twice(1) }\n';
    listeners.ChangeTextDocument({ document, contentChanges: [{ range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }, text: document.text }] });
    const moves = await providers.CodeActions.provideCodeActions(document, { start: { line: 0, character: 6 }, end: { line: 0, character: 6 } }, {});
    const move = moves.find((a) => a.title.startsWith('move `twice`'));
    assert(move && move.edit.made.length === 1 && move.edit.all.length === 2, JSON.stringify(moves.map((a) => a.title)));
    await extension.deactivate();
    console.log('vscode: good');
})().catch((error) => { console.error('vscode:', error); process.exit(1); });
