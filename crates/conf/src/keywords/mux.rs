//! What is spoken over a connection: the values of `proto` and the like, and where each may be used (manual 5.1, 5.2).

use crate::cx::Cx;
use crate::keyword::{Arity, Gate};
use crate::spec::{Mode, Mux, QuicCc, QuicCcAlgorithm};
use syntax::value;

pub const NAME: Arity = Arity::exactly(1, "the name of a protocol");
pub const CC: Arity = Arity::exactly(1, "'cubic', 'newreno', 'bbr' or 'nocc'");

/// The protocol that argument 0 names.
pub fn mux(cx: &mut Cx<'_>) -> Option<Mux> {
    let mux = cx.one_of(0, &NAMES)?;
    if mux == Mux::Qmux && !cx.passes(Gate::Experimental) {
        return None;
    }
    Some(mux)
}

static NAMES: [(&str, Mux); 7] = [
    ("h1", Mux::H1),
    ("h2", Mux::H2),
    ("none", Mux::Pass),
    ("quic", Mux::Quic),
    ("qmux", Mux::Qmux),
    ("fcgi", Mux::Fcgi),
    ("spop", Mux::Spop),
];

/// On which side of a proxy a connection is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Front,
    Back,
}

impl Mux {
    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, mux)| *mux == self).map_or("", |(name, _)| name)
    }

    /// Whether it can be used in a proxy of this mode, on this side, over QUIC or not.
    pub fn fits(self, mode: Mode, side: Side, quic: bool) -> bool {
        let of_mode = match self {
            Mux::H1 | Mux::H2 | Mux::Qmux | Mux::Quic | Mux::Fcgi => matches!(mode, Mode::Http | Mode::Haterm),
            Mux::Spop => mode == Mode::Spop,
            Mux::Pass => matches!(mode, Mode::Tcp | Mode::Log),
        };
        let of_side = side == Side::Back || !matches!(self, Mux::Fcgi | Mux::Spop);
        of_mode && of_side && (self == Mux::Quic) == quic
    }
}

/// `quic-cc-algo`: an algorithm and, in parentheses, its largest window.
pub fn quic_cc(cx: &mut Cx<'_>) -> Option<QuicCc> {
    let text = cx.text(0);
    let (name, args) = match text.iter().position(|c| *c == b'(') {
        Some(open) => match text[open + 1..].split_last() {
            Some((b')', inner)) => (&text[..open], Some(inner)),
            _ => {
                cx.alert(0, ": its parameters aren't closed by ')'.");
                return None;
            }
        },
        None => (text, None),
    };
    let algorithm = match name {
        b"cubic" => QuicCcAlgorithm::Cubic,
        b"newreno" => QuicCcAlgorithm::NewReno,
        b"bbr" => QuicCcAlgorithm::Bbr,
        b"nocc" => QuicCcAlgorithm::Fixed,
        _ => {
            let got = String::from_utf8_lossy(name);
            cx.alert(0, format!("expects 'cubic', 'newreno', 'bbr' or 'nocc', not '{got}'."));
            return None;
        }
    };
    let mut max_window = None;
    for (number, arg) in args.into_iter().flat_map(|args| args.split(|c| *c == b',')).enumerate() {
        if number > 0 {
            cx.alert(0, ": takes one parameter.");
            return None;
        }
        if !arg.is_empty() {
            match value::size_in(arg, LEAST_WINDOW, MOST_WINDOW) {
                Ok(size) => max_window = Some(size),
                Err(_) => {
                    let arg = String::from_utf8_lossy(arg);
                    cx.alert(0, format!(": the window must be a size from 10k to 4g, not '{arg}'."));
                    return None;
                }
            }
        }
    }
    Some(QuicCc { algorithm, max_window })
}

/// As documented (manual 5.1, `quic-cc-algo`).
const LEAST_WINDOW: u64 = 10 << 10;
const MOST_WINDOW: u64 = 4 << 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let cases: &[(Mux, Mode, Side, bool, bool)] = &[
            (Mux::H1, Mode::Http, Side::Front, false, true),
            (Mux::H2, Mode::Http, Side::Back, false, true),
            (Mux::H2, Mode::Tcp, Side::Front, false, false),
            (Mux::Pass, Mode::Tcp, Side::Front, false, true),
            (Mux::Pass, Mode::Http, Side::Front, false, false),
            (Mux::Fcgi, Mode::Http, Side::Back, false, true),
            (Mux::Fcgi, Mode::Http, Side::Front, false, false),
            (Mux::Spop, Mode::Spop, Side::Back, false, true),
            (Mux::Spop, Mode::Http, Side::Back, false, false),
            (Mux::Quic, Mode::Http, Side::Front, true, true),
            (Mux::Quic, Mode::Http, Side::Front, false, false),
            (Mux::H1, Mode::Http, Side::Front, true, false),
        ];
        for (mux, mode, side, quic, want) in cases {
            assert_eq!(mux.fits(*mode, *side, *quic), *want, "{mux:?} {mode:?} {side:?} {quic}");
        }
    }
}
