//! Certificates, CAs and CRLs from files. Each file is read once for a Plan, however many lines name it; certificates
//! are taken apart on all processors.

use conf::spec::{CertLoad, CertSource, CertUse, ExtraFiles, Spec, TlsSpec};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use tls::cert::{CertError, Companions, ServerCert};
use tls::key::KeyError;
use tls::roots::Roots;

/// Where the system keeps the CAs that it trusts; the first that exists is `@system-ca`.
const SYSTEM_CA: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];
/// Endings of CAs in a directory.
const CA_FILES: [&str; 4] = ["pem", "crt", "cer", "crl"];

type RootsKey = (Box<[u8]>, Option<Box<[u8]>>);

/// What has been read for a Plan.
pub struct Files<'a> {
    spec: &'a Spec,
    certs: HashMap<CertSource, Arc<ServerCert>>,
    /// By the paths of CAs and CRLs.
    roots: HashMap<RootsKey, Arc<Roots>>,
    /// Passphrases that opened a key; tried on the next one before the command is asked.
    passphrases: Mutex<Vec<Vec<u8>>>,
}

/// The files of one certificate, read and not looked at yet.
struct Raw {
    path: Box<[u8]>,
    file: Vec<u8>,
    beside: Companions,
}

impl<'a> Files<'a> {
    pub fn new(spec: &'a Spec) -> Files<'a> {
        Files { spec, certs: HashMap::new(), roots: HashMap::new(), passphrases: Mutex::default() }
    }

    fn tls(&self) -> &'a TlsSpec {
        &self.spec.global.tls
    }

    /// Loads all certificates that these uses name. What fails is told with the certificate's name.
    pub fn load<'b>(
        &mut self,
        uses: impl Iterator<Item = (&'b CertUse, Option<&'b CertLoad>)>,
    ) -> Result<(), Vec<String>> {
        let mut errors = Vec::new();
        let mut work: HashMap<CertSource, Raw> = HashMap::new();
        for (cert, load) in uses {
            for source in &cert.found {
                if self.certs.contains_key(source) || work.contains_key(source) {
                    continue;
                }
                match self.read(source, load) {
                    Ok(raw) => drop(work.insert(source.clone(), raw)),
                    Err(error) => errors.push(error),
                }
            }
        }
        let work: Vec<(CertSource, Raw)> = work.into_iter().collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = work.len().div_ceil(threads).max(1);
        let this = &*self;
        let done: Vec<(CertSource, Result<ServerCert, String>)> = std::thread::scope(|scope| {
            let parts: Vec<_> = work
                .chunks(share)
                .map(|part| {
                    scope.spawn(move || {
                        let one = |(source, raw): &(CertSource, Raw)| (source.clone(), this.parse(raw));
                        part.iter().map(one).collect::<Vec<_>>()
                    })
                })
                .collect();
            parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
        });
        for (source, cert) in done {
            match cert {
                Ok(cert) => drop(self.certs.insert(source, Arc::new(cert))),
                Err(error) => errors.push(error),
            }
        }
        errors.sort();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// A certificate that [`Files::load`] has loaded.
    pub fn cert(&self, source: &CertSource) -> Option<&Arc<ServerCert>> {
        self.certs.get(source)
    }

    fn read(&self, source: &CertSource, load: Option<&CertLoad>) -> Result<Raw, String> {
        let stored = match source {
            CertSource::Stored { store, load } => {
                let store = self.spec.sections.crt_stores.get(*store as usize);
                store.and_then(|store| store.loads.get(*load as usize))
            }
            CertSource::File(_) => load,
        };
        let path = match (source, stored) {
            (CertSource::File(path), _) => path.clone(),
            (_, Some(load)) => load.crt.clone().unwrap_or_default(),
            (_, None) => Box::default(),
        };
        let file =
            read(&path).map_err(|why| format!("unable to load certificate from file '{}': {why}", show(&path)))?;
        let extra = match source {
            CertSource::File(_) => self.tls().extra_files,
            // Entries of a store name all that they have.
            CertSource::Stored { .. } => ExtraFiles::NONE,
        };
        let beside = |wanted: bool, said: Option<&Box<[u8]>>, ending: &str| match said {
            Some(path) => read(path).ok(),
            None if wanted => read(&self.companion(&path, ending)).ok(),
            None => None,
        };
        let own_key = file.windows(KEY_MARK.len()).any(|window| window == KEY_MARK);
        Ok(Raw {
            beside: Companions {
                key: beside(extra.key && !own_key, stored.and_then(|load| load.key.as_ref()), ".key"),
                ocsp: beside(extra.ocsp, stored.and_then(|load| load.ocsp.as_ref()), ".ocsp"),
                sctl: beside(extra.sctl, stored.and_then(|load| load.sctl.as_ref()), ".sctl"),
            },
            path,
            file,
        })
    }

    fn companion(&self, path: &[u8], ending: &str) -> Box<[u8]> {
        let stem = match path.strip_suffix(b".crt") {
            Some(stem) if self.tls().extra_del_ext => stem,
            _ => path,
        };
        [stem, ending.as_bytes()].concat().into()
    }

    fn parse(&self, raw: &Raw) -> Result<ServerCert, String> {
        let known = self.passphrases.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut result = ServerCert::load(&raw.file, &raw.beside, &known);
        if matches!(result, Err(CertError::Key(KeyError::NeedsPassphrase)))
            && let Some(passphrase) = self.ask_passphrase(&raw.path)
        {
            result = ServerCert::load(&raw.file, &raw.beside, std::slice::from_ref(&passphrase));
            if result.is_ok() {
                self.passphrases.lock().unwrap_or_else(PoisonError::into_inner).push(passphrase);
            }
        }
        result.map_err(|error| match error {
            CertError::Key(KeyError::Missing) => format!("No Private Key found in '{}'.", show(&raw.path)),
            CertError::Key(KeyError::Mismatch) => {
                format!("inconsistencies between private key and certificate loaded '{}'.", show(&raw.path))
            }
            error => format!("unable to load certificate from file '{}': {error}.", show(&raw.path)),
        })
    }

    /// `ssl-passphrase-cmd`: the program is told the key's path before its own arguments, and says the passphrase.
    fn ask_passphrase(&self, path: &[u8]) -> Option<Vec<u8>> {
        let (program, args) = self.tls().passphrase_cmd.split_first()?;
        let args = args.iter().map(|arg| OsStr::from_bytes(arg));
        let output = Command::new(OsStr::from_bytes(program)).arg(OsStr::from_bytes(path)).args(args).output().ok()?;
        output.status.success().then(|| output.stdout.trim_ascii_end().to_vec())
    }

    /// CAs, and what they revoked, from a file or a directory each.
    pub fn roots(&mut self, cas: &[u8], crls: Option<&[u8]>) -> Result<Arc<Roots>, String> {
        let key = (Box::from(cas), crls.map(Box::from));
        if let Some(known) = self.roots.get(&key) {
            return Ok(known.clone());
        }
        let mut roots = Roots::default();
        for path in [Some(cas), crls].into_iter().flatten() {
            for file in files_of(path) {
                let bytes =
                    std::fs::read(&file).map_err(|error| format!("unable to load '{}' ({error})", show(path)))?;
                roots.add(&bytes).map_err(|error| format!("unable to load '{}' ({error})", show(path)))?;
            }
        }
        let roots = Arc::new(roots);
        self.roots.insert(key, roots.clone());
        Ok(roots)
    }
}

const KEY_MARK: &[u8] = b"PRIVATE KEY-----";

/// The files that a `ca-file` names.
fn files_of(path: &[u8]) -> Vec<PathBuf> {
    if path == b"@system-ca" {
        return SYSTEM_CA.iter().map(PathBuf::from).find(|path| path.is_file()).into_iter().collect();
    }
    let path = Path::new(OsStr::from_bytes(path));
    let Ok(entries) = std::fs::read_dir(path) else { return vec![path.to_owned()] };
    let is_ca = |file: &PathBuf| {
        let hidden = file.file_name().is_some_and(|name| name.as_bytes().starts_with(b"."));
        !hidden && file.extension().and_then(OsStr::to_str).is_some_and(|ending| CA_FILES.contains(&ending))
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_ca).collect();
    files.sort();
    files
}

fn read(path: &[u8]) -> Result<Vec<u8>, String> {
    std::fs::read(Path::new(OsStr::from_bytes(path))).map_err(|error| net::error_text(&error))
}

fn show(path: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(path)
}
