// The VS Code side of `wfc lsp`: everything the server offers, registered with the editor. It needs no package of npm: the
// connection is `connection.js`, and the editor's API is the rest.
'use strict';
const vscode = require('vscode');
const { Connection } = require('./connection.js');

let connection;
let output;
const selector = { language: 'wf', scheme: 'file' };

// Between the protocol's values and the editor's.
const from = {
    position: (p) => ({ line: p.line, character: p.character }),
    range: (r) => ({ start: from.position(r.start), end: from.position(r.end) }),
    document: (d) => ({ uri: d.uri.toString() }),
};
const to = {
    position: (p) => new vscode.Position(p.line, p.character),
    range: (r) => new vscode.Range(r.start.line, r.start.character, r.end.line, r.end.character),
    location: (l) => new vscode.Location(vscode.Uri.parse(l.uri), to.range(l.range)),
    markdown: (m) => (m ? new vscode.MarkdownString(typeof m === 'string' ? m : m.value) : undefined),
    edit: (e) => new vscode.TextEdit(to.range(e.range), e.newText),
    edits: (list) => (list || []).map(to.edit),
    workspaceEdit: (answer) => {
        const edit = new vscode.WorkspaceEdit();
        for (const [uri, edits] of Object.entries(answer.changes || {})) edit.set(vscode.Uri.parse(uri), to.edits(edits));
        for (const change of answer.documentChanges || []) {
            if (change.kind === 'create') {
                edit.createFile(vscode.Uri.parse(change.uri), { ignoreIfExists: true });
                continue;
            }
            edit.set(vscode.Uri.parse(change.textDocument.uri), to.edits(change.edits));
        }
        return edit;
    },
    diagnostic: (d) => {
        const found = new vscode.Diagnostic(to.range(d.range), d.message, d.severity - 1);
        found.code = d.code;
        found.source = d.source;
        found.tags = d.tags;
        found.relatedInformation = (d.relatedInformation || []).map(
            (r) => new vscode.DiagnosticRelatedInformation(to.location(r.location), r.message));
        return found;
    },
    symbol: (s) => {
        const symbol = new vscode.DocumentSymbol(s.name, s.detail || '', s.kind - 1, to.range(s.range), to.range(s.selectionRange));
        symbol.children = (s.children || []).map(to.symbol);
        return symbol;
    },
    completion: (i) => {
        const item = new vscode.CompletionItem(i.label, i.kind - 1);
        item.detail = i.detail;
        item.documentation = to.markdown(i.documentation);
        item.sortText = i.sortText;
        item.range = to.range(i.textEdit.range);
        item.insertText = i.insertTextFormat === 2 ? new vscode.SnippetString(i.textEdit.newText) : i.textEdit.newText;
        return item;
    },
    call: (i) => {
        const item = new vscode.CallHierarchyItem(
            i.kind - 1, i.name, i.detail || '', vscode.Uri.parse(i.uri), to.range(i.range), to.range(i.selectionRange));
        item.data = i;
        return item;
    },
    selection: (s) => new vscode.SelectionRange(to.range(s.range), s.parent ? to.selection(s.parent) : undefined),
};

const at = (document, position) => ({ textDocument: from.document(document), position: from.position(position) });
const ask = (method, params, token) => connection.request(method, params, token).catch((error) => {
    if (error.code !== -32800) output.appendLine(`${method}: ${error.message}`);
    return null;
});
const list = (answer, make) => (answer || []).map(make);

function features(capabilities) {
    const text = 'textDocument/';
    const legend = capabilities.semanticTokensProvider.legend;
    const languages = vscode.languages;
    return [
        languages.registerHoverProvider(selector, {
            provideHover: async (d, p, t) => {
                const answer = await ask(text + 'hover', at(d, p), t);
                return answer && new vscode.Hover(to.markdown(answer.contents), to.range(answer.range));
            },
        }),
        languages.registerCompletionItemProvider(selector, {
            provideCompletionItems: async (d, p, t) => list((await ask(text + 'completion', at(d, p), t) || {}).items, to.completion),
        }, ...capabilities.completionProvider.triggerCharacters),
        languages.registerSignatureHelpProvider(selector, {
            provideSignatureHelp: async (d, p, t) => {
                const answer = await ask(text + 'signatureHelp', at(d, p), t);
                if (!answer) return null;
                const help = new vscode.SignatureHelp();
                help.signatures = answer.signatures.map((s) => {
                    const signature = new vscode.SignatureInformation(s.label, to.markdown(s.documentation));
                    signature.parameters = s.parameters.map((x) => new vscode.ParameterInformation(x.label));
                    return signature;
                });
                help.activeSignature = answer.activeSignature;
                help.activeParameter = answer.activeParameter;
                return help;
            },
        }, ...capabilities.signatureHelpProvider.triggerCharacters),
        languages.registerDefinitionProvider(selector, {
            provideDefinition: async (d, p, t) => list(await ask(text + 'definition', at(d, p), t), to.location),
        }),
        languages.registerTypeDefinitionProvider(selector, {
            provideTypeDefinition: async (d, p, t) => list(await ask(text + 'typeDefinition', at(d, p), t), to.location),
        }),
        languages.registerReferenceProvider(selector, {
            provideReferences: async (d, p, context, t) => list(await ask(text + 'references', { ...at(d, p), context }, t), to.location),
        }),
        languages.registerDocumentHighlightProvider(selector, {
            provideDocumentHighlights: async (d, p, t) =>
                list(await ask(text + 'documentHighlight', at(d, p), t), (h) => new vscode.DocumentHighlight(to.range(h.range), h.kind - 1)),
        }),
        languages.registerRenameProvider(selector, {
            prepareRename: async (d, p, t) => {
                const answer = await connection.request(text + 'prepareRename', at(d, p), t);
                return answer && { range: to.range(answer.range), placeholder: answer.placeholder };
            },
            provideRenameEdits: async (d, p, newName, t) =>
                to.workspaceEdit(await connection.request(text + 'rename', { ...at(d, p), newName }, t)),
        }),
        languages.registerDocumentSymbolProvider(selector, {
            provideDocumentSymbols: async (d, t) => list(await ask(text + 'documentSymbol', { textDocument: from.document(d) }, t), to.symbol),
        }),
        languages.registerWorkspaceSymbolProvider({
            provideWorkspaceSymbols: async (query, t) =>
                list(await ask('workspace/symbol', { query }, t),
                    (s) => new vscode.SymbolInformation(s.name, s.kind - 1, s.containerName || '', to.location(s.location))),
        }),
        languages.registerFoldingRangeProvider(selector, {
            provideFoldingRanges: async (d, _, t) =>
                list(await ask(text + 'foldingRange', { textDocument: from.document(d) }, t), (r) => new vscode.FoldingRange(
                    r.startLine, r.endLine, { comment: 1, imports: 2 }[r.kind])),
        }),
        languages.registerSelectionRangeProvider(selector, {
            provideSelectionRanges: async (d, positions, t) =>
                list(await ask(text + 'selectionRange', { textDocument: from.document(d), positions: positions.map(from.position) }, t), to.selection),
        }),
        languages.registerDocumentLinkProvider(selector, {
            provideDocumentLinks: async (d, t) =>
                list(await ask(text + 'documentLink', { textDocument: from.document(d) }, t),
                    (l) => new vscode.DocumentLink(to.range(l.range), vscode.Uri.parse(l.target))),
        }),
        languages.registerDocumentFormattingEditProvider(selector, {
            provideDocumentFormattingEdits: async (d, options, t) =>
                to.edits(await ask(text + 'formatting', { textDocument: from.document(d), options }, t)),
        }),
        languages.registerDocumentRangeFormattingEditProvider(selector, {
            provideDocumentRangeFormattingEdits: async (d, r, options, t) =>
                to.edits(await ask(text + 'rangeFormatting', { textDocument: from.document(d), range: from.range(r), options }, t)),
        }),
        languages.registerOnTypeFormattingEditProvider(selector, {
            provideOnTypeFormattingEdits: async (d, p, ch, options, t) =>
                to.edits(await ask(text + 'onTypeFormatting', { ...at(d, p), ch, options }, t)),
        }, '}', '\n'),
        languages.registerInlayHintsProvider(selector, {
            provideInlayHints: async (d, r, t) =>
                list(await ask(text + 'inlayHint', { textDocument: from.document(d), range: from.range(r) }, t), (h) => {
                    const hint = new vscode.InlayHint(to.position(h.position), h.label, h.kind);
                    hint.paddingLeft = h.paddingLeft;
                    return hint;
                }),
        }),
        languages.registerCodeLensProvider(selector, {
            provideCodeLenses: async (d, t) =>
                list(await ask(text + 'codeLens', { textDocument: from.document(d) }, t), (l) => new vscode.CodeLens(to.range(l.range), l.command)),
        }),
        languages.registerCodeActionsProvider(selector, {
            provideCodeActions: async (d, r, context, t) =>
                list(await ask(text + 'codeAction', {
                    textDocument: from.document(d), range: from.range(r),
                    context: { diagnostics: [], only: context.only ? [context.only.value] : undefined },
                }, t), (a) => {
                    const action = new vscode.CodeAction(a.title, vscode.CodeActionKind.Empty.append(a.kind));
                    action.edit = to.workspaceEdit(a.edit);
                    action.isPreferred = a.isPreferred;
                    return action;
                }),
        }),
        languages.registerCallHierarchyProvider(selector, {
            prepareCallHierarchy: async (d, p, t) => list(await ask(text + 'prepareCallHierarchy', at(d, p), t), to.call),
            provideCallHierarchyIncomingCalls: async (i, t) =>
                list(await ask('callHierarchy/incomingCalls', { item: i.data }, t),
                    (c) => new vscode.CallHierarchyIncomingCall(to.call(c.from), c.fromRanges.map(to.range))),
            provideCallHierarchyOutgoingCalls: async (i, t) =>
                list(await ask('callHierarchy/outgoingCalls', { item: i.data }, t),
                    (c) => new vscode.CallHierarchyOutgoingCall(to.call(c.to), c.fromRanges.map(to.range))),
        }),
        languages.registerDocumentSemanticTokensProvider(selector, {
            provideDocumentSemanticTokens: async (d, t) => {
                const answer = await ask(text + 'semanticTokens/full', { textDocument: from.document(d) }, t);
                return answer && new vscode.SemanticTokens(new Uint32Array(answer.data), answer.resultId);
            },
            provideDocumentSemanticTokensEdits: async (d, previousResultId, t) => {
                const answer = await ask(text + 'semanticTokens/full/delta', { textDocument: from.document(d), previousResultId }, t);
                if (!answer) return null;
                if (answer.data) return new vscode.SemanticTokens(new Uint32Array(answer.data), answer.resultId);
                return new vscode.SemanticTokensEdits(
                    answer.edits.map((e) => new vscode.SemanticTokensEdit(e.start, e.deleteCount, new Uint32Array(e.data || []))), answer.resultId);
            },
        }, new vscode.SemanticTokensLegend(legend.tokenTypes, legend.tokenModifiers)),
    ];
}

function synchronise() {
    const workspace = vscode.workspace;
    const isOurs = (d) => d.languageId === 'wf' && d.uri.scheme === 'file';
    const opened = (d) => isOurs(d) && connection.notify('textDocument/didOpen', {
        textDocument: { uri: d.uri.toString(), languageId: 'wf', version: d.version, text: d.getText() },
    });
    workspace.textDocuments.forEach(opened);
    // workflows, and what projects set and live with
    const watchers = ['**/*.wf', '**/*.json', '**/wf.toml'].map((pattern) => workspace.createFileSystemWatcher(pattern));
    // a folder that comes or goes as a whole: of what is in it nothing is said
    watchers.push(workspace.createFileSystemWatcher('**', false, true, false));
    const changed = (type) => (uri) => connection.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uri.toString(), type }] });
    const configure = () => connection.notify('workspace/didChangeConfiguration', { settings: { wf: workspace.getConfiguration('wf') } });
    return [
        workspace.onDidOpenTextDocument(opened),
        workspace.onDidCloseTextDocument((d) => isOurs(d) && connection.notify('textDocument/didClose', { textDocument: from.document(d) })),
        workspace.onDidChangeTextDocument(({ document, contentChanges }) => isOurs(document) && connection.notify('textDocument/didChange', {
            textDocument: { uri: document.uri.toString(), version: document.version },
            contentChanges: contentChanges.map((c) => ({ range: from.range(c.range), text: c.text })),
        })),
        workspace.onDidSaveTextDocument((d) => isOurs(d) && connection.notify('textDocument/didSave', { textDocument: from.document(d) })),
        workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
            const folder = (f) => ({ uri: f.uri.toString(), name: f.name });
            connection.notify('workspace/didChangeWorkspaceFolders', { event: { added: added.map(folder), removed: removed.map(folder) } });
        }),
        workspace.onDidChangeConfiguration((e) => e.affectsConfiguration('wf') && configure()),
        ...watchers.flatMap((w) => [w, w.onDidCreate(changed(1)), w.onDidChange(changed(2)), w.onDidDelete(changed(3))]),
    ];
}

function terminal(words) {
    const quoted = words.map((w) => (/^[\w./:=-]+$/.test(w) ? w : `'${w.replace(/'/g, `'\\''`)}'`));
    const shell = vscode.window.createTerminal('wf');
    shell.show();
    shell.sendText(quoted.join(' '));
}

function commands() {
    const path = (uri) => vscode.Uri.parse(uri).fsPath;
    const register = vscode.commands.registerCommand;
    return [
        register('wf.run', (uri, name) => terminal(['wfi', 'run', path(uri), '--workflow', name])),
        register('wf.test', (uri, title) => terminal(['wfi', 'test', path(uri), '--filter', title])),
        register('wf.graph', (uri, name) => terminal(['wfc', 'graph', path(uri), '--workflow', name, '--format', 'mermaid'])),
        register('wf.restart', async () => { await stop(); await start(); }),
    ];
}

// Tasks of the type `wf`, as `taskDefinitions` of package.json describes them.
function tasks() {
    const words = { check: ['wfc', 'check', '.'], fmt: ['wfc', 'fmt', '.'], test: ['wfi', 'test', '.'] };
    const task = (definition, folder) => {
        const [program, ...rest] = words[definition.command];
        const made = new vscode.Task(
            definition, folder, definition.command, 'wf', new vscode.ShellExecution(program, rest), ['$wfc']);
        if (definition.command !== 'fmt') made.group = definition.command === 'check' ? vscode.TaskGroup.Build : vscode.TaskGroup.Test;
        return made;
    };
    return vscode.tasks.registerTaskProvider('wf', {
        provideTasks: () => Object.keys(words).map((command) => task({ type: 'wf', command }, vscode.TaskScope.Workspace)),
        resolveTask: (t) => (words[t.definition.command] ? task(t.definition, t.scope || vscode.TaskScope.Workspace) : undefined),
    });
}

let subscriptions = [];

async function start() {
    const configuration = vscode.workspace.getConfiguration('wf');
    const folders = vscode.workspace.workspaceFolders || [];
    const folder = folders.length > 0 ? folders[0].uri.fsPath : undefined;
    connection = new Connection(configuration.get('server.path', 'wfc'), ['lsp'], folder, (reason) => output.appendLine(`wfc lsp: ${reason}`));
    const diagnostics = vscode.languages.createDiagnosticCollection('wf');
    connection.on('textDocument/publishDiagnostics', (p) => { diagnostics.set(vscode.Uri.parse(p.uri), p.diagnostics.map(to.diagnostic)); });
    const answer = await connection.request('initialize', {
        processId: process.pid,
        rootUri: folders.length > 0 ? folders[0].uri.toString() : null,
        workspaceFolders: folders.map((f) => ({ uri: f.uri.toString(), name: f.name })),
        capabilities: {
            general: { positionEncodings: ['utf-16'] },
            workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } },
            textDocument: {
                completion: { completionItem: { snippetSupport: true } },
                documentSymbol: { hierarchicalDocumentSymbolSupport: true },
            },
        },
        initializationOptions: configuration,
    });
    connection.notify('initialized', {});
    subscriptions = [diagnostics, ...features(answer.capabilities), ...synchronise()];
}

async function stop() {
    subscriptions.forEach((s) => s.dispose());
    subscriptions = [];
    if (!connection) return;
    try {
        await connection.request('shutdown', null);
        connection.notify('exit', null);
    } catch { /* it has gone already */ }
    connection = undefined;
}

async function activate(context) {
    output = vscode.window.createOutputChannel('wf');
    context.subscriptions.push(output, tasks(), ...commands());
    await start();
}

module.exports = { activate, deactivate: stop };
