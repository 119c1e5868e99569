-- Starts `wfc lsp` for buffers of workflows, and carries out what its code lenses ask for. Neovim 0.7 and later.
local M = {
  -- How the server is started, and its settings; change them before the first workflow is opened.
  command = { 'wfc', 'lsp' },
  settings = { wf = {} },
  clients = {},
}

-- The nearest folder above with a project file or a repository, else the file's own.
local function root(path)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  local at = folder
  while at ~= '' do
    for _, mark in ipairs({ 'wf.json', 'wf.toml', '.git' }) do
      if vim.loop.fs_stat(at .. '/' .. mark) then return at end
    end
    local above = vim.fn.fnamemodify(at, ':h')
    if above == at then break end
    at = above
  end
  return folder
end

function M.start(buffer)
  local folder = root(vim.api.nvim_buf_get_name(buffer))
  local options = {
    name = 'wfc',
    cmd = M.command,
    root_dir = folder,
    settings = M.settings,
    init_options = M.settings.wf,
    workspace_folders = { { uri = vim.uri_from_fname(folder), name = folder } },
  }
  if vim.lsp.start then return vim.lsp.start(options, { bufnr = buffer }) end
  local known = M.clients[folder]
  if not known or not vim.lsp.get_client_by_id(known) then
    known = vim.lsp.start_client(options)
    M.clients[folder] = known
  end
  vim.lsp.buf_attach_client(buffer, known)
  return known
end

local function terminal(words)
  vim.cmd('botright split | terminal ' .. table.concat(vim.tbl_map(vim.fn.shellescape, words), ' '))
end

vim.lsp.commands['wf.run'] = function(command)
  terminal({ 'wfi', 'run', vim.uri_to_fname(command.arguments[1]), '--workflow', command.arguments[2] })
end
vim.lsp.commands['wf.test'] = function(command)
  terminal({ 'wfi', 'test', vim.uri_to_fname(command.arguments[1]), '--filter', command.arguments[2] })
end
vim.lsp.commands['wf.graph'] = function(command)
  local path = vim.uri_to_fname(command.arguments[1])
  terminal({ 'wfc', 'graph', path, '--workflow', command.arguments[2], '--format', 'mermaid' })
end

return M
