//! `email-alert …`.

use super::log::LEVELS;
use crate::build::ProxyB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Status};

/// A line of this family.
const fn email(
    name: &'static str,
    args: Arity,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    Keyword { name, status: Status::Parsed, args, since: "1.6", doc, manual: "4.2", ..Keyword::plain(parse) }
}

pub static FROM: Keyword<ProxyB> =
    email("email-alert from", Arity::exactly(1, "<emailaddr>"), "Sender of mails about servers.", |cx, proxy| {
        let from = cx.bytes(0);
        let mail = proxy.email.get_or_insert_default();
        (mail.from, mail.span) = (from, cx.span(KEYWORD));
    });

pub static TO: Keyword<ProxyB> =
    email("email-alert to", Arity::exactly(1, "<emailaddr>"), "Receiver of mails about servers.", |cx, proxy| {
        let to = cx.bytes(0);
        let mail = proxy.email.get_or_insert_default();
        (mail.to, mail.span) = (to, cx.span(KEYWORD));
    });

pub static MAILERS: Keyword<ProxyB> = email(
    "email-alert mailers",
    Arity::exactly(1, "<mailersect>"),
    "Section 'mailers' that sends mails about servers.",
    |cx, proxy| {
        let mailers = cx.string(0).map(|name| (name, cx.span(0)));
        let mail = proxy.email.get_or_insert_default();
        (mail.mailers, mail.span) = (mailers, cx.span(KEYWORD));
    },
);

pub static MYHOSTNAME: Keyword<ProxyB> = email(
    "email-alert myhostname",
    Arity::exactly(1, "<hostname>"),
    "Name that mailers are told for this machine.",
    |cx, proxy| {
        let name = cx.bytes(0);
        let mail = proxy.email.get_or_insert_default();
        (mail.my_hostname, mail.span) = (name, cx.span(KEYWORD));
    },
);

pub static LEVEL: Keyword<ProxyB> = email(
    "email-alert level",
    Arity::exactly(1, "one of the eight levels of syslog"),
    "Highest level of messages that are mailed.",
    |cx, proxy| {
        let levels: [(&str, u8); 8] = core::array::from_fn(|n| (LEVELS[n], n as u8));
        let level = cx.one_of(0, &levels);
        let mail = proxy.email.get_or_insert_default();
        (mail.max_level, mail.span) = (level, cx.span(KEYWORD));
    },
);
