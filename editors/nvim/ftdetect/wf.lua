vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
  pattern = '*.wf',
  callback = function() vim.bo.filetype = 'wf' end,
})
