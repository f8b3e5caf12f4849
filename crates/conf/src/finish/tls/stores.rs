//! `crt-store` sections: their files are checked, and their entries are found by those who name them (manual 12.7).

use super::certs::{self, Many, Named};
use super::{path, span};
use crate::compile::Run;
use crate::spec::{At, CertLoad, CertSource, CertUse, CrtStore};
use diag::Diagnostic;
use std::collections::HashMap;

/// The entries of all stores by the names under which lines may call them, and by path.
#[derive(Debug, Default)]
pub struct Stores {
    by_name: HashMap<Vec<u8>, (CertSource, At)>,
    by_path: HashMap<Vec<u8>, (CertSource, At)>,
}

impl Stores {
    /// The entry that a line at `at` calls by this name; it must stand above the line.
    pub fn find(&self, name: &[u8], at: At) -> Option<CertSource> {
        above(self.by_name.get(name)?, at)
    }

    /// The same by the certificate's path.
    pub fn at_path(&self, path: &[u8], at: At) -> Option<CertSource> {
        above(self.by_path.get(path)?, at)
    }
}

fn above((found, place): &(CertSource, At), at: At) -> Option<CertSource> {
    ((place.file, place.start) < (at.file, at.start)).then(|| found.clone())
}

/// Checks the stores and enters what is in them.
pub fn finish(run: &mut Run<'_>) {
    let mut stores = core::mem::take(&mut run.parts.made.crt_stores);
    for (number, store) in stores.iter_mut().enumerate() {
        let mut loads = core::mem::take(&mut store.loads);
        for (entry, load) in loads.iter_mut().enumerate() {
            let source = CertSource::Stored { store: number as u32, load: entry as u32 };
            one(run, store, load, source);
        }
        store.loads = loads;
    }
    run.parts.made.crt_stores = stores;
}

fn one(run: &mut Run<'_>, store: &CrtStore, load: &mut CertLoad, source: CertSource) {
    let Some(name) = load.name.clone() else { return };
    let crt_base = store.crt_base.clone().or_else(|| run.tls.spec.crt_base.clone());
    let lead = format!("'crt-store' section '{}' : ", String::from_utf8_lossy(&store.name));
    place_files(run, load, crt_base.as_deref(), store.key_base.as_deref(), &lead);
    let full = path(run, crt_base.as_deref(), &name, load.at);
    load.crt = Some(full.clone().into());
    // A certificate that is made or fetched later need not be there.
    if load.acme.is_none() && load.dummy != Some(true) {
        let by = Named { lead: &lead, many: Many::Nothing, key: load.key.as_deref() };
        let mut cert = CertUse { name: full.clone().into(), at: load.at, is_default: false, found: Vec::new() };
        certs::find(run, &mut cert, by);
    }
    if let Some(before) = enter(&mut run.tls.stores, store, load, &name, &source) {
        let text = format!("'load' : its alias is already used at {}.", run.place(span(before)));
        run.diags.push(Diagnostic::alert(span(load.at), text).also(span(before), "used here").manual("12.7.1"));
    }
    if let Some((_, before)) = run.tls.stores.by_path.get(&full) {
        let text =
            format!("'load' : '{}' is already loaded at {}.", String::from_utf8_lossy(&full), run.place(span(*before)));
        run.diags.push(Diagnostic::alert(span(load.at), text).also(span(*before), "loaded here").manual("12.7"));
    } else {
        run.tls.stores.by_path.insert(full, (source, load.at));
    }
}

/// Enters an entry under its names; the answer is where its alias was used before.
fn enter(stores: &mut Stores, store: &CrtStore, load: &CertLoad, name: &[u8], source: &CertSource) -> Option<At> {
    let prefix = [b"@", &store.name[..], b"/"].concat();
    let named = [&prefix, name].concat();
    stores.by_name.entry(named).or_insert_with(|| (source.clone(), load.at));
    if store.name.is_empty() {
        stores.by_name.entry(name.to_vec()).or_insert_with(|| (source.clone(), load.at));
    }
    let before = stores.by_name.insert([&prefix, &load.alias.as_ref()?[..]].concat(), (source.clone(), load.at));
    before.map(|(_, at)| at)
}

/// Gives the other files of an entry their paths, and checks that they can be read.
pub fn place_files(
    run: &mut Run<'_>,
    load: &mut CertLoad,
    crt_base: Option<&[u8]>,
    key_base: Option<&[u8]>,
    lead: &str,
) {
    let key_base = key_base.map(<[u8]>::to_vec).or_else(|| run.tls.spec.key_base.clone().map(Vec::from));
    if let Some(key) = &mut load.key {
        *key = path(run, key_base.as_deref(), key, load.at).into();
    }
    let others = [("'ocsp'", &mut load.ocsp), ("'issuer'", &mut load.issuer), ("'sctl'", &mut load.sctl)];
    for (what, file) in others {
        let Some(file) = file else { continue };
        *file = path(run, crt_base, file, load.at).into();
        certs::readable(run, file, load.at, &format!("{lead}{what}"));
    }
}
