//! Values for people: the type, then the value as the configuration would write it.

use expr::{Got, Val};

/// What a part gave.
pub fn got(got: Got<'_>) -> String {
    match got {
        Got::Val { v, .. } => value(v),
        Got::Absent => "nothing".to_owned(),
        Got::Wait => "not there yet".to_owned(),
    }
}

/// A value with its type.
pub fn value(v: Val<'_>) -> String {
    let kind = v.kind().name();
    match v {
        Val::Bool(b) => format!("{kind} {b}"),
        Val::Int(n) => format!("{kind} {n}"),
        Val::Ip4(ip) => format!("{kind} {ip}"),
        Val::Ip6(ip) => format!("{kind} {ip}"),
        Val::Str(text) | Val::Meth(text) => format!("{kind} \"{}\"", text.escape_ascii()),
        Val::Bin(bytes) => {
            let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
            format!("{kind} 0x{hex}")
        }
    }
}
