-- Drives Neovim with the configuration of editors/nvim against the real server. Run by scripts/test-editors.
local failures = 0
local function check(what, isGood, found)
  if isGood then return end
  failures = failures + 1
  io.stderr:write('neovim: ' .. what .. ', found ' .. vim.inspect(found) .. '\n')
end

local function run()
  vim.cmd('edit main.wf')
  local buffer = vim.api.nvim_get_current_buf()
  check('the file type is wf', vim.bo.filetype == 'wf', vim.bo.filetype)
  vim.wait(30000, function() return #vim.diagnostic.get(buffer) > 0 end, 20)
  local diagnostics = vim.diagnostic.get(buffer)
  check('one diagnostic', #diagnostics == 1, diagnostics)
  check('its message', diagnostics[1] and diagnostics[1].message:find('did you mean `count`', 1, true), diagnostics)

  local function ask(method, line, character)
    local parameters = {
      textDocument = vim.lsp.util.make_text_document_params(),
      position = { line = line, character = character },
    }
    for _, answer in pairs(vim.lsp.buf_request_sync(buffer, method, parameters, 30000) or {}) do
      return answer.result
    end
  end
  local hover = ask('textDocument/hover', 3, 9)
  check('hover', hover and hover.contents.value:find('let twice', 1, true), hover)
  local completion = ask('textDocument/completion', 3, 4)
  check('completion', completion and #completion.items > 10, completion)
  local definition = ask('textDocument/definition', 4, 6)
  local first = definition and definition[1] or {}
  check('definition', ((first.targetRange or first.range or {}).start or {}).line == 3, definition)

  -- every change that is offered at the wrong name; the first mends it
  local function text() return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') end
  local function encoding()
    for _, client in pairs(vim.lsp.buf_get_clients(buffer)) do return client.offset_encoding end
  end
  local place = { line = 3, character = 17 }
  local actions
  for _, answer in pairs(vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = { start = place, ['end'] = place },
    context = { diagnostics = {} },
  }, 30000) or {}) do actions = answer.result end
  local fix
  for _, action in ipairs(actions or {}) do if action.title:find('write `count`', 1, true) then fix = action end end
  check('a code action', fix, actions)
  if fix then
    vim.lsp.util.apply_workspace_edit(fix.edit, encoding())
    check('its change', text():find('let twice = count * 2', 1, true), text())
    vim.wait(30000, function() return #vim.diagnostic.get(buffer) == 0 end, 20)
    check('nothing is wrong then', #vim.diagnostic.get(buffer) == 0, vim.diagnostic.get(buffer))
  end

  -- another name, in all places
  vim.api.nvim_win_set_cursor(0, { 5, 4 })
  local edit
  for _, answer in pairs(vim.lsp.buf_request_sync(buffer, 'textDocument/rename', {
    textDocument = vim.lsp.util.make_text_document_params(),
    position = { line = 4, character = 5 },
    newName = 'double',
  }, 30000) or {}) do edit = answer.result end
  check('renaming', edit, edit)
  if edit then
    vim.lsp.util.apply_workspace_edit(edit, encoding())
    check('its changes', text():find('let double = count * 2\n    double', 1, true), text())
  end

  -- hints beside names without a type
  local hints
  for _, answer in pairs(vim.lsp.buf_request_sync(buffer, 'textDocument/inlayHint', {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = { start = { line = 0, character = 0 }, ['end'] = { line = 6, character = 0 } },
  }, 30000) or {}) do hints = answer.result end
  check('an inlay hint', hints and hints[1] and vim.inspect(hints[1].label):find('Int', 1, true), hints)

  -- written as a file is saved
  vim.cmd([[autocmd BufWritePre <buffer> lua if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 30000 }) else vim.lsp.buf.formatting_sync(nil, 30000) end]])
  vim.api.nvim_buf_set_lines(buffer, 3, 4, false, { '   let   double=count*2' })
  vim.cmd('write')
  local saved = table.concat(vim.fn.readfile('main.wf'), '\n')
  check('formatting on save', saved:find('\n    let double = count * 2\n', 1, true), saved)
  vim.api.nvim_buf_set_lines(buffer, 3, 5, false, { '    let twice = coun * 2', '    twice' })

  -- the wrong name mended, the text formatted, the file without messages
  vim.api.nvim_buf_set_lines(buffer, 3, 4, false, { '  let twice=count*2' })
  if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 30000 }) else vim.lsp.buf.formatting_sync(nil, 30000) end
  local line = vim.api.nvim_buf_get_lines(buffer, 3, 4, false)[1]
  check('formatting', line == '    let twice = count * 2', line)
  vim.wait(30000, function() return #vim.diagnostic.get(buffer) == 0 end, 20)
  check('no diagnostic', #vim.diagnostic.get(buffer) == 0, vim.diagnostic.get(buffer))
end

local isDone, reason = pcall(run)
check('the script runs', isDone, reason)
if failures > 0 then vim.cmd('cquit 1') end
print('neovim: good')
vim.cmd('qall!')
