//! Actions on how the stream is treated: its log line, its place in queues, its limits (manual 4.4).

use super::connection::number;
use super::doing::{Doing, Verdict};
use base::Ms;
use expr::{Expr, Type, Val};
use rules::Step;
use rules::action::{Delay, Num, Timeout};
use wire::syslog::Level;

/// `set-log-level`, by the number of syslog; `None` is silence.
pub fn set_log_level(doing: &mut Doing<'_>, level: Option<u8>) -> Step<Verdict> {
    let level = level.and_then(|level| Level::NAMES.get(usize::from(level))).map(|(_, level)| *level);
    doing.x.tuning().log_level = Some(level);
    Step::Next
}

/// `set-nice`.
pub fn set_nice(doing: &mut Doing<'_>, nice: i16) -> Step<Verdict> {
    if let Some(task) = rt::current_task() {
        rt::set_nice(task, nice.into());
        doing.x.tuning().niced = true;
    }
    Step::Next
}

/// `set-priority-class`. What is out of range becomes the range's end.
pub fn set_class(doing: &mut Doing<'_>, value: &Expr) -> Step<Verdict> {
    if let Some(class) = int(doing, value) {
        doing.x.tuning().class = class.clamp(-2047, 2047) as i16;
    }
    Step::Next
}

/// `set-priority-offset`. What is out of range becomes the range's end.
pub fn set_offset(doing: &mut Doing<'_>, value: &Expr) -> Step<Verdict> {
    if let Some(offset) = int(doing, value) {
        doing.x.tuning().offset_ms = offset.clamp(-524_287, 524_287) as i32;
    }
    Step::Next
}

/// `set-retries`. What is out of range changes nothing.
pub fn set_retries(doing: &mut Doing<'_>, value: &Num) -> Step<Verdict> {
    if let Some(retries @ 0..=100) = number(doing, value) {
        doing.x.tuning().retries = Some(retries as u32);
    }
    Step::Next
}

/// `set-timeout`. What is no time, or none at all, changes nothing.
pub fn set_timeout(doing: &mut Doing<'_>, which: Timeout, value: &Delay) -> Step<Verdict> {
    let ms = match value {
        Delay::Const(ms) => Some(*ms),
        Delay::Expr(expr) => int(doing, expr).and_then(|ms| u32::try_from(ms).ok()).map(Ms),
    };
    if let Some(ms) = ms.filter(|ms| ms.0 > 0) {
        doing.x.tuning().timeouts[which as usize] = Some(ms);
    }
    Step::Next
}

fn int(doing: &Doing<'_>, value: &Expr) -> Option<i64> {
    doing.eval(value, |value, env| match value?.cast(Type::Int, env.scratch)? {
        Val::Int(number) => Some(number),
        _ => None,
    })
}
