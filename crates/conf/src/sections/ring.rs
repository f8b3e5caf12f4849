//! Section `ring` (manual 12.5): events in memory, for the runtime API and for servers.

use super::Kind;
use crate::build::{ProxyB, RingB};
use crate::compile::Run;
use crate::cx::{Cx, KEYWORD};
use crate::finish::{End, parts};
use crate::keywords;
use crate::spec::{LogFormat, Ring};
use diag::{Diagnostic, Frame};

pub static KIND: Kind<RingB> = Kind {
    word: "ring",
    since: "2.2",
    doc: "A buffer of events in memory, as target of logs and traces.",
    manual: "12.5",
    keywords: keywords::ring::ITEMS,
    finish,
    ..Kind::plain(open, |cx, section| cx.parts.rings.push(section))
};

/// What exists without a section.
pub const BUILT_IN: &[u8] = b"buf0";

fn open(cx: &mut Cx<'_>) -> Option<RingB> {
    if cx.text(0) == BUILT_IN {
        cx.alert(0, format!(": the name '{}' is taken by a ring of the process itself.", cx.show(0)));
        return None;
    }
    let made = Ring {
        name: cx.text(0).into(),
        at: cx.at(0),
        description: None,
        format: LogFormat::Raw,
        size: keywords::ring::SIZE_BYTES,
        max_len: 0,
        backing_file: None,
        servers: Vec::new(),
        timeout_connect: None,
        timeout_server: None,
    };
    let holder = ProxyB { name: cx.show(0).into(), span: cx.span(KEYWORD), at: cx.at(0), ..ProxyB::fresh() };
    Some(RingB { made, holder, max_len: None })
}

fn finish(run: &mut Run<'_>, _: &End) {
    for section in core::mem::take(&mut run.parts.rings) {
        let ring = one(run, section);
        run.parts.made.rings.push(ring);
    }
}

fn one(run: &mut Run<'_>, section: RingB) -> Ring {
    let RingB { made: mut ring, mut holder, max_len } = section;
    ring.max_len = ring.size;
    if let Some((len, span)) = max_len {
        if len > ring.size {
            let text = format!("'maxlen' of {len} is more than the ring's size, {} is used.", ring.size);
            run.diags.push(Diagnostic::warning(span, text).framed(Frame::Config).manual("12.5"));
        }
        ring.max_len = len.min(ring.size);
    }
    parts::tell_missing_timeouts(run, &mut holder);
    ring.timeout_connect = holder.back.timeout_connect;
    ring.timeout_server = holder.back.timeout_server;
    ring.servers = parts::servers(run, &mut holder);
    ring
}
