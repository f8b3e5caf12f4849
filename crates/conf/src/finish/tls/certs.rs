//! Certificates that lines name: entries of a `crt-store`, files, directories, bundles (manual 5.1, `crt`).

use super::{path, span};
use crate::compile::Run;
use crate::spec::{At, CertSource, CertUse, TlsFile};
use diag::{Diagnostic, Span};

/// Endings of files in a directory that aren't certificates.
const RESERVED: [&[u8]; 4] = [b".key", b".issuer", b".ocsp", b".sctl"];
/// Endings of the files of a bundle.
const BUNDLE: [&[u8]; 3] = [b".rsa", b".ecdsa", b".dsa"];
/// Endings of CAs in a directory.
const CA_FILES: [&[u8]; 4] = [b".pem", b".crt", b".cer", b".crl"];

/// Who names a certificate.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    /// Begins the message: `'bind :443' in section 'frontend' : `.
    pub lead: &'a str,
    /// What may stand for several.
    pub many: Many,
    /// The private key, where it has a file of its own.
    pub key: Option<&'a [u8]>,
}

/// What a name may stand for, beside one file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Many {
    Nothing,
    /// Files that differ in the kind of key.
    Bundle,
    /// The same, and all that a directory holds.
    Directory,
}

/// Finds a certificate and checks that what is needed is there.
pub fn find(run: &mut Run<'_>, cert: &mut CertUse, by: Named<'_>) {
    if let Some(stored) = run.tls.stores.find(&cert.name, cert.at) {
        cert.found = vec![stored];
        return;
    }
    let crt_base = run.tls.spec.crt_base.clone();
    let full = path(run, crt_base.as_deref(), &cert.name, cert.at);
    if let Some(stored) = run.tls.stores.at_path(&full, cert.at) {
        cert.found = vec![stored];
        return;
    }
    let files = match by.many {
        Many::Nothing => None,
        Many::Bundle => bundle(run, &full),
        Many::Directory => directory(run, &full).or_else(|| bundle(run, &full)),
    };
    let files = files.unwrap_or_else(|| vec![full]);
    for file in files {
        if judge(run, &file, span(cert.at), by) {
            cert.found.push(CertSource::File(file.into()));
        }
    }
}

/// The certificates of a directory; `None`: it isn't one.
fn directory(run: &mut Run<'_>, full: &[u8]) -> Option<Vec<Vec<u8>>> {
    if run.world.is_dir(full) {
        let names = run.world.dir(full).unwrap_or_default();
        let is_cert = |name: &Vec<u8>| !name.starts_with(b".") && !RESERVED.iter().any(|ending| name.ends_with(ending));
        let files = names.into_iter().filter(is_cert).map(|name| [full, b"/", &name[..]].concat());
        return Some(files.filter(|file| !run.world.is_dir(file)).collect());
    }
    None
}

/// The files of a bundle; `None`: it's a file, or nothing.
fn bundle(run: &mut Run<'_>, full: &[u8]) -> Option<Vec<Vec<u8>>> {
    if !run.tls.spec.extra_files.bundle || run.tls.pems.look(full, run.world).is_ok() {
        return None;
    }
    let files: Vec<Vec<u8>> = BUNDLE.iter().map(|ending| [full, ending].concat()).collect();
    let files: Vec<Vec<u8>> = files.into_iter().filter(|file| run.tls.pems.look(file, run.world).is_ok()).collect();
    (!files.is_empty()).then_some(files)
}

/// Checks that a file holds a certificate, and that there is a private key for it.
fn judge(run: &mut Run<'_>, file: &[u8], at: Span, by: Named<'_>) -> bool {
    let fault = match run.tls.pems.look(file, run.world) {
        Err(why) => Some(format!("unable to stat SSL certificate from file '{}' : {why}.", show(file))),
        Ok(pem) if pem.certs == 0 => Some(format!("unable to load certificate from file '{}'.", show(file))),
        Ok(pem) if pem.keys > 0 && by.key.is_none() => None,
        Ok(_) => key_fault(run, file, by.key),
    };
    match fault {
        Some(fault) => {
            run.diags.push(Diagnostic::alert(at, format!("{}{fault}", by.lead)).manual("5.1"));
            false
        }
        None => true,
    }
}

fn key_fault(run: &mut Run<'_>, file: &[u8], own: Option<&[u8]>) -> Option<String> {
    let spec = &run.tls.spec;
    let beside = match own {
        Some(own) => own.to_vec(),
        None if !spec.extra_files.key => return Some(format!("No Private Key found in '{}'.", show(file))),
        None if spec.extra_del_ext => [file.strip_suffix(b".crt").unwrap_or(file), b".key"].concat(),
        None => [file, b".key"].concat(),
    };
    match run.tls.pems.look(&beside, run.world) {
        Ok(pem) if pem.keys > 0 => None,
        _ => Some(format!("No Private Key found in '{}'.", show(&beside))),
    }
}

/// Finds a file or directory of CAs or of what they revoked, and checks that something is in it.
pub fn find_cas(run: &mut Run<'_>, file: &mut TlsFile, keyword: &str, lead: &str) {
    if &*file.path == b"@system-ca" {
        return;
    }
    let ca_base = run.tls.spec.ca_base.clone();
    let full = path(run, ca_base.as_deref(), &file.path, file.at);
    let once = run.tls.told.insert(span(file.at));
    if run.world.is_dir(&full) {
        if once && cas_in(run, &full) == 0 {
            let text = format!("{lead}'{keyword}' : 0 CA were loaded from '{}'.", show(&full));
            run.diags.push(Diagnostic::warning(span(file.at), text).manual("5.1"));
        }
    } else {
        let fault = match run.tls.pems.look(&full, run.world) {
            Err(why) => Some(why.to_string()),
            Ok(pem) if pem.certs + pem.crls == 0 => Some("no certificate or crl found".to_owned()),
            Ok(_) => None,
        };
        if let Some(fault) = fault.filter(|_| once) {
            let text = format!("{lead}'{keyword}' : unable to load '{}' ({fault}).", show(&full));
            run.diags.push(Diagnostic::alert(span(file.at), text).manual("5.1"));
        }
    }
    file.path = full.into();
}

fn cas_in(run: &mut Run<'_>, folder: &[u8]) -> usize {
    let names = run.world.dir(folder).unwrap_or_default();
    let is_ca = |name: &&Vec<u8>| !name.starts_with(b".") && CA_FILES.iter().any(|ending| name.ends_with(ending));
    let files: Vec<Vec<u8>> = names.iter().filter(is_ca).map(|name| [folder, b"/", name].concat()).collect();
    files.iter().filter_map(|file| run.tls.pems.look(file, run.world).ok()).map(|pem| pem.certs + pem.crls).sum()
}

/// Checks that a file that holds a CA and its key does so.
pub fn find_signer(run: &mut Run<'_>, file: &mut TlsFile, lead: &str) {
    let full = path(run, None, &file.path, file.at);
    judge(run, &full, span(file.at), Named { lead, many: Many::Nothing, key: None });
    file.path = full.into();
}

/// Checks that a file can be read.
pub fn readable(run: &mut Run<'_>, full: &[u8], at: At, what: &str) {
    if let Err(why) = run.world.read(full) {
        let text = format!("{what} : unable to read '{}' ({why}).", show(full));
        run.diags.push(Diagnostic::alert(span(at), text).manual("12.7"));
    }
}

pub fn show(path: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(path)
}
