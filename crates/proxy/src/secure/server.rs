//! TLS of server lines.

use super::{Files, protocols, settings};
use conf::spec::{Global, Mode, Proxy, TlsServer, Verify};
use std::sync::Arc;
use tls::client::{Client, Settings};
use tls::names;

/// Where the name comes from that a server is asked for.
pub enum Sni {
    None,
    /// The request's host (`sni-auto`).
    Host,
    Expr(expr::Expr),
}

/// TLS with one server.
pub struct Secure {
    client: Client,
    /// Whether requests' connections speak it (`ssl`), or only checks' do.
    pub traffic: bool,
    /// Whether checks' connections do.
    pub checks: bool,
    pub sni: Sni,
    spec: Arc<TlsServer>,
    check_alpn: Vec<Vec<u8>>,
}

impl Secure {
    /// Makes a server's TLS; `None` if it has none.
    pub fn new(
        files: &mut Files<'_>,
        global: &Global,
        proxy: &Proxy,
        tls: &Arc<TlsServer>,
        outside: &mut dyn expr::Outside,
    ) -> Result<Option<Arc<Secure>>, Vec<String>> {
        if !(tls.ssl || tls.kept || tls.check) {
            return Ok(None);
        }
        if let Some(cert) = &tls.cert {
            files.load([(cert, None)].into_iter())?;
        }
        let http = proxy.mode == Mode::Http;
        let settings = settings_of(files, global, tls, http).map_err(|error| vec![error])?;
        let sni = match &tls.sni {
            Some(text) => {
                let compiled = expr::Expr::compile(&text.words.join(&b' '), outside);
                Sni::Expr(compiled.map_err(|error| vec![error.text.to_string()])?)
            }
            None if tls.sni_auto && http => Sni::Host,
            None => Sni::None,
        };
        let client = Client::new(&settings).map_err(|error| vec![error.to_string()])?;
        Ok(Some(Arc::new(Secure {
            client,
            traffic: tls.ssl,
            checks: tls.ssl || tls.check,
            sni,
            spec: tls.clone(),
            check_alpn: protocols(tls.check_alpn.as_ref(), http, &[]),
        })))
    }

    pub fn spec(&self) -> &TlsServer {
        &self.spec
    }

    /// A session for a request's connection.
    pub fn connect(&self, name: Option<&str>) -> Option<tls::session::Session> {
        self.client.connect(name, None).ok().map(tls::session::Session::client)
    }

    /// A session for a check's connection.
    pub fn connect_for_check(&self) -> Option<tls::session::Session> {
        let name = self.spec.check_sni.as_deref();
        self.client.connect(name, Some(self.check_alpn.clone())).ok().map(tls::session::Session::client)
    }
}

fn settings_of(files: &mut Files<'_>, global: &Global, tls: &TlsServer, http: bool) -> Result<Settings, String> {
    let (conf, defaults) = (&tls.conf, &global.tls.server);
    let (tls12, tls13) = settings::versions(conf.versions, &defaults.options)?;
    let unverified = match conf.verify {
        Some(verify) => verify == Verify::None,
        None => global.tls.servers_unverified,
    };
    let crls = conf.crl_file.as_ref().map(|file| &*file.path);
    let roots = match &conf.ca_file {
        _ if unverified => None,
        Some(file) => Some(files.roots(&file.path, crls)?),
        None => return Err("verify is enabled by default but no CA file specified".to_owned()),
    };
    let cert = tls.cert.as_ref().and_then(|cert| files.cert(cert.found.first()?)).cloned();
    Ok(Settings {
        alpn: protocols(conf.alpn.as_ref(), http, &[]),
        tls12,
        tls13,
        suites: settings::suites(conf.ciphers.as_deref(), conf.ciphersuites.as_deref(), defaults)?,
        groups: settings::groups(conf.curves.as_deref(), defaults, names::default_client_groups())?,
        sigalgs: settings::sigalgs(conf.sigalgs.as_deref(), defaults.sigalgs.as_deref())?,
        roots,
        crls: crls.is_some(),
        verifyhost: tls.verifyhost.clone(),
        cert,
        resume: tls.reuse,
        tickets: tls.tickets.or(defaults.options.tickets) != Some(false),
        key_log: None,
    })
}
