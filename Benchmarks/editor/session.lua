-- What an author does for two minutes in a workspace of 200 files, as keys typed into Neovim with the pauses of a person, and
-- what the plugins of an editor ask meanwhile. `record` runs this against `wfc lsp --record`; the recording is what is kept.
--   nvim --headless --clean -u NONE -S session.lua     WFC, ROOT and OUT in the environment
local root, out = os.getenv('ROOT'), os.getenv('OUT')
local lsp = vim.lsp
vim.cmd('filetype off')
vim.o.updatetime = 300
vim.o.swapfile = false

local client = lsp.start_client({
  name = 'wfc',
  cmd = { os.getenv('WFC'), 'lsp', '--record', out },
  root_dir = root,
  flags = { debounce_text_changes = 0 },
  workspace_folders = { { uri = vim.uri_from_fname(root), name = 'editor' } },
})

local function parameters() return lsp.util.make_position_params(0, 'utf-16') end
local function document() return { textDocument = lsp.util.make_text_document_params() } end
local function ask(method, params) lsp.buf_request(0, method, params or parameters(), function() end) end

-- as completion plugins do: while a word is typed, not more often than every 60 ms
local waits = false
vim.api.nvim_create_autocmd('TextChangedI', { callback = function()
  local before = vim.api.nvim_get_current_line():sub(1, vim.api.nvim_win_get_cursor(0)[2])
  if before:match('[(,]%s*$') then ask('textDocument/signatureHelp') end
  if waits or not before:match('[%w_."]$') then return end
  waits = true
  vim.defer_fn(function() waits = false; ask('textDocument/completion') end, 60)
end })
-- as editors do when the typing stops
vim.api.nvim_create_autocmd({ 'CursorHold', 'CursorHoldI' }, { callback = function()
  ask('textDocument/documentHighlight')
  ask('textDocument/semanticTokens/full', document())
  local last = vim.api.nvim_buf_line_count(0)
  local all = document()
  all.range = { start = { line = 0, character = 0 }, ['end'] = { line = last, character = 0 } }
  ask('textDocument/inlayHint', all)
  ask('textDocument/codeLens', document())
  ask('textDocument/documentSymbol', document())
  local here = lsp.util.make_range_params(0, 'utf-16')
  here.context = { diagnostics = {} }
  ask('textDocument/codeAction', here)
end })

local function edit(file)
  return function()
    vim.cmd('edit ' .. root .. '/' .. file)
    lsp.buf_attach_client(0, client)
  end
end
local function go(pattern) return function() vim.fn.cursor(1, 1); vim.fn.search(pattern, 'W') end end
local function onType(key)
  return function()
    local params = parameters()
    params.ch, params.options = key, { tabSize = 4, insertSpaces = true }
    ask('textDocument/onTypeFormatting', params)
  end
end

-- Keys, calls, or a number: a pause in milliseconds.
local steps = {
  edit('flow100.wf'), 1500,
  -- reads: what is this, where does it come from
  go('greet'), 400, function() ask('textDocument/hover') end, 900,
  function() ask('textDocument/definition') end, 300, edit('lib/shared.wf'), 1200,
  go('twice\\|double'), 300, function() ask('textDocument/references', vim.tbl_extend('force', parameters(), { context = { includeDeclaration = true } })) end,
  1000, edit('flow100.wf'), 800,
  -- a step more in the second workflow, with a slip of the finger
  go('^workflow work1'), 300, '/step a4\rjo', 250,
  'step note = shared.greet("{order.nmae} is {count}")', 500, '\27', 200, '?nmae\rcwname\27', 900,
  'A\r    timeout 30s', onType('\n'), 300, '\r', '    retry 3 backoff 1s..1m\27', onType('\n'), 1200,
  'u', 500, 'u', 500, '\18', 700,
  -- a func of its own
  'Go\r/// How much is left.\rfunc rest(total: Int, used: Int) -> Int {', 300,
  '\r', '    let left = total - used\r', 400, 'if left < 0 { 0 } else { left }\r}\27', onType('}'), 1000,
  function() ask('textDocument/formatting', vim.tbl_extend('force', document(), { options = { tabSize = 4, insertSpaces = true } })) end, 400,
  ':silent write\r', 800,
  -- uses it: completion behind a dot and within a call
  go('a9.count + count'), 300, 'A + rest(order.id, a3.count)\27', 900,
  '0w', 200, function() ask('textDocument/hover') end, 700,
  -- renames it
  go('func rest'), 'w', 300, function() ask('textDocument/prepareRename') end, 500,
  function() lsp.buf.rename('remaining') end, 900, ':silent write\r', 600,
  -- a field more in the record that two hundred files use
  edit('lib/shared.wf'), 900, go('total: Float'), 200, 'o    /// Who asked for it.\r', 300, 'buyer: String = ""\27', 1500,
  go('n \\* 2'), 300, 'cwn + n\27', 1200, ':silent write\r', 900,
  -- another file, which asks for the new field
  edit('flow37.wf'), 1000, go('order.name'), 300, 'f.lcwbuyer\27', 900,
  go('^workflow work3'), 300, 'o    let big = if count > 10 { "many" } else { "few" }\27', 900,
  'o    step say = shared.greet(big)', 400, '\r    after a2\27', 900, 'u', 400, 'u', 400, 'u', 800,
  function() ask('workspace/symbol', { query = 'work3' }) end, 700,
  ':silent write\r', 600,
  edit('flow100.wf'), 700, go('^workflow work4'), 300, function() ask('textDocument/prepareCallHierarchy') end, 600,
  '/count)\r', 'i * (2 + 3', 400, '\27', 900, 'u', 700, ':silent write\r', 500,
  -- starts a test and does not finish it
  'Go\rtest "rest is never negative" {\r    expect rem', 900, 'aining(1, 2) == 0\r}\27', 1500, ':silent write\r', 600,
}

-- Keys one after the other, some 140 ms apart as people type, always the same way.
local seed = 7
local function random(low, high)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return low + seed % (high - low)
end
local function run(at)
  local step = steps[at]
  if step == nil then
    lsp.stop_client(client)
    vim.defer_fn(function() vim.cmd('qall!') end, 1500)
  elseif type(step) == 'number' then
    vim.defer_fn(function() run(at + 1) end, step)
  elseif type(step) == 'function' then
    step()
    vim.defer_fn(function() run(at + 1) end, 50)
  else
    local keys = vim.fn.split(step, '\\zs')
    local function key(number)
      if not keys[number] then return run(at + 1) end
      local text = keys[number]
      vim.api.nvim_input(text == '<' and '<lt>' or text)
      vim.defer_fn(function() key(number + 1) end, random(70, 210))
    end
    key(1)
  end
end
vim.defer_fn(function() run(1) end, 200)
