use crate::addr::Want;
use crate::build::{BindB, BindLine, ProxyB};
use crate::cx::Lead;
use crate::keyword::{Arity, Keyword, Places};
use crate::options;

pub static BIND: Keyword<ProxyB> = Keyword {
    name: "bind",
    places: Places::NAMED_FRONT,
    args: Arity::at_least(1, "[<address>]:<port_range> or a path, several with commas, and options"),
    doc: "Where connections are taken from.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let addrs = options::addresses(cx, Want::BIND);
        let (at, span) = (cx.at(0), cx.span(0));
        let mut bind = BindB::default();
        cx.lead = Lead::Bind(cx.text(0));
        options::read(cx, 1, |index| &index.bind, Places::NAMED, &mut bind);
        cx.lead = Lead::None;
        let text = cx.text(0).into();
        for parsed in &addrs {
            options::judge_address(cx, 0, parsed, false);
        }
        proxy.binds.push(BindLine { addrs, text, at, span, bind });
    })
};
