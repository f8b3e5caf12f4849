" Vim with vim-lsp: the language server of Ferroxy for HAProxy configurations.
augroup ferroxy
  autocmd!
  autocmd BufRead,BufNewFile haproxy.cfg,ferroxy.cfg,*/haproxy/*.cfg,*/ferroxy/*.cfg setfiletype haproxy
  autocmd User lsp_setup call lsp#register_server({
        \ 'name': 'ferroxy',
        \ 'cmd': {server_info -> ['ferroxy', 'lsp']},
        \ 'root_uri': {server_info -> lsp#utils#path_to_uri(expand('%:p:h'))},
        \ 'allowlist': ['haproxy'],
        \ })
augroup END
