use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::HttpReuse;

pub static HTTP_REUSE: Keyword<ProxyB> = Keyword {
    name: "http-reuse",
    places: Places::BACK,
    args: Arity::exactly(1, "'never', 'safe', 'aggressive' or 'always'"),
    since: "1.6",
    doc: "Which requests may use a server connection that another client's request has used.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let choices = [
            ("never", HttpReuse::Never),
            ("safe", HttpReuse::Safe),
            ("aggressive", HttpReuse::Aggressive),
            ("always", HttpReuse::Always),
        ];
        if let Some(choice) = cx.one_of(0, &choices) {
            proxy.back.reuse = choice;
        }
    })
};
