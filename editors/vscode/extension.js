// Starts `ferroxy lsp` for HAProxy configurations and lets it talk to the editor.
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

function activate() {
  const command = workspace.getConfiguration('ferroxy').get('path');
  client = new LanguageClient(
    'ferroxy',
    'Ferroxy',
    { command, args: ['lsp'] },
    { documentSelector: [{ language: 'haproxy' }] },
  );
  return client.start();
}

function deactivate() {
  return client && client.stop();
}

module.exports = { activate, deactivate };
