//! Section `cache` (manual 6.2.1).

use super::{Kind, Name};
use crate::build::CacheB;
use crate::cx::{Cx, KEYWORD};
use crate::keywords;
use crate::spec::{Cache, EarlyHints};
use diag::{Diagnostic, Frame};

pub static KIND: Kind<CacheB> = Kind {
    word: "cache",
    name: Name::Any,
    since: "1.8",
    doc: "Memory for responses.",
    manual: "6.2.1",
    keywords: keywords::cache::ITEMS,
    ..Kind::plain(open, close)
};

/// Longer names are cut by the reference, which then may take two for one.
const LONGEST_NAME: usize = 32;

fn open(cx: &mut Cx<'_>) -> Option<CacheB> {
    if cx.text(0).len() > LONGEST_NAME {
        cx.warn(0, format!(": a name longer than {LONGEST_NAME} bytes is cut off by other versions."));
    }
    let made = Cache {
        name: cx.text(0).into(),
        at: cx.at(0),
        size: 0,
        max_object_size: 0,
        max_age_s: 60,
        max_secondary_entries: 10,
        process_vary: false,
        early_hints: EarlyHints::default(),
        hints_percent: 25,
    };
    Some(CacheB { made, size_said: false, max_object_size: None })
}

fn close(cx: &mut Cx<'_>, section: CacheB) {
    let mut cache = section.made;
    if cache.size == 0 {
        if !(section.size_said && cx.diags.has_alerts()) {
            let text = format!("cache '{}' has no size.", cx.show(0));
            let help = "say 'total-max-size' and a number of megabytes";
            cx.push(Diagnostic::alert(cx.span(KEYWORD), text).framed(Frame::Config).help(help));
        }
        return;
    }
    cache.max_object_size = cache.size / 256;
    match section.max_object_size {
        Some((size, span)) if u64::from(size) > cache.size / 2 => {
            let text = format!("'max-object-size' is at most half of 'total-max-size', {} bytes.", cache.size / 2);
            cx.push(Diagnostic::alert(span, text).framed(Frame::Config));
            return;
        }
        Some((size, _)) if size > 0 => cache.max_object_size = u64::from(size),
        _ => {}
    }
    cx.parts.made.caches.push(cache);
}
