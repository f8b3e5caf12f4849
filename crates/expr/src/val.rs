//! Values and their types, and how one type becomes another (manual 7.3).

use core::fmt::{self, Write};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::env::Scratch;

/// What an expression yields. Bytes are borrowed: from the message, the compiled expression or the arena.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Val<'a> {
    /// True or false.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An IPv4 address.
    Ip4(Ipv4Addr),
    /// An IPv6 address.
    Ip6(Ipv6Addr),
    /// Text, in no particular encoding.
    Str(&'a [u8]),
    /// Bytes that need not be text.
    Bin(&'a [u8]),
    /// A request method.
    Meth(&'a [u8]),
}

const _: () = assert!(size_of::<Val<'static>>() <= 32);

/// The type of a value, as fetches and converters declare it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// Any of the others: known only at run time.
    Any,
    /// As the input's (a converter's output only).
    Same,
    /// True or false.
    Bool,
    /// A signed integer.
    Int,
    /// An IPv4 or IPv6 address.
    Addr,
    /// An IPv4 address.
    Ip4,
    /// An IPv6 address.
    Ip6,
    /// Text.
    Str,
    /// Bytes.
    Bin,
    /// A request method.
    Meth,
}

impl Type {
    /// The type's name in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Type::Any => "any",
            Type::Same => "same",
            Type::Bool => "bool",
            Type::Int => "sint",
            Type::Addr => "addr",
            Type::Ip4 => "ipv4",
            Type::Ip6 => "ipv6",
            Type::Str => "str",
            Type::Bin => "bin",
            Type::Meth => "meth",
        }
    }

    /// Whether a value of this type may be given where `to` is wanted. The cast itself can still fail on a
    /// particular value, for instance on text that is no address.
    pub fn casts_to(self, to: Type) -> bool {
        use Type::*;
        if self == to || matches!(to, Any | Same) || matches!(self, Any | Same) {
            return true;
        }
        match self {
            Bool => matches!(to, Int | Str | Bin),
            Int => matches!(to, Bool | Addr | Ip4 | Ip6 | Str | Bin),
            Addr => matches!(to, Bool | Int | Ip4 | Ip6 | Str | Bin),
            Ip4 => matches!(to, Bool | Int | Addr | Ip6 | Str | Bin),
            Ip6 => matches!(to, Addr | Ip4 | Str | Bin),
            Str => matches!(to, Bool | Int | Addr | Ip4 | Ip6 | Bin | Meth),
            Bin => matches!(to, Str | Meth),
            Meth => matches!(to, Str | Bin),
            Any | Same => true,
        }
    }
}

impl<'a> Val<'a> {
    /// The value's own type, never `Any`, `Same` or `Addr`.
    pub fn kind(&self) -> Type {
        match self {
            Val::Bool(_) => Type::Bool,
            Val::Int(_) => Type::Int,
            Val::Ip4(_) => Type::Ip4,
            Val::Ip6(_) => Type::Ip6,
            Val::Str(_) => Type::Str,
            Val::Bin(_) => Type::Bin,
            Val::Meth(_) => Type::Meth,
        }
    }

    /// The value of this address.
    pub fn ip(ip: IpAddr) -> Val<'a> {
        match ip {
            IpAddr::V4(ip) => Val::Ip4(ip),
            IpAddr::V6(ip) => Val::Ip6(ip),
        }
    }

    /// The bytes of text, binary and method values.
    #[inline]
    pub fn bytes(&self) -> Option<&'a [u8]> {
        match *self {
            Val::Str(b) | Val::Bin(b) | Val::Meth(b) => Some(b),
            _ => None,
        }
    }

    /// This value as one of type `to`, or `None` where there is no such value. Text that has to be built goes
    /// to `scratch`.
    #[inline]
    pub fn cast(self, to: Type, scratch: Scratch<'a>) -> Option<Val<'a>> {
        match (to, self) {
            (Type::Any | Type::Same, v) => Some(v),
            (Type::Str, Val::Str(_)) | (Type::Bin, Val::Bin(_)) | (Type::Int, Val::Int(_)) => Some(self),
            (Type::Str, Val::Bin(b) | Val::Meth(b)) => Some(Val::Str(b)),
            (Type::Bin, Val::Str(b) | Val::Meth(b)) => Some(Val::Bin(b)),
            _ => self.cast_slow(to, scratch),
        }
    }

    fn cast_slow(self, to: Type, scratch: Scratch<'a>) -> Option<Val<'a>> {
        match to {
            Type::Any | Type::Same => Some(self),
            Type::Bool => self.to_int().map(|n| Val::Bool(n != 0)),
            Type::Int => self.to_int().map(Val::Int),
            Type::Addr => self.to_addr().map(Val::ip),
            Type::Ip4 => match self.to_addr()? {
                IpAddr::V4(ip) => Some(Val::Ip4(ip)),
                IpAddr::V6(ip) => embedded_v4(ip).map(Val::Ip4),
            },
            Type::Ip6 => Some(Val::Ip6(match self.to_addr()? {
                IpAddr::V4(ip) => ip.to_ipv6_mapped(),
                IpAddr::V6(ip) => ip,
            })),
            Type::Str => scratch.write(|w| self.write_text(w)).map(Val::Str),
            Type::Bin => self.to_bin(scratch).map(Val::Bin),
            Type::Meth => self.bytes().map(Val::Meth),
        }
    }

    /// The integer that this value stands for; text gives the digits that it begins with, 0 without any.
    fn to_int(self) -> Option<i64> {
        match self {
            Val::Bool(b) => Some(i64::from(b)),
            Val::Int(n) => Some(n),
            Val::Ip4(ip) => Some(i64::from(u32::from(ip))),
            Val::Str(s) => Some(leading_int(s)),
            Val::Ip6(_) | Val::Bin(_) | Val::Meth(_) => None,
        }
    }

    fn to_addr(self) -> Option<IpAddr> {
        match self {
            Val::Ip4(ip) => Some(IpAddr::V4(ip)),
            Val::Ip6(ip) => Some(IpAddr::V6(ip)),
            // An address is the low 32 bits, as the reference does it.
            Val::Int(n) => Some(IpAddr::V4(Ipv4Addr::from(n as u32))),
            Val::Str(s) => core::str::from_utf8(s).ok()?.parse().ok(),
            Val::Bool(_) | Val::Bin(_) | Val::Meth(_) => None,
        }
    }

    fn to_bin(self, scratch: Scratch<'a>) -> Option<&'a [u8]> {
        match self {
            Val::Bool(b) => scratch.copy(&i64::from(b).to_be_bytes()),
            Val::Int(n) => scratch.copy(&n.to_be_bytes()),
            Val::Ip4(ip) => scratch.copy(&ip.octets()),
            Val::Ip6(ip) => scratch.copy(&ip.octets()),
            Val::Str(b) | Val::Bin(b) | Val::Meth(b) => Some(b),
        }
    }

    /// Writes the value as text: numbers in decimal, booleans as 1 or 0, addresses in their usual form.
    pub fn write_text(&self, out: &mut dyn Sink) {
        match *self {
            Val::Bool(b) => out.put(if b { b"1" } else { b"0" }),
            Val::Int(n) => out.put(itoa::Buffer::new().format(n).as_bytes()),
            Val::Ip4(ip) => write_ip4(ip, out),
            Val::Ip6(ip) => write_fmt(out, format_args!("{ip}")),
            Val::Str(b) | Val::Bin(b) | Val::Meth(b) => out.put(b),
        }
    }
}

/// Something that bytes are appended to.
pub trait Sink {
    /// Appends `bytes`.
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// An IPv4 address in dotted form, without the detour over `fmt`: logs have one on every line.
fn write_ip4(ip: Ipv4Addr, out: &mut dyn Sink) {
    let mut text = [0; 15];
    let mut len = 0;
    for (i, octet) in ip.octets().into_iter().enumerate() {
        if i > 0 {
            text[len] = b'.';
            len += 1;
        }
        for (unit, always) in [(100, false), (10, false), (1, true)] {
            if always || octet >= unit {
                text[len] = b'0' + octet / unit % 10;
                len += 1;
            }
        }
    }
    out.put(&text[..len]);
}

fn write_fmt(out: &mut dyn Sink, args: fmt::Arguments<'_>) {
    struct Utf8<'s>(&'s mut dyn Sink);
    impl Write for Utf8<'_> {
        fn write_str(&mut self, s: &str) -> fmt::Result {
            self.0.put(s.as_bytes());
            Ok(())
        }
    }
    // The sink takes everything, so formatting can't fail.
    let _ = Utf8(out).write_fmt(args);
}

/// The integer that `s` begins with: an optional sign and decimal digits; 0 when there are none. A number that
/// doesn't fit stops at the nearest that does.
pub(crate) fn leading_int(s: &[u8]) -> i64 {
    let (negative, digits) = match s {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, s),
    };
    let mut n: i64 = 0;
    for d in digits.iter().take_while(|b| b.is_ascii_digit()) {
        n = n.saturating_mul(10).saturating_sub(i64::from(d - b'0'));
    }
    if negative { n } else { n.checked_neg().unwrap_or(i64::MAX) }
}

/// The IPv4 address inside of an IPv6 one: mapped (`::ffff:a.b.c.d`), compatible (`::a.b.c.d`) or 6to4
/// (`2002:AABB:CCDD::`), the forms that manual 7.1.6 names.
pub(crate) fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = ip.segments();
    let low = |hi: u16, lo: u16| Ipv4Addr::from((u32::from(hi) << 16) | u32::from(lo));
    match s {
        [0, 0, 0, 0, 0, 0 | 0xffff, hi, lo] => Some(low(hi, lo)),
        [0x2002, hi, lo, ..] => Some(low(hi, lo)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Arena;

    #[track_caller]
    fn check(v: Val<'_>, to: Type, want: Option<Val<'_>>) {
        let arena = Arena::new();
        assert_eq!(v.cast(to, arena.scratch()), want, "{v:?} as {to:?}");
        assert!(want.is_none() || v.kind().casts_to(to), "{v:?} as {to:?} has to be legal");
    }

    // Measured with Debian's haproxy 2.6.
    #[test]
    fn casts() {
        let lo = Ipv4Addr::LOCALHOST;
        check(Val::Bool(true), Type::Str, Some(Val::Str(b"1")));
        check(Val::Bool(true), Type::Int, Some(Val::Int(1)));
        check(Val::Bool(true), Type::Bin, Some(Val::Bin(&[0, 0, 0, 0, 0, 0, 0, 1])));
        check(Val::Int(-5), Type::Str, Some(Val::Str(b"-5")));
        check(Val::Int(0), Type::Bool, Some(Val::Bool(false)));
        check(Val::Int(2130706433), Type::Addr, Some(Val::Ip4(lo)));
        check(Val::Str(b"12abc"), Type::Int, Some(Val::Int(12)));
        check(Val::Str(b"abc"), Type::Int, Some(Val::Int(0)));
        check(Val::Str(b"0x10"), Type::Int, Some(Val::Int(0)));
        check(Val::Str(b"true"), Type::Bool, Some(Val::Bool(false)));
        check(Val::Str(b"127.0.0.1"), Type::Addr, Some(Val::Ip4(lo)));
        check(Val::Str(b"2130706433"), Type::Addr, None);
        check(Val::Ip4(lo), Type::Int, Some(Val::Int(2130706433)));
        check(Val::Ip4(lo), Type::Bin, Some(Val::Bin(&[127, 0, 0, 1])));
        check(Val::Ip4(lo), Type::Ip6, Some(Val::Ip6(lo.to_ipv6_mapped())));
        check(Val::Ip6(Ipv6Addr::LOCALHOST), Type::Str, Some(Val::Str(b"::1")));
        check(Val::Meth(b"GET"), Type::Str, Some(Val::Str(b"GET")));
        assert!(!Type::Ip6.casts_to(Type::Int) && !Type::Bin.casts_to(Type::Addr));
        assert!(!Type::Meth.casts_to(Type::Bool) && !Type::Bool.casts_to(Type::Addr));
    }

    #[test]
    fn addresses_as_text() {
        for ip in [[0, 0, 0, 0], [255, 255, 255, 255], [1, 10, 100, 105], [9, 99, 199, 200]].map(Ipv4Addr::from) {
            check(Val::Ip4(ip), Type::Str, Some(Val::Str(ip.to_string().as_bytes())));
        }
    }

    #[test]
    fn integers_at_the_edges() {
        assert_eq!(leading_int(b"9223372036854775807"), i64::MAX);
        assert_eq!(leading_int(b"9223372036854775808"), i64::MAX);
        assert_eq!(leading_int(b"-9223372036854775808"), i64::MIN);
        assert_eq!(leading_int(b"-99999999999999999999999"), i64::MIN);
        assert_eq!(leading_int(b""), 0);
        assert_eq!(leading_int(b"-"), 0);
    }
}
