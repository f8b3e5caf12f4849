//! Timeouts, retries and what logs say, for one stream (manual 4.4).

use super::doing::{Doing, Verdict};
use base::{Ms, Tick};
use expr::{Type, Val};
use rules::action::{Delay, Num, Timeout};
use rules::{Step, Wait};
use std::num::NonZeroU32;

/// `set-timeout`.
pub fn set_timeout(doing: &mut Doing<'_>, which: Timeout, delay: &Delay) -> Step<Verdict> {
    if let Some(ms) = delay_of(doing, delay).and_then(NonZeroU32::new) {
        doing.x.limits.get_or_insert_default().timeouts[which as usize] = Some(Ms(ms.get()));
    }
    Step::Next
}

/// `set-retries`.
pub fn set_retries(doing: &mut Doing<'_>, number: &Num) -> Step<Verdict> {
    if let Some(n) = number_of(doing, number).filter(|n| *n <= 100) {
        doing.x.limits.get_or_insert_default().retries = u32::try_from(n).ok();
    }
    Step::Next
}

/// `set-log-level`; `None` is silence.
pub fn set_log_level(doing: &mut Doing<'_>, level: Option<u8>) -> Step<Verdict> {
    doing.x.log_level = Some(level);
    Step::Next
}

/// `pause`. A time that can't be told is none.
pub fn pause(doing: &mut Doing<'_>, delay: &Delay) -> Step<Verdict> {
    match delay_of(doing, delay) {
        None | Some(0) => Step::Next,
        Some(ms) => Step::Pause(Wait::Sleep(until(ms))),
    }
}

fn until(ms: u32) -> Tick {
    rt::now() + Ms(ms)
}

/// Milliseconds.
fn delay_of(doing: &Doing<'_>, delay: &Delay) -> Option<u32> {
    match delay {
        Delay::Const(ms) => Some(ms.0),
        Delay::Expr(expr) => doing.eval(expr, |value, env| u32::try_from(int(value?, env)?).ok()),
    }
}

/// A number, or what an expression gives if it isn't negative.
pub fn number_of(doing: &Doing<'_>, number: &Num) -> Option<u64> {
    match number {
        Num::Const(n) => Some(*n),
        Num::Expr(expr) => doing.eval(expr, |value, env| u64::try_from(int(value?, env)?).ok()),
    }
}

fn int(value: Val<'_>, env: &expr::Env<'_>) -> Option<i64> {
    match value.cast(Type::Int, env.scratch)? {
        Val::Int(n) => Some(n),
        _ => None,
    }
}
