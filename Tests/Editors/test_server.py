"""Drives the real server with pytest-lsp, a client that nobody here has written. Run by scripts/test-editors."""

import os
import pathlib
import sys

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

WRONG = "/// Doubles.\nworkflow main(count: Int) -> Int {\n    // a comment\n    let twice = coun * 2\n    twice\n}\n"


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[os.environ["WFC"], "lsp"]),
)
async def client(lsp_client: LanguageClient, tmp_path: pathlib.Path):
    (tmp_path / "main.wf").write_text(WRONG)
    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=pytest_lsp.client_capabilities("neovim"), root_uri=tmp_path.as_uri()
        )
    )
    lsp_client.root = tmp_path
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient) -> types.TextDocumentIdentifier:
    uri = (client.root / "main.wf").as_uri()
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            text_document=types.TextDocumentItem(uri=uri, language_id="wf", version=1, text=WRONG)
        )
    )
    return types.TextDocumentIdentifier(uri=uri)


@pytest.mark.asyncio
async def test_diagnostics(client: LanguageClient):
    document = opened(client)
    if client.capabilities.text_document.diagnostic:
        report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(text_document=document))
        found = report.items
    else:
        await client.wait_for_notification("textDocument/publishDiagnostics")
        found = client.diagnostics[document.uri]
    assert len(found) == 1 and "did you mean `count`" in found[0].message


@pytest.mark.asyncio
async def test_features(client: LanguageClient):
    document = opened(client)
    place = types.Position(line=3, character=9)
    hover = await client.text_document_hover_async(types.HoverParams(text_document=document, position=place))
    assert "let twice" in hover.contents.value
    items = await client.text_document_completion_async(
        types.CompletionParams(text_document=document, position=types.Position(line=3, character=16))
    )
    assert "count" in [item.label for item in items.items]
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=document))
    assert [symbol.name for symbol in symbols] == ["main"]
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(text_document=document))
    assert folds[0].start_line == 1
    tokens = await client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(text_document=document)
    )
    assert len(tokens.data) > 50 and len(tokens.data) % 5 == 0
    edit = await client.text_document_rename_async(
        types.RenameParams(text_document=document, position=place, new_name="doubled")
    )
    assert edit is not None
    edits = await client.text_document_formatting_async(
        types.DocumentFormattingParams(
            text_document=document, options=types.FormattingOptions(tab_size=4, insert_spaces=True)
        )
    )
    assert not edits


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q"]))
