//! TLS of bind lines.

use super::{Files, protocols, settings};
use conf::spec::{CertLoad, CertUse, Global, IgnoreErr, Mode, Proxy, TlsBind, TlsConf, Verify};
use std::sync::Arc;
use tls::cert::ServerCert;
use tls::names;
use tls::server::{Line, Settings, VerifyClients};
use tls::session_cache::SessionCache;
use tls::sni::{Index, Use};
use tls::tickets::Tickets;
use tls::verify::{Ignore, IgnoreSet};

/// What bind lines offer by default where HTTP is spoken (manual 5.1, `alpn`).
const DEFAULT_ALPN: &[&[u8]] = &[b"h2", b"http/1.1"];

/// The certificates that a line and its lists name, with what a list says about them.
fn uses(tls: &TlsBind) -> impl Iterator<Item = (&CertUse, Option<&CertLoad>)> {
    let own = tls.certs.iter().map(|cert| (cert, None));
    own.chain(tls.lists.iter().flat_map(|list| &list.lines).map(|line| (&line.cert, Some(&line.load))))
}

/// Makes a line's TLS. `tickets`: the keys of the same line in the Plan before.
pub fn line(
    files: &mut Files<'_>,
    global: &Global,
    proxy: &Proxy,
    tls: &TlsBind,
    cache: &Arc<SessionCache>,
    tickets: Option<Arc<Tickets>>,
) -> Result<Arc<Line>, Vec<String>> {
    files.load(uses(tls))?;
    let alone = |error: String| vec![error];
    let strict = tls.strict_sni.or(global.tls.bind.options.strict_sni).unwrap_or(false);
    let tickets = self::tickets(global, tls, tickets).map_err(alone)?;
    let http = proxy.mode == Mode::Http;
    let mut all = vec![settings_of(files, global, tls, &tls.conf, http, tickets.clone()).map_err(alone)?];
    let mut index = Index::default();
    let mut first = true;
    for cert in &tls.certs {
        for found in cert.found.iter().filter_map(|source| files.cert(source)) {
            let how = Use { is_default: first || cert.is_default, ..Use::default() };
            add(&mut index, found, &how, &all[0]);
            first = false;
        }
    }
    for listed in tls.lists.iter().flat_map(|list| &list.lines) {
        let mut number = 0;
        if listed.conf != TlsConf::default() {
            let conf = over(&listed.conf, &tls.conf);
            all.push(settings_of(files, global, tls, &conf, http, tickets.clone()).map_err(alone)?);
            number = u16::try_from(all.len() - 1).map_err(|_| alone("too many settings in a crt-list".to_owned()))?;
        }
        for found in listed.cert.found.iter().filter_map(|source| files.cert(source)) {
            let how = Use { filters: &listed.filters, is_default: first, settings: number };
            add(&mut index, found, &how, &all[usize::from(number)]);
            first = false;
        }
    }
    Line::new(&all, index, strict, cache, cache.next_line()).map(Arc::new).map_err(|error| vec![error.to_string()])
}

fn add(index: &mut Index, cert: &ServerCert, how: &Use<'_>, settings: &Settings) {
    let certified = match &settings.sigalgs {
        Some(schemes) => cert.restricted(schemes.clone()),
        None => cert.certified.clone(),
    };
    index.add(cert, certified, how);
}

/// A line of a crt-list goes before the bind line that names the list.
fn over(listed: &TlsConf, line: &TlsConf) -> TlsConf {
    TlsConf {
        alpn: listed.alpn.clone().or_else(|| line.alpn.clone()),
        npn: None,
        ca_file: listed.ca_file.clone().or_else(|| line.ca_file.clone()),
        ca_verify_file: listed.ca_verify_file.clone().or_else(|| line.ca_verify_file.clone()),
        crl_file: listed.crl_file.clone().or_else(|| line.crl_file.clone()),
        ciphers: listed.ciphers.clone().or_else(|| line.ciphers.clone()),
        ciphersuites: listed.ciphersuites.clone().or_else(|| line.ciphersuites.clone()),
        curves: listed.curves.clone().or_else(|| line.curves.clone()),
        ecdhe: listed.ecdhe.clone().or_else(|| line.ecdhe.clone()),
        sigalgs: listed.sigalgs.clone().or_else(|| line.sigalgs.clone()),
        client_sigalgs: listed.client_sigalgs.clone().or_else(|| line.client_sigalgs.clone()),
        verify: listed.verify.or(line.verify),
        versions: if listed.versions == Default::default() { line.versions } else { listed.versions },
        allow_0rtt: listed.allow_0rtt || line.allow_0rtt,
        no_ca_names: listed.no_ca_names || line.no_ca_names,
        ktls: listed.ktls.or(line.ktls),
    }
}

fn tickets(global: &Global, tls: &TlsBind, kept: Option<Arc<Tickets>>) -> Result<Option<Arc<Tickets>>, String> {
    if tls.tickets.or(global.tls.bind.options.tickets) == Some(false) {
        return Ok(None);
    }
    let lifetime = global.tune.tls.lifetime_s;
    let made = match &tls.ticket_keys {
        Some(file) => Tickets::new(&file.keys, lifetime),
        // Those that clients hold stay good over a reload.
        None => return Ok(kept.or_else(|| Tickets::new(&[], lifetime).map(Arc::new))),
    };
    made.map(|tickets| Some(Arc::new(tickets))).ok_or_else(|| "unable to use the keys of the tickets".to_owned())
}

fn settings_of(
    files: &mut Files<'_>,
    global: &Global,
    tls: &TlsBind,
    conf: &TlsConf,
    http: bool,
    tickets: Option<Arc<Tickets>>,
) -> Result<Settings, String> {
    let defaults = &global.tls.bind;
    let (tls12, tls13) = settings::versions(conf.versions, &defaults.options)?;
    let suites = settings::suites(conf.ciphers.as_deref(), conf.ciphersuites.as_deref(), defaults)?;
    let curves = conf.curves.as_deref().or(conf.ecdhe.as_deref());
    let sigalgs = settings::sigalgs(conf.sigalgs.as_deref(), defaults.sigalgs.as_deref())?;
    let client_sigalgs = settings::sigalgs(conf.client_sigalgs.as_deref(), defaults.client_sigalgs.as_deref())?;
    let tune = &global.tune.tls;
    let limit = [tune.maxrecord, tune.hard_maxrecord].into_iter().filter(|n| *n > 0).min();
    Ok(Settings {
        alpn: protocols(conf.alpn.as_ref(), http, DEFAULT_ALPN),
        tls12,
        tls13,
        suites,
        groups: settings::groups(curves, defaults, names::default_server_groups())?,
        sigalgs: sigalgs.map(Arc::from),
        client_sigalgs,
        prefer_client_ciphers: tls.prefer_client_ciphers || defaults.options.prefer_client_ciphers,
        verify: verify(files, tls, conf)?,
        tickets,
        max_record: limit.map(|n| n as usize),
        key_log: None,
    })
}

fn verify(files: &mut Files<'_>, tls: &TlsBind, conf: &TlsConf) -> Result<Option<VerifyClients>, String> {
    let mandatory = match conf.verify {
        None | Some(Verify::None) => return Ok(None),
        Some(Verify::Optional) => false,
        Some(Verify::Required) => true,
    };
    let crls = conf.crl_file.as_ref().map(|file| &*file.path);
    let named = match &conf.ca_file {
        Some(file) => Some(files.roots(&file.path, crls)?),
        None => None,
    };
    let roots = match (&conf.ca_verify_file, &named) {
        (Some(file), _) => files.roots(&file.path, crls)?,
        (None, Some(named)) => named.clone(),
        (None, None) => return Err("verify is enabled but no CA file specified".to_owned()),
    };
    Ok(Some(VerifyClients {
        no_ca_names: conf.no_ca_names || named.is_none(),
        roots,
        mandatory,
        named,
        crls: crls.is_some(),
        ignore: Ignore { cert: ignored(&tls.crt_ignore_err), ca: ignored(&tls.ca_ignore_err) },
    }))
}

fn ignored(said: &IgnoreErr) -> IgnoreSet {
    match said {
        IgnoreErr::None => IgnoreSet::None,
        IgnoreErr::All => IgnoreSet::All,
        IgnoreErr::These(codes) => IgnoreSet::These(codes.clone()),
    }
}
