//! Reading the configuration again and taking it up inside the running process. Whatever is wrong with it changes
//! nothing.

use crate::engine::Unlinked;
use crate::loader::Loader;
use admin::Admin;
use conf::spec::Spec;
use diag::{FileId, Files, OneLine, Severity};
use proxy::Control;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Reloads the running proxy. It may be asked from any thread; it reads files and binds sockets, so a worker asks
/// through `rt::offload`.
pub struct Reloader {
    loader: Arc<Loader>,
    control: Control,
    /// The runtime API, once it runs.
    admin: OnceLock<Admin>,
    /// One at a time: each builds upon the Plan before it.
    alone: Mutex<()>,
}

impl Reloader {
    /// A reloader of what `loader` reads, for the proxy that `control` leads.
    pub fn new(loader: Arc<Loader>, control: Control) -> Reloader {
        Reloader { loader, control, admin: OnceLock::new(), alone: Mutex::new(()) }
    }

    /// From now on the sockets of the runtime API follow the configuration as well.
    pub fn lead(&self, admin: Admin) {
        // There is one runtime API, and whoever starts it calls this once.
        let _ = self.admin.set(admin);
    }

    /// Takes up the configuration as it is in the files now. Both answers are messages in the reference's form, each
    /// ended by LF: the warnings, or why nothing was changed.
    pub fn reload(&self) -> Result<Vec<String>, Vec<String>> {
        let _alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        let (spec, files, warnings) = self.loader.load()?;
        self.check(&spec).map_err(|text| vec![alert(&text)])?;
        let mut world = self.loader.world.clone();
        let spec = Arc::new(spec);
        let staged = proxy::link(spec.clone(), self.control.shared(), &mut world).map_err(|errors| {
            let alerts = errors.into_iter().map(|error| {
                let unlinked = Unlinked { at: error.at, proxy: error.proxy, message: error.message };
                alert(&unlinked.text(&spec, &files))
            });
            alerts.collect::<Vec<_>>()
        })?;
        let sockets = match self.admin.get() {
            None => None,
            Some(admin) => {
                let bound = admin::bind(&spec, &admin.sockets());
                let sockets = bound.map_err(|unbound| {
                    let alerts = unbound.into_iter().map(|error| alert(&Unlinked::from(error).text(&spec, &files)));
                    alerts.collect::<Vec<_>>()
                })?;
                Some((admin, sockets))
            }
        };
        self.control.adopt(staged);
        if let Some((admin, sockets)) = sockets {
            admin.adopt(sockets);
        }
        Ok(warnings)
    }

    /// What a running process can't take up.
    fn check(&self, new: &Spec) -> Result<(), String> {
        if self.control.shared().stopping.load(Relaxed) {
            return Err("config : the process is stopping.".to_owned());
        }
        let fixed = new.global.needs_new_process(&self.control.plan().spec.global);
        if fixed.is_empty() {
            return Ok(());
        }
        let list = fixed.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
        Err(format!("config : the running process can't change {list}; start a new one instead."))
    }
}

impl admin::Host for Reloader {
    fn reload(&self) -> Result<String, String> {
        match Reloader::reload(self) {
            Ok(warnings) => Ok(format!("The configuration was reloaded.\n{}", warnings.concat())),
            Err(errors) => Err(format!("{}The configuration was not reloaded; nothing has changed.", errors.concat())),
        }
    }

    fn env(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.loader.environment().listed().map(|(name, value)| (name.to_vec(), value.to_vec())).collect()
    }
}

impl From<admin::Unbound> for Unlinked {
    fn from(error: admin::Unbound) -> Unlinked {
        Unlinked { at: error.at, proxy: "GLOBAL".into(), message: error.message }
    }
}

impl Unlinked {
    /// The message in the reference's words.
    pub fn text(&self, spec: &Spec, files: &Files) -> String {
        let Unlinked { at, proxy, message } = self;
        let file = files.name(FileId(at.file));
        format!("Binding [{file}:{}] for {} {proxy}: {message}", at.line, kind_of(spec, proxy))
    }
}

/// What messages call a proxy; the sockets of the runtime API belong to a frontend of their own.
fn kind_of(spec: &Spec, name: &str) -> &'static str {
    use conf::spec::ProxyKind;
    match spec.proxies.iter().find(|proxy| &*proxy.name == name).map(|proxy| proxy.kind) {
        Some(ProxyKind::Listen) => "proxy",
        Some(ProxyKind::Backend) => "backend",
        Some(ProxyKind::Frontend) | None => "frontend",
    }
}

fn alert(text: &str) -> String {
    OneLine::without_intro(std::process::id()).message(Severity::Alert, text)
}
