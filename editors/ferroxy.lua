-- Neovim 0.11 or newer: the language server of Ferroxy for HAProxy configurations.
vim.filetype.add({
  filename = { ['haproxy.cfg'] = 'haproxy', ['ferroxy.cfg'] = 'haproxy' },
  pattern = { ['.*/haproxy/.*%.cfg'] = 'haproxy', ['.*/ferroxy/.*%.cfg'] = 'haproxy' },
})
vim.lsp.config('ferroxy', {
  cmd = { 'ferroxy', 'lsp' },
  filetypes = { 'haproxy' },
  -- A configuration is the files of one folder.
  root_dir = function(buffer, start)
    start(vim.fs.dirname(vim.api.nvim_buf_get_name(buffer)))
  end,
})
vim.lsp.enable('ferroxy')
