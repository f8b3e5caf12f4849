//! `ssl-f-use`: certificates of a frontend, for all its `bind` lines with TLS.

use crate::build::{BindB, ProxyB};
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::options;
use crate::spec::{CertLoad, CertUse, CrtLine};

pub static SSL_F_USE: Keyword<ProxyB> = Keyword {
    name: "ssl-f-use",
    status: Status::Parsed,
    places: Places::NAMED_FRONT,
    args: Arity::at_least(0, "options of certificates"),
    since: "3.2",
    doc: "A certificate of this frontend and its settings.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let at = cx.at(KEYWORD);
        let (mut bind, mut load) = (BindB::default(), CertLoad { at, ..CertLoad::default() });
        options::of_certificate(cx, 0, &mut bind, &mut load);
        let Some(name) = load.name.clone() else {
            cx.alert(KEYWORD, "needs 'crt <filename>'.");
            return;
        };
        let cert = CertUse { name, at, is_default: false, found: Vec::new() };
        let line = CrtLine { line: cx.line, cert, load, conf: bind.tls.conf, filters: Vec::new() };
        proxy.front.ssl_use.push(line);
    })
};
