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
