//! TLS of a `bind` line.

use super::super::binds::Owner;
use super::certs::{self, Many, Named};
use super::versions::{self, Oddity};
use super::{crt_list, path, span, ticket_keys};
use crate::build::BindLine;
use crate::compile::Run;
use crate::spec::{TlsBind, TlsVersion, Verify};
use diag::{Diagnostic, Frame, Severity};

/// Finds the files of a line and judges what it says.
pub fn finish(run: &mut Run<'_>, owner: Owner<'_>, line: &mut BindLine) {
    if line.bind.tls == TlsBind::default() {
        return;
    }
    let mut tls = core::mem::take(&mut line.bind.tls);
    let before = run.diags.count(Severity::Alert);
    files(run, owner, line, &mut tls);
    // What was named and is not there has been told already.
    let told = run.diags.count(Severity::Alert) > before;
    match owner {
        Owner::Frontend(_, shared) if tls.ssl => judge(run, owner, line, &mut tls, told || !shared.is_empty()),
        Owner::Section if tls.ssl => judge(run, owner, line, &mut tls, told),
        // As in the reference, those of the runtime API only fail later.
        _ => {}
    }
    line.bind.tls = tls;
}

fn files(run: &mut Run<'_>, owner: Owner<'_>, line: &BindLine, tls: &mut TlsBind) {
    let written = String::from_utf8_lossy(&line.text);
    let lead = match owner {
        Owner::Frontend(proxy, _) => format!("'bind {written}' in section '{}' : ", proxy.word()),
        Owner::Stats => "'stats socket' : ".to_owned(),
        Owner::Section => format!("'bind {written}' : "),
    };
    for cert in &mut tls.certs {
        certs::find(run, cert, Named { lead: &lead, many: Many::Directory, key: None });
    }
    for list in &mut tls.lists {
        crt_list::read(run, list, &lead);
    }
    let conf = &mut tls.conf;
    let files = [("ca-file", &mut conf.ca_file), ("ca-verify-file", &mut conf.ca_verify_file)];
    for (keyword, file) in files.into_iter().chain([("crl-file", &mut conf.crl_file)]) {
        if let Some(file) = file {
            certs::find_cas(run, file, keyword, &lead);
        }
    }
    if let Some(keys) = &mut tls.ticket_keys {
        let full = path(run, None, &keys.file.path, keys.file.at);
        let read = run.world.read(&full).map_err(|why| format!("unable to load ssl tickets keys file ({why})"));
        match read.and_then(|bytes| ticket_keys::read(&bytes)) {
            Ok(found) => keys.keys = found,
            Err(why) => {
                let text = format!("{lead}'tls-ticket-keys' : '{}' : {why}.", certs::show(&full));
                run.diags.push(Diagnostic::alert(span(keys.file.at), text).manual("5.1"));
            }
        }
        keys.file.path = full.into();
    }
    if let Some(ech) = &mut tls.ech {
        let full = path(run, None, &ech.path, ech.at);
        if let Err(why) = run.world.dir(&full) {
            let text = format!("{lead}'ech' : unable to read '{}' ({why}).", certs::show(&full));
            run.diags.push(Diagnostic::alert(span(ech.at), text).manual("5.1"));
        }
        ech.path = full.into();
    }
}

fn judge(run: &mut Run<'_>, owner: Owner<'_>, line: &BindLine, tls: &mut TlsBind, told: bool) {
    let who = owner.called();
    let what = format!("bind '{}' at [{}]", String::from_utf8_lossy(&line.text), run.place(line.span));
    let mut say = |severity, text: String| {
        let text = format!("{who}{text}");
        run.diags.push(Diagnostic::new(severity, text).at(line.span).framed(Frame::Config).manual("5.1"));
    };
    let found = tls.certs.iter().any(|cert| !cert.found.is_empty())
        || tls.lists.iter().any(|list| list.lines.iter().any(|line| !line.cert.found.is_empty()));
    if !found && !told {
        if tls.strict_sni.or(run.tls.spec.bind.options.strict_sni) == Some(true) {
            let text = format!("no SSL certificate specified for {what}, ssl connections will fail (use 'crt').");
            say(Severity::Warning, text);
        } else if !tls.generate_certificates {
            say(Severity::Alert, format!("no SSL certificate specified for {what} (use 'crt')."));
        }
    }
    let verifies = !matches!(tls.conf.verify, None | Some(Verify::None));
    if verifies && tls.conf.ca_file.is_none() && tls.conf.ca_verify_file.is_none() {
        say(Severity::Alert, format!("verify is enabled but no CA file specified for {what}."));
    }
    if tls.generate_certificates && tls.ca_sign_file.is_none() {
        let text = format!("cannot enable certificate generation, no CA certificate File configured for {what}.");
        say(Severity::Alert, text);
    }
    let defaults = run.tls.spec.bind.options;
    let mut said = tls.conf.versions;
    if said == Default::default() {
        (said.min, said.max, said.without) = (defaults.min, defaults.max, defaults.without);
    }
    for oddity in versions::judge(said, Some(TlsVersion::Tls12)) {
        match oddity {
            Oddity::Ignored => say(
                Severity::Warning,
                format!("no-sslv3/no-tlsv1x are ignored for {what}. Use only 'ssl-min-ver' and 'ssl-max-ver'."),
            ),
            Oddity::Ambiguous => say(
                Severity::Warning,
                format!(
                    "ambiguous configuration for {what}: 'ssl-max-ver' is below the oldest version by default \
                     (TLSv1.2), and 'ssl-min-ver' isn't said. It is taken to be the same."
                ),
            ),
            Oddity::Hole(version) => say(
                Severity::Warning,
                format!(
                    "SSL/TLS versions range not contiguous for {what}: {} is missing. Use only 'ssl-min-ver' and \
                     'ssl-max-ver'.",
                    version.name()
                ),
            ),
            Oddity::Nothing => say(Severity::Alert, format!("all SSL/TLS versions are disabled for {what}.")),
        }
    }
    if tls.generate_certificates
        && let Some(file) = &mut tls.ca_sign_file
    {
        let lead = format!("{who}CA for {what} : ");
        certs::find_signer(run, file, &lead);
    }
}
