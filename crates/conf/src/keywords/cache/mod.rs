//! Keywords of section `cache` (manual 6.2.1).

use crate::build::CacheB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};
use crate::spec::EarlyHints;

pub static ITEMS: &[&Keyword<CacheB>] =
    &[&EARLY_HINTS, &MAX_AGE, &MAX_OBJECT_SIZE, &MAX_SECONDARY_ENTRIES, &PROCESS_VARY, &TOTAL_MAX_SIZE];

static EARLY_HINTS: Keyword<CacheB> = Keyword {
    name: "early-hints",
    args: Arity::between(1, 3, "'on', 'off' or 'only', and [ratio <percent>]"),
    since: "3.5",
    doc: "Remembers links of responses and sends them ahead (103 Early Hints).",
    manual: "6.2.1",
    ..Keyword::plain(|cx, cache| {
        let choices = [("on", EarlyHints::On), ("off", EarlyHints::Off), ("only", EarlyHints::Only)];
        let Some(choice) = cx.one_of(0, &choices) else { return };
        if cx.len() > 1 {
            if cx.text(1) != b"ratio" {
                let text = format!("cannot handle unexpected argument '{}'.", cx.show(1));
                return cx.alert(1, text);
            }
            let Some(percent) = cx.uint(2, 1, 99) else { return };
            cache.made.hints_percent = percent as u8;
        }
        cache.made.early_hints = choice;
    })
};

static MAX_AGE: Keyword<CacheB> = Keyword {
    name: "max-age",
    args: Arity::exactly(1, "an age in seconds"),
    since: "1.8",
    doc: "How long objects are kept at most.",
    manual: "6.2.1",
    ..Keyword::plain(|cx, cache| set(cx, &mut cache.made.max_age_s, 0))
};

static MAX_OBJECT_SIZE: Keyword<CacheB> = Keyword {
    name: "max-object-size",
    args: Arity::exactly(1, "a size in bytes"),
    since: "1.9",
    doc: "Larger objects aren't stored; at most half of the cache.",
    manual: "6.2.1",
    ..Keyword::plain(|cx, cache| {
        if let Some(size) = cx.uint(0, 0, i32::MAX as u32) {
            cache.max_object_size = Some((size, cx.span(0)));
        }
    })
};

static MAX_SECONDARY_ENTRIES: Keyword<CacheB> = Keyword {
    name: "max-secondary-entries",
    args: Arity::exactly(1, "a number above zero"),
    since: "2.4",
    doc: "How many variants of one object are kept.",
    manual: "6.2.1",
    ..Keyword::plain(|cx, cache| set(cx, &mut cache.made.max_secondary_entries, 1))
};

static PROCESS_VARY: Keyword<CacheB> = Keyword {
    name: "process-vary",
    args: Arity::exactly(1, "'on' or 'off'"),
    since: "2.4",
    doc: "Stores responses that have a Vary field, by what it names.",
    manual: "6.2.1",
    ..Keyword::plain(|cx, cache| match cx.text(0) {
        b"on" => cache.made.process_vary = true,
        b"off" => cache.made.process_vary = false,
        _ => {
            let text = format!("expects 'on' or 'off', '{}' changes nothing.", cx.show(0));
            cx.warn(0, text);
        }
    })
};

static TOTAL_MAX_SIZE: Keyword<CacheB> = Keyword {
    name: "total-max-size",
    args: Arity::exactly(1, "a size in megabytes"),
    since: "1.8",
    doc: "Size of the cache in megabytes.",
    manual: "6.2.1",
    ..Keyword::plain(|cx, cache| {
        if let Some(megabytes) = cx.uint(0, 0, MOST_MEGABYTES) {
            cache.made.size = u64::from(megabytes) << 20;
        }
        cache.size_said = true;
    })
};

/// As documented: what fits 32 bits.
const MOST_MEGABYTES: u32 = 4095;

fn set(cx: &mut Cx<'_>, slot: &mut u32, min: u32) {
    if let Some(n) = cx.uint(0, min, i32::MAX as u32) {
        *slot = n;
    }
}
