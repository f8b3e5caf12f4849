//! `capture`: values that rules keep for logs (manual 4.4).

use super::doing::{Doing, Verdict};
use expr::{Expr, Got, Type};
use rules::action::Slot;
use rules::{Doer, Step, Wait};

/// Keeps a value. Where contents are looked at, it waits for one that may still come. A slot that the frontend doesn't
/// have keeps nothing.
pub fn capture(doing: &mut Doing<'_>, value: &Expr, slot: Slot) -> Step<Verdict> {
    let (Slot::New { id, .. } | Slot::Declared(id)) = slot;
    let is_response = doing.at.stage.is_response();
    let captures = &doing.client.front.spec.lang.captures;
    let slots = if is_response { &captures.response } else { &captures.request };
    let Some(len) = slots.get(id as usize).map(|slot| slot.len) else { return Step::Next };
    let mut text = doing.client.worker.line_memory();
    text.clear();
    let waits = doing.look(|env| match value.eval(env) {
        Got::Val { v, .. } => {
            if let Some(v) = v.cast(Type::Str, env.scratch).and_then(|v| v.bytes()) {
                text.extend_from_slice(&v[..v.len().min(len as usize)]);
            }
            false
        }
        Got::Wait => doing.may_wait(),
        Got::Absent => false,
    });
    if waits {
        doing.client.worker.reuse_line(text);
        return Step::Wait(Wait::Data);
    }
    let kept = doing.x.kept(&doing.client.front.clone());
    let of = if is_response { &mut kept.response } else { &mut kept.request };
    if !text.is_empty() {
        of.set(id as usize, &text, len as usize);
    }
    doing.client.worker.reuse_line(text);
    Step::Next
}
