//! What is asked of clients' certificates and names.

use super::{listed, now};
use crate::build::BindB;
use crate::keyword::{Arity, Keyword};
use crate::keywords::tls;

pub static VERIFY: Keyword<BindB> = listed(now(
    "verify",
    Arity::exactly(1, "'none', 'optional' or 'required'"),
    "1.5",
    "Whether clients must show a certificate.",
    |cx, bind| {
        if let Some(verify) = tls::verify(cx, true) {
            bind.tls.conf.verify = Some(verify);
        }
    },
));

pub static NO_CA_NAMES: Keyword<BindB> =
    listed(now("no-ca-names", Arity::NONE, "2.3", "Doesn't tell clients which CAs are known.", |_, bind| {
        bind.tls.conf.no_ca_names = true;
    }));

pub static CA_IGNORE_ERR: Keyword<BindB> =
    now("ca-ignore-err", FAULTS, "1.5", "Faults of CAs that don't matter.", |cx, bind| {
        if let Some(ignored) = tls::ignored(cx) {
            bind.tls.ca_ignore_err = ignored;
        }
    });

pub static CRT_IGNORE_ERR: Keyword<BindB> =
    now("crt-ignore-err", FAULTS, "1.5", "Faults of clients' certificates that don't matter.", |cx, bind| {
        if let Some(ignored) = tls::ignored(cx) {
            bind.tls.crt_ignore_err = ignored;
        }
    });

pub static STRICT_SNI: Keyword<BindB> =
    now("strict-sni", Arity::NONE, "1.5", "Clients must name a host for which there is a certificate.", |_, bind| {
        bind.tls.strict_sni = Some(true);
    });

pub static NO_STRICT_SNI: Keyword<BindB> =
    now("no-strict-sni", Arity::NONE, "3.2", "Undoes 'strict-sni'.", |_, bind| {
        bind.tls.strict_sni = Some(false);
    });

const FAULTS: Arity = Arity::exactly(1, "'all', or a list of numbers and names with commas between them");
