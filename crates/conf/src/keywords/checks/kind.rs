//! `option httpchk`, `option mysql-check` and their like: the protocol of checks.

use crate::build::{ChecksB, ProxyB};
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::{CheckKind, HttpCheck, MysqlClient, SmtpHello};
use diag::Severity;
use expr::logfmt::Use;

pub static ITEMS: &[&Keyword<ProxyB>] =
    &[&EXTERNAL, &HTTP, &LDAP, &MYSQL, &PGSQL, &REDIS, &SMTP, &SPOP, &SSL_HELLO, &TCP];

/// An option of this family.
const fn check(
    name: &'static str,
    args: Arity,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    Keyword { name, status: Status::Parsed, places: Places::BACK, args, doc, manual: "4.2", ..Keyword::plain(parse) }
}

fn set(cx: &Cx<'_>, checks: &mut ChecksB, kind: CheckKind) {
    checks.set_kind(kind, cx.span(KEYWORD));
}

pub static TCP: Keyword<ProxyB> = Keyword {
    // Without 'tcp-check' rules, which say so themselves, a check connects as ever.
    status: Status::Working,
    since: "1.5",
    ..check("option tcp-check", Arity::NONE, "Checks as 'tcp-check' rules say.", |cx, proxy| {
        set(cx, &mut proxy.checks, CheckKind::Tcp)
    })
};

pub static HTTP: Keyword<ProxyB> = check(
    "option httpchk",
    Arity::between(0, 4, "[<method>] [<uri>] [<version>] [<host>]"),
    "Checks with an HTTP request.",
    |cx, proxy| {
        if let Some(kind) = http(cx) {
            set(cx, &mut proxy.checks, kind);
        }
    },
);

pub static SSL_HELLO: Keyword<ProxyB> =
    check("option ssl-hello-chk", Arity::NONE, "Checks with an SSLv3 hello message.", |cx, proxy| {
        set(cx, &mut proxy.checks, CheckKind::SslHello)
    });

pub static SMTP: Keyword<ProxyB> = check(
    "option smtpchk",
    Arity::between(0, 2, "<hello> and <domain>"),
    "Checks with an SMTP greeting.",
    |cx, proxy| {
        if let Some(kind) = smtp(cx) {
            set(cx, &mut proxy.checks, kind);
        }
    },
);

pub static PGSQL: Keyword<ProxyB> = check(
    "option pgsql-check",
    Arity::exactly(2, "'user' <username>"),
    "Checks as a PostgreSQL client.",
    |cx, proxy| {
        if let Some(kind) = pgsql(cx) {
            set(cx, &mut proxy.checks, kind);
        }
    },
);

pub static MYSQL: Keyword<ProxyB> = check(
    "option mysql-check",
    Arity::between(0, 3, "[user <username> [post-41|pre-41|post-80]]"),
    "Checks as a MySQL client.",
    |cx, proxy| {
        if let Some(kind) = mysql(cx) {
            set(cx, &mut proxy.checks, kind);
        }
    },
);

pub static REDIS: Keyword<ProxyB> =
    check("option redis-check", Arity::NONE, "Checks with a Redis PING.", |cx, proxy| {
        set(cx, &mut proxy.checks, CheckKind::Redis)
    });

pub static LDAP: Keyword<ProxyB> =
    check("option ldap-check", Arity::NONE, "Checks with an anonymous LDAPv3 bind.", |cx, proxy| {
        set(cx, &mut proxy.checks, CheckKind::Ldap)
    });

pub static SPOP: Keyword<ProxyB> = Keyword {
    since: "1.7",
    ..check("option spop-check", Arity::NONE, "Checks with an SPOP handshake.", |cx, proxy| {
        set(cx, &mut proxy.checks, CheckKind::Spop)
    })
};

pub static EXTERNAL: Keyword<ProxyB> = Keyword {
    since: "1.6",
    places: Places::BACK.or(Places::QUIET),
    ..check("option external-check", Arity::NONE, "Checks by means of a program.", |cx, proxy| {
        set(cx, &mut proxy.checks, CheckKind::External)
    })
};

/// Reads `[<uri>]`, or `<method> <uri> [<version> [<host>]]`.
pub fn http(cx: &mut Cx<'_>) -> Option<CheckKind> {
    let mut check = HttpCheck::default();
    if cx.len() < 2 {
        check.uri = Some(cx.text(0)).filter(|uri| !uri.is_empty()).map(Into::into);
        return Some(CheckKind::Http(check));
    }
    check.method = Some(super::request::method(cx, 0)?);
    check.uri = Some(cx.bytes(1)?);
    if cx.len() > 2 {
        let text = cx.text(2);
        let end = text.iter().position(|c| matches!(c, b'\r' | b'\n')).unwrap_or(text.len());
        check.version = Some(text[..end].into());
        if end < text.len() {
            let help = "use 'http-check send' with 'hdr' and 'body'".to_owned();
            let text = "'option httpchk' : header fields behind the version are deprecated.";
            cx.say(Severity::Warning, 2, text, Some(help));
            check.behind_version = Some(cx.text(2)[end..].into());
        }
    }
    if cx.len() > 3 {
        check.host = Some(super::formatted(cx, 3, Use::Http)?);
    }
    Some(CheckKind::Http(check))
}

/// Reads `[<hello> <domain>]`.
pub fn smtp(cx: &mut Cx<'_>) -> Option<CheckKind> {
    if cx.is_empty() {
        return Some(CheckKind::Smtp { hello: SmtpHello::Helo, domain: b"localhost"[..].into() });
    }
    if cx.len() < 2 {
        cx.alert(1, "expects a domain behind the greeting.");
        return None;
    }
    // As documented: any other greeting becomes the usual one.
    let hello = if cx.text(0) == b"EHLO" { SmtpHello::Ehlo } else { SmtpHello::Helo };
    Some(CheckKind::Smtp { hello, domain: cx.bytes(1)? })
}

/// Reads `user <username>`.
pub fn pgsql(cx: &mut Cx<'_>) -> Option<CheckKind> {
    cx.one_of(0, &[("user", ())])?;
    Some(CheckKind::Pgsql { user: cx.bytes(1)? })
}

/// Reads `[user <username> [<client>]]`.
pub fn mysql(cx: &mut Cx<'_>) -> Option<CheckKind> {
    if cx.is_empty() {
        return Some(CheckKind::Mysql { user: None, client: MysqlClient::default() });
    }
    cx.one_of(0, &[("user", ())])?;
    if cx.len() < 2 {
        cx.alert(1, "expects a user's name behind 'user'.");
        return None;
    }
    let user = Some(cx.bytes(1)?);
    let clients = [("post-41", MysqlClient::Post41), ("pre-41", MysqlClient::Pre41), ("post-80", MysqlClient::Post80)];
    let client = if cx.len() > 2 { cx.one_of(2, &clients)? } else { MysqlClient::default() };
    Some(CheckKind::Mysql { user, client })
}
