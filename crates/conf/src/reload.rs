//! What a reload inside the process can't change.

use crate::keyword::Reload;
use crate::lang::LANG;
use crate::spec::Global;

impl Global {
    /// The `global` keywords whose change from `old` to `self` needs another process, in the registry's order.
    pub fn needs_new_process(&self, old: &Global) -> Vec<&'static str> {
        LANG.global
            .iter()
            .filter(|keyword| match keyword.reload {
                Reload::Live => false,
                Reload::NewProcess(same) => !same(self, old),
            })
            .map(|keyword| keyword.name)
            .collect()
    }
}
