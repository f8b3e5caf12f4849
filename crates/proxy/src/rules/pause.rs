//! `pause` (manual 4.4).

use super::doing::{Doing, Verdict};
use base::Ms;
use expr::{Type, Val};
use rules::action::Delay;
use rules::{Step, Wait};

/// Waits, then goes on. A time that can't be told is none.
pub fn pause(doing: &Doing<'_>, delay: &Delay) -> Step<Verdict> {
    let ms = match delay {
        Delay::Const(ms) => Some(ms.0),
        Delay::Expr(expr) => doing.eval(expr, |value, env| match value?.cast(Type::Int, env.scratch)? {
            Val::Int(n) => u32::try_from(n).ok(),
            _ => None,
        }),
    };
    match ms {
        None | Some(0) => Step::Next,
        Some(ms) => Step::Pause(Wait::Sleep(rt::now() + Ms(ms))),
    }
}
