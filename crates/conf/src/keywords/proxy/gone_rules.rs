//! The families that rewrote messages before there were rules (gone since 2.1).

use crate::build::ProxyB;
use crate::keyword::Keyword;

/// A keyword of these families, and the rule that does the same.
const fn gone(name: &'static str, instead: &'static str) -> Keyword<ProxyB> {
    Keyword::gone(name, "Once looked at or changed messages.", instead)
}

pub static REQADD: Keyword<ProxyB> = gone("reqadd", "use 'http-request add-header'");
pub static REQALLOW: Keyword<ProxyB> = gone("reqallow", "use 'http-request allow'");
pub static REQDEL: Keyword<ProxyB> = gone("reqdel", "use 'http-request del-header'");
pub static REQDENY: Keyword<ProxyB> = gone("reqdeny", "use 'http-request deny'");
pub static REQIALLOW: Keyword<ProxyB> = gone("reqiallow", "use 'http-request allow'");
pub static REQIDEL: Keyword<ProxyB> = gone("reqidel", "use 'http-request del-header'");
pub static REQIDENY: Keyword<ProxyB> = gone("reqideny", "use 'http-request deny'");
pub static REQIPASS: Keyword<ProxyB> = gone("reqipass", "use 'http-request' rules with conditions");
pub static REQIREP: Keyword<ProxyB> =
    gone("reqirep", "use 'http-request replace-path', 'replace-uri' or 'replace-header'");
pub static REQISETBE: Keyword<ProxyB> = gone("reqisetbe", "use 'use_backend'");
pub static REQITARPIT: Keyword<ProxyB> = gone("reqitarpit", "use 'http-request tarpit'");
pub static REQPASS: Keyword<ProxyB> = gone("reqpass", "use 'http-request' rules with conditions");
pub static REQREP: Keyword<ProxyB> =
    gone("reqrep", "use 'http-request replace-path', 'replace-uri' or 'replace-header'");
pub static REQSETBE: Keyword<ProxyB> = gone("reqsetbe", "use 'use_backend'");
pub static REQTARPIT: Keyword<ProxyB> = gone("reqtarpit", "use 'http-request tarpit'");
pub static RSPADD: Keyword<ProxyB> = gone("rspadd", "use 'http-response add-header'");
pub static RSPDEL: Keyword<ProxyB> = gone("rspdel", "use 'http-response del-header'");
pub static RSPDENY: Keyword<ProxyB> = gone("rspdeny", "use 'http-response deny'");
pub static RSPIDEL: Keyword<ProxyB> = gone("rspidel", "use 'http-response del-header'");
pub static RSPIDENY: Keyword<ProxyB> = gone("rspideny", "use 'http-response deny'");
pub static RSPIREP: Keyword<ProxyB> = gone("rspirep", "use 'http-response replace-header'");
pub static RSPREP: Keyword<ProxyB> = gone("rsprep", "use 'http-response replace-header'");
pub static SRVEXP: Keyword<ProxyB> = gone("srvexp", "use 'http-response replace-header'");

/// All of them.
pub static ITEMS: &[&Keyword<ProxyB>] = &[
    &REQADD,
    &REQALLOW,
    &REQDEL,
    &REQDENY,
    &REQIALLOW,
    &REQIDEL,
    &REQIDENY,
    &REQIPASS,
    &REQIREP,
    &REQISETBE,
    &REQITARPIT,
    &REQPASS,
    &REQREP,
    &REQSETBE,
    &REQTARPIT,
    &RSPADD,
    &RSPDEL,
    &RSPDENY,
    &RSPIDEL,
    &RSPIDENY,
    &RSPIREP,
    &RSPREP,
    &SRVEXP,
];
