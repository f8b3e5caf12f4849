//! TLS with servers: the settings of one `server` line.

use crate::cert::ServerCert;
use crate::names::Group;
use crate::roots::Roots;
use crate::server::{NothingUsable, provider, versions};
use crate::verify_peers::Servers;
use rustls::client::{ClientSessionMemoryCache, Resumption, Tls12Resumption};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{IpAddr, ServerName};
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, KeyLog, SignatureScheme, SupportedCipherSuite, client::UnbufferedClientConnection};
use std::sync::Arc;

/// How many names a server's sessions are kept for.
const SESSIONS: usize = 256;

/// What a server's line says, with all names resolved.
#[derive(Clone)]
pub struct Settings {
    pub alpn: Vec<Vec<u8>>,
    pub tls12: bool,
    pub tls13: bool,
    pub suites: Vec<SupportedCipherSuite>,
    pub groups: Vec<Group>,
    pub sigalgs: Option<Vec<SignatureScheme>>,
    /// `None`: `verify none`.
    pub roots: Option<Arc<Roots>>,
    pub crls: bool,
    pub verifyhost: Option<Box<str>>,
    /// Our own certificate, if the server asks for one.
    pub cert: Option<Arc<ServerCert>>,
    /// `no-ssl-reuse` makes this false.
    pub resume: bool,
    pub tickets: bool,
    pub key_log: Option<Arc<dyn KeyLog>>,
}

/// TLS of a server.
pub struct Client {
    /// For connections that name a host, and for those that don't.
    named: Arc<ClientConfig>,
    nameless: Arc<ClientConfig>,
}

impl Client {
    pub fn new(settings: &Settings) -> Result<Client, NothingUsable> {
        let one = config(settings)?;
        let mut nameless = one.clone();
        nameless.enable_sni = false;
        Ok(Client { named: Arc::new(one), nameless: Arc::new(nameless) })
    }

    /// Begins a connection that asks for `name`. What can't be a host's name is not asked for.
    pub fn connect(
        &self,
        name: Option<&str>,
        alpn: Option<Vec<Vec<u8>>>,
    ) -> Result<UnbufferedClientConnection, rustls::Error> {
        let dns = name.and_then(|name| ServerName::try_from(name.to_owned()).ok());
        let (config, name) = match dns {
            Some(name @ ServerName::DnsName(_)) => (&self.named, name),
            _ => (&self.nameless, ServerName::IpAddress(IpAddr::from(core::net::IpAddr::from([0, 0, 0, 0])))),
        };
        match alpn {
            None => UnbufferedClientConnection::new(config.clone(), name),
            Some(alpn) => UnbufferedClientConnection::new_with_alpn(config.clone(), name, alpn),
        }
    }
}

fn config(settings: &Settings) -> Result<ClientConfig, NothingUsable> {
    let provider = provider(&settings.suites, &settings.groups, settings.tls12, settings.tls13);
    let versions = versions(&provider);
    let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms;
    let mut schemes = algorithms.supported_schemes();
    if let Some(wanted) = &settings.sigalgs {
        schemes = wanted.iter().copied().filter(|scheme| schemes.contains(scheme)).collect();
    }
    let verifier = Servers {
        roots: settings.roots.clone(),
        crls: settings.crls,
        host: settings.verifyhost.clone(),
        checks_sni: true,
        algorithms,
        schemes,
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(provider));
    let builder = builder.with_protocol_versions(&versions).map_err(|_| NothingUsable)?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &settings.cert {
        Some(cert) => {
            let key = SingleCertAndKey::from(rustls::sign::CertifiedKey::clone(&cert.certified));
            builder.with_client_cert_resolver(Arc::new(key))
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols.clone_from(&settings.alpn);
    config.resumption = match (settings.resume, settings.tickets) {
        (false, _) => Resumption::disabled(),
        (true, true) => Resumption::store(Arc::new(ClientSessionMemoryCache::new(SESSIONS))),
        (true, false) => Resumption::store(Arc::new(ClientSessionMemoryCache::new(SESSIONS)))
            .tls12_resumption(Tls12Resumption::SessionIdOnly),
    };
    if let Some(log) = &settings.key_log {
        config.key_log = log.clone();
    }
    Ok(config)
}
