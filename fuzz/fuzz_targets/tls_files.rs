//! PEM soup, certificates, CRLs and keys, and OpenSSL's lists of names: nothing panics, and what loads can be used.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tls::cert::{Companions, ServerCert};
use tls::roots::Roots;
use tls::sni::{Able, Index, Use};
use tls::x509::{Cert, Crl, rdns};
use tls::{names, pem};

fuzz_target!(|data: &[u8]| {
    let passphrases = [b"secret".to_vec()];
    if let Ok(cert) = ServerCert::load(data, &Companions::default(), &passphrases) {
        let mut index = Index::default();
        index.add(&cert, cert.certified.clone(), &Use { is_default: true, ..Use::default() });
        for name in cert.names() {
            let _ = index.choose(core::str::from_utf8(&name).ok(), Able::ALL, true);
        }
    }
    let mut roots = Roots::default();
    let _ = roots.add(data);
    for block in pem::parse(data).unwrap_or_default() {
        let again = pem::parse(pem::encode(&block.label, &block.der).as_bytes());
        assert!(block.label.contains("-----") || again.is_ok_and(|again| again[0].der == block.der));
        look(&block.der);
    }
    look(data);
    if let Ok(text) = core::str::from_utf8(data) {
        let _ = (names::ciphers(text), names::ciphersuites(text), names::curves(text), names::sigalgs(text));
    }
});

fn look(der: &[u8]) {
    if let Ok(cert) = Cert::parse(der) {
        let _ = (cert.alt_names(), cert.common_names(), cert.basic(), cert.key_bits(), cert.may(5));
        let _ = rdns(cert.issuer).iter().map(|rdn| rdn.label()).collect::<Vec<_>>();
        let _ = tls::verify::is_for_host(&cert, "a.example");
    }
    if let Ok(crl) = Crl::parse(der) {
        let _ = (crl.serials().count(), crl.has_critical());
    }
}
