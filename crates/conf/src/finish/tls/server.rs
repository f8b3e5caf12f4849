//! TLS of a `server` line.

use super::super::called;
use super::certs::{self, Many, Named};
use super::versions::{self, Oddity};
use crate::build::{ProxyB, ServerB};
use crate::compile::Run;
use crate::spec::Verify;
use diag::{Diagnostic, Severity};
use std::sync::Arc;

/// Finds the files of a server's line and judges what it says.
pub fn finish(run: &mut Run<'_>, proxy: &ProxyB, line: &mut ServerB) {
    let Some(tls) = &mut line.spec.tls else { return };
    let lead = format!("'server {}/{}' : ", proxy.name, line.spec.name);
    let tls = Arc::make_mut(tls);
    cas(run, tls, &lead);
    if !(tls.ssl || tls.kept || tls.check) || proxy.disabled {
        return;
    }
    if let Some(cert) = &mut tls.cert {
        certs::find(run, cert, Named { lead: &lead, many: Many::Nothing, key: None });
    }
    let at = line.span;
    let mut say = |severity, text: String| {
        run.diags.push(Diagnostic::new(severity, format!("{lead}{text}")).at(at).manual("5.2"));
    };
    let verify = match tls.conf.verify {
        Some(verify) => verify,
        None if run.tls.spec.servers_unverified => Verify::None,
        None => Verify::Required,
    };
    if verify == Verify::Required && tls.conf.ca_file.is_none() {
        let text = "verify is enabled by default but no CA file specified. If you're on a network where you can trust \
                    the server's certificate, say 'verify none'; otherwise say 'ca-file'.";
        say(Severity::Alert, text.to_owned());
    }
    let defaults = run.tls.spec.server.options;
    let mut said = tls.conf.versions;
    if said == Default::default() {
        (said.min, said.max, said.without) = (defaults.min, defaults.max, defaults.without);
    }
    let whose = called(proxy);
    for oddity in versions::judge(said, None) {
        match oddity {
            Oddity::Ignored => say(
                Severity::Warning,
                "no-sslv3/no-tlsv1x are ignored for this server. Use only 'ssl-min-ver' and 'ssl-max-ver'.".to_owned(),
            ),
            Oddity::Hole(version) => say(
                Severity::Warning,
                format!(
                    "{whose}: SSL/TLS versions range not contiguous: {} is missing. Use only 'ssl-min-ver' and \
                     'ssl-max-ver'.",
                    version.name()
                ),
            ),
            Oddity::Nothing => say(Severity::Alert, format!("{whose}: all SSL/TLS versions are disabled.")),
            // There is no oldest version by default.
            Oddity::Ambiguous => {}
        }
    }
}

/// Looks at the files that `default-server` lines name, whether a server takes them over or not.
pub fn defaults(run: &mut Run<'_>, proxy: &mut ProxyB) {
    for server in proxy.named_servers.values_mut().chain([&mut proxy.default_server]) {
        if let Some(tls) = &mut server.spec.tls {
            cas(run, Arc::make_mut(tls), "'default-server' : ");
        }
    }
}

fn cas(run: &mut Run<'_>, tls: &mut crate::spec::TlsServer, lead: &str) {
    for (keyword, file) in [("ca-file", &mut tls.conf.ca_file), ("crl-file", &mut tls.conf.crl_file)] {
        if let Some(file) = file {
            certs::find_cas(run, file, keyword, lead);
        }
    }
}
