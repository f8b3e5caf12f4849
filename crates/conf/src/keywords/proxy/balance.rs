use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::Balance;
use syntax::value;

pub static BALANCE: Keyword<ProxyB> = Keyword {
    name: "balance",
    places: Places::BACK,
    args: Arity::at_least(0, "<algorithm> [<arguments>]"),
    doc: "How a server is chosen.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let algorithm = cx.text(0);
        let (name, argument) = match algorithm.iter().position(|c| *c == b'(') {
            Some(open) => (&algorithm[..open], Some(&algorithm[open + 1..])),
            None => (algorithm, None),
        };
        let balance = match name {
            // Without an argument it is round robin, whatever the version's default without the line.
            b"" | b"roundrobin" => Balance::RoundRobin,
            b"static-rr" => Balance::StaticRr,
            b"leastconn" => Balance::LeastConn,
            b"first" => Balance::First,
            b"random" => match draws(cx, argument) {
                Some(draws) => Balance::Random { draws },
                None => return,
            },
            _ => return refuse(cx, name),
        };
        if argument.is_some() && name != b"random" {
            let got = cx.show(0);
            cx.alert(0, format!(": '{got}' takes no argument."));
        } else if cx.len() > 1 {
            let extra = cx.show(1);
            cx.alert(1, format!("cannot handle unexpected argument '{extra}'."));
        } else {
            proxy.back.balance = balance;
        }
    })
};

/// The algorithms of the language that don't exist here yet.
static PLANNED: &[&[u8]] = &[b"source", b"uri", b"url_param", b"hdr", b"hash", b"rdp-cookie", b"log-hash", b"sticky"];

/// The number in `random(N)`; two without it.
fn draws(cx: &mut Cx<'_>, argument: Option<&[u8]>) -> Option<u32> {
    let Some(argument) = argument else { return Some(2) };
    let digits = argument.strip_suffix(b")").unwrap_or(argument);
    match value::number(digits, 1, MOST_DRAWS) {
        Ok(n) => u32::try_from(n).ok(),
        Err(_) => {
            let got = cx.show(0);
            cx.alert(0, format!(": 'random' takes a number of draws from 1 to {MOST_DRAWS}, not '{got}'."));
            None
        }
    }
}

/// More draws than this find nothing better and cost time.
const MOST_DRAWS: u64 = 1000;

fn refuse(cx: &mut Cx<'_>, name: &[u8]) {
    let shown = String::from_utf8_lossy(name).into_owned();
    if PLANNED.contains(&name) {
        cx.not_yet(0, &format!("balance {shown}"));
        return;
    }
    let known = ["roundrobin", "static-rr", "leastconn", "first", "random"];
    let text = format!("knows {}, not '{shown}'.", known.map(|k| format!("'{k}'")).join(", "));
    match diag::closest(name, known) {
        Some(near) => cx.alert_help(0, text, format!("did you mean '{near}'?")),
        None => cx.alert(0, text),
    }
}
