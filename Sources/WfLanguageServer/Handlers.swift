// The table of what is served.

extension LanguageServer {
    typealias Handler = @Sendable (LanguageServer) -> (Json) throws(ResponseError) -> Json

    static let requests: [String: Handler] = [
        "textDocument/diagnostic": documentDiagnostic,
        "workspace/diagnostic": workspaceDiagnostic,
        "textDocument/formatting": formatting,
        "textDocument/rangeFormatting": rangeFormatting,
        "textDocument/onTypeFormatting": onTypeFormatting,
        "textDocument/documentSymbol": documentSymbol,
        "workspace/symbol": workspaceSymbol,
        "textDocument/foldingRange": foldingRange,
        "textDocument/selectionRange": selectionRange,
        "textDocument/documentLink": documentLink,
        "textDocument/semanticTokens/full": semanticTokensFull,
        "textDocument/semanticTokens/full/delta": semanticTokensDelta,
        "textDocument/semanticTokens/range": semanticTokensRange,
        "textDocument/hover": hover,
        "textDocument/definition": definition,
        "textDocument/typeDefinition": typeDefinition,
        "textDocument/references": references,
        "textDocument/documentHighlight": documentHighlight,
        "textDocument/prepareRename": prepareRename,
        "textDocument/rename": rename,
        "textDocument/completion": completion,
        "textDocument/signatureHelp": signatureHelp,
        "textDocument/inlayHint": inlayHint,
        "textDocument/codeLens": codeLens,
        "textDocument/codeAction": codeAction,
        "textDocument/prepareCallHierarchy": prepareCallHierarchy,
        "callHierarchy/incomingCalls": incomingCalls,
        "callHierarchy/outgoingCalls": outgoingCalls,
        "workspace/willRenameFiles": willRenameFiles,
        "wf/text": documentText,
    ]

    static let notifications: [String: @Sendable (LanguageServer) -> (Json) -> Void] = [
        "initialized": initialized,
        "textDocument/didOpen": didOpen,
        "textDocument/didChange": didChange,
        "textDocument/didClose": didClose,
        "textDocument/didSave": didSave,
        "workspace/didChangeConfiguration": didChangeConfiguration,
        "workspace/didChangeWorkspaceFolders": didChangeWorkspaceFolders,
        "workspace/didChangeWatchedFiles": didChangeWatchedFiles,
    ]
}
