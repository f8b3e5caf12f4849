use crate::actions;
use crate::build::{Order, ProxyB};
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::{Conditional, Mode};
use rules::Stage;

pub static REDIRECT: Keyword<ProxyB> = Keyword {
    name: "redirect",
    places: Places::NAMED,
    args: Arity::at_least(1, "'location', 'prefix' or 'scheme' with a value, options, and a condition"),
    mode: Some(Mode::Http),
    doc: "Sends clients elsewhere.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let mut at = 0;
        let Some(what) = actions::read_redirect(cx, &mut at, None) else { return };
        let places = actions::stage_places(Stage::HttpReq, proxy);
        let Some(cond) = cx.cond(at, &proxy.known_acls, places) else { return };
        proxy.comes(cx, Order::Redirect);
        proxy.lang.redirects.push(Conditional { cond, what, at: cx.at(0) });
    })
};
