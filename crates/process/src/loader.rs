//! Reads the configuration: files, environment, language, compilation. Kept for the whole life of the process, since
//! a reload does the same again.

use crate::outside::World;
use crate::sources::Sources;
use conf::spec::{Proxy, Spec};
use diag::{Diagnostics, Files, OneLine, Severity};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use syntax::{Env, Facts, Tree};

/// What the command line decides whatever the files say.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `-n`: connections of the process.
    pub maxconn: Option<u32>,
    /// `-N`: connections of each frontend that doesn't say.
    pub frontend_maxconn: Option<u32>,
    /// `-L`.
    pub local_peer: Option<String>,
    /// `-p`.
    pub pidfile: Option<Vec<u8>>,
    /// `-D`.
    pub daemon: bool,
    /// `-d`, `-db`: the process stays in the foreground.
    pub foreground: bool,
    /// `-dS`, `-dF`, `-dZ`: each of them rules out splicing.
    pub nosplice: bool,
    /// `-dR`.
    pub noreuseport: bool,
    /// `-dW`.
    pub zero_warning: bool,
    /// `-q` and `-V`, whichever came last.
    pub quiet: Option<bool>,
}

/// Everything that reading the configuration depends on.
pub struct Loader {
    pub sources: Sources,
    /// The environment that the process was started with.
    pub env: Env,
    pub facts: Facts,
    pub world: World,
    pub overrides: Overrides,
    /// Why files are out of reach by now.
    out_of_reach: Mutex<Option<String>>,
    /// After the last reading without errors.
    environment: Mutex<Env>,
}

/// What a configuration is read for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// To be told whether it is right.
    Check,
    Run,
}

/// What one reading found.
pub struct Loaded {
    pub files: Files,
    pub diagnostics: Diagnostics,
    /// The text as it was read; without the environment, which goes on to [`Loader::environment`].
    pub tree: Tree,
    /// Present if there is no error.
    pub spec: Option<Spec>,
    /// `quiet` stood in a `global` section, whatever else is wrong.
    pub quiet: bool,
}

impl Loader {
    /// A loader for a process in whose environment `vars` are.
    pub fn new(sources: Sources, facts: Facts, world: World, overrides: Overrides) -> Loader {
        let local_peer = overrides.local_peer.clone().unwrap_or_else(sys::hostname);
        let vars = std::env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec()));
        let env = vars.collect::<Env>().with_builtins(&facts, &local_peer);
        Loader { sources, env, facts, world, overrides, out_of_reach: Mutex::new(None), environment: Mutex::default() }
    }

    /// From now on readings are refused: the process is in a jail or has given up its rights.
    pub fn leave(&self, why: String) {
        *self.out_of_reach.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }

    /// The environment after the last line of the configuration in force, with what the process adds to it; `show env`
    /// lists it.
    pub fn environment(&self) -> Env {
        self.environment.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the files and compiles them. What isn't built yet passes a check only. The error is about reading itself
    /// and ready to be said.
    pub fn read(&self, purpose: Purpose) -> Result<Loaded, String> {
        if let Some(why) = &*self.out_of_reach.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(why.clone());
        }
        let paths = self.sources.paths()?;
        let (files, ids) = self.sources.read(&paths)?;
        let (mut tree, mut diagnostics) =
            syntax::parse(&files, &ids, self.env.clone(), &self.facts, &|word| conf::is_section(word));
        let mut world = self.world.clone();
        let (spec, found) = conf::compile(&tree, &files, &conf::LANG, &mut world);
        diagnostics.append(found);
        if purpose == Purpose::Run {
            diagnostics.refuse_unbuilt();
        }
        let quiet = says_quiet(&tree);
        let mut env = std::mem::take(&mut tree.env);
        env.set(b"HAPROXY_CFGFILES", &joined(&paths));
        let mut spec = spec.filter(|_| !diagnostics.has_alerts());
        if let Some(spec) = &mut spec {
            self.override_in(spec);
            env.set(b"HAPROXY_CLI", &cli_addresses(spec));
            *self.environment.lock().unwrap_or_else(PoisonError::into_inner) = env;
        }
        Ok(Loaded { files, diagnostics, tree, spec, quiet })
    }

    /// For a reload: the Spec, its files and the warnings, or the errors, each as lines of the reference's form.
    pub fn load(&self) -> Result<(Spec, Files, Vec<String>), Vec<String>> {
        let mut line = OneLine::without_intro(std::process::id());
        let loaded = self
            .read(Purpose::Run)
            .map_err(|error| vec![line.message(Severity::Alert, &format!("config : {error}"))])?;
        let text = line.configuration(&loaded.files, &loaded.diagnostics, false);
        let mut texts: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        match loaded.spec {
            Some(spec) if loaded.diagnostics.has_warnings() && spec.global.zero_warning => {
                texts.push(line.message(Severity::Alert, ZERO_WARNING));
                Err(texts)
            }
            Some(spec) => Ok((spec, loaded.files, texts)),
            None => Err(texts),
        }
    }

    fn override_in(&self, spec: &mut Spec) {
        let (over, global) = (&self.overrides, &mut spec.global);
        if over.maxconn.is_some() {
            global.maxconn = over.maxconn;
        }
        if let Some(name) = &over.local_peer {
            global.localpeer = Some(name.as_str().into());
        }
        if let Some(path) = &over.pidfile {
            global.pidfile = Some(path.as_slice().into());
        }
        global.daemon = (global.daemon || over.daemon) && !over.foreground;
        global.nosplice |= over.nosplice;
        global.noreuseport |= over.noreuseport;
        global.zero_warning |= over.zero_warning;
        global.quiet = over.quiet.unwrap_or(global.quiet);
        if let Some(limit) = over.frontend_maxconn {
            for proxy in &mut spec.proxies {
                limit_frontend(Arc::make_mut(proxy), limit);
            }
        }
    }
}

/// What `-dW` and `zero-warning` make of warnings.
pub const ZERO_WARNING: &str = "config : Some warnings were found and 'zero-warning' is set. Aborting.";

fn limit_frontend(proxy: &mut Proxy, limit: u32) {
    if proxy.front.is_some() {
        proxy.maxconn.get_or_insert(limit);
    }
}

fn says_quiet(tree: &Tree) -> bool {
    let globals = tree.sections.iter().filter(|section| section.keyword.is("global"));
    globals.flat_map(|section| &section.lines).any(|line| line.keyword().is("quiet"))
}

/// Paths as `HAPROXY_CFGFILES` has them.
fn joined(paths: &[PathBuf]) -> Vec<u8> {
    let names: Vec<Vec<u8>> = paths.iter().map(|path| path.clone().into_os_string().into_vec()).collect();
    names.join(&b';')
}

/// The addresses of the runtime API as `HAPROXY_CLI` has them.
fn cli_addresses(spec: &Spec) -> Vec<u8> {
    let addrs: Vec<Vec<u8>> = spec.global.stats_sockets.iter().map(|socket| cli_address(&socket.bind.addr)).collect();
    addrs.join(&b';')
}

fn cli_address(addr: &base::Addr) -> Vec<u8> {
    use base::Addr;
    match addr {
        Addr::Unix(path) => [b"unix@", &path[..]].concat(),
        Addr::Abns { name, padded } => [if *padded { &b"abns@"[..] } else { b"abnsz@" }, name].concat(),
        Addr::Ip(ip) if ip.is_ipv4() => format!("ipv4@{ip}").into_bytes(),
        Addr::Ip(ip) => format!("ipv6@{ip}").into_bytes(),
        Addr::Fd(fd) => format!("fd@{fd}").into_bytes(),
        Addr::SockPair(fd) => format!("sockpair@{fd}").into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version;
    use std::fs;

    /// Loads `text` from a file of its own; `f` sees the loader and the file.
    fn check(text: &str, overrides: Overrides, f: impl FnOnce(&Loader, &std::path::Path)) {
        use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("ferroxy-loader-{}-{}.cfg", std::process::id(), NEXT.fetch_add(1, Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).expect("write");
        let sources = Sources::new(vec![path.clone()]);
        f(&Loader::new(sources, version::facts(), World::default(), overrides), &path);
        fs::remove_file(path).expect("remove");
    }

    const GOOD: &str = "global\n daemon\n maxconn 10\n setenv X y\n stats socket /run/x.sock\n stats socket 127.0.0.1:99\n\
        defaults\n timeout client 1s\nfrontend f\n bind :80\nfrontend g\n bind :81\n maxconn 7\n";

    #[test]
    fn the_command_line_goes_before_the_file() {
        let overrides = Overrides {
            maxconn: Some(20),
            frontend_maxconn: Some(5),
            foreground: true,
            nosplice: true,
            pidfile: Some(b"/run/pid".to_vec()),
            ..Overrides::default()
        };
        check(GOOD, overrides, |loader, _| {
            let (spec, ..) = loader.load().expect("no error");
            let global = &spec.global;
            assert_eq!((global.maxconn, global.daemon, global.nosplice), (Some(20), false, true));
            assert_eq!(global.pidfile.as_deref(), Some(&b"/run/pid"[..]));
            let limits: Vec<_> = spec.proxies.iter().map(|proxy| proxy.maxconn).collect();
            assert_eq!(limits, [Some(5), Some(7)]);
        });
        check(GOOD, Overrides::default(), |loader, _| {
            let (spec, ..) = loader.load().expect("no error");
            assert_eq!((spec.global.maxconn, spec.global.daemon), (Some(10), true));
        });
    }

    #[test]
    fn the_environment_tells_of_the_files_in_force() {
        check(GOOD, Overrides::default(), |loader, path| {
            loader.load().expect("no error");
            let env = loader.environment();
            let value = |name: &str| env.value(name.as_bytes()).map(String::from_utf8_lossy);
            assert_eq!(value("X").as_deref(), Some("y"));
            assert_eq!(value("HAPROXY_CFGFILES").as_deref(), path.to_str());
            assert_eq!(value("HAPROXY_CLI").as_deref(), Some("unix@/run/x.sock;ipv4@127.0.0.1:99"));
            fs::write(path, "global\n setenv X z\n nonsense\n").expect("write");
            let errors = loader.load().expect_err("nonsense").concat();
            assert!(errors.contains("unknown keyword 'nonsense' in 'global' section"), "{errors}");
            assert_eq!(loader.environment(), env);
        });
    }

    #[test]
    fn out_of_reach_is_said() {
        check(GOOD, Overrides::default(), |loader, _| {
            loader.leave("jailed".to_owned());
            assert!(loader.load().expect_err("jailed").concat().ends_with(": config : jailed\n"));
        });
    }

    #[test]
    fn warnings_are_fatal_if_wanted() {
        let text = format!("{GOOD}.warning careful\n");
        check(&text, Overrides::default(), |loader, _| {
            let (.., warnings) = loader.load().expect("no error");
            assert!(warnings.concat().contains("careful"), "{warnings:?}");
        });
        check(&text, Overrides { zero_warning: true, ..Overrides::default() }, |loader, _| {
            assert!(loader.load().expect_err("fatal").concat().contains(ZERO_WARNING));
        });
    }
}
