//! FIX messages: fields `tag=value`, each ended by SOH (manual 7.3.1; the FIX session protocol).

use crate::args::{Arg, Args};
use crate::conv::{Conv, c};
use crate::error::show;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("fix_is_valid", "", Bin, Bool, "true if the bytes begin with a valid FIX message").does(|_, v, _| {
        check(v.bytes()?).map(Val::Bool)
    }),
    c("fix_tag_value", "string", Bin, Bin, "the value of a tag in a FIX message").prepared(tag_arg).does(|args, v, _| {
        let tag = args.int(0)?;
        fields(v.bytes()?).map_while(|f| f.ok()).find(|f| i64::from(f.tag) == tag).map(|f| Val::Bin(f.value))
    }),
];

const BEGIN_STRING: u32 = 8;
const BODY_LENGTH: u32 = 9;
const CHECK_SUM: u32 = 10;
const MSG_TYPE: u32 = 35;

static TAGS: [(&str, u32); 6] = [
    ("BeginString", BEGIN_STRING),
    ("BodyLength", BODY_LENGTH),
    ("CheckSum", CHECK_SUM),
    ("MsgType", MSG_TYPE),
    ("SenderCompID", 49),
    ("TargetCompID", 56),
];

static VERSIONS: [&[u8]; 7] = [b"FIX.4.0", b"FIX.4.1", b"FIX.4.2", b"FIX.4.3", b"FIX.4.4", b"FIX.5.0", b"FIXT.1.1"];

fn tag_arg(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let text = args.str(0).unwrap_or_default();
    let named = TAGS.iter().find(|(name, _)| name.as_bytes() == text).map(|(_, tag)| *tag);
    let tag = named.or_else(|| number(text)).ok_or_else(|| format!("unknown FIX tag name '{}'", show(text)))?;
    args.0[0] = Arg::Int(i64::from(tag));
    Ok(())
}

/// One field, and where it begins and ends, its SOH included.
struct Field<'a> {
    tag: u32,
    value: &'a [u8],
    from: usize,
    to: usize,
}

/// Why there is no field.
#[derive(PartialEq)]
enum Not {
    /// Its end hasn't come.
    Complete,
    /// It is wrong.
    Valid,
}

/// The fields of a message, up to the first that isn't one.
fn fields(message: &[u8]) -> impl Iterator<Item = Result<Field<'_>, Not>> {
    let mut from = 0;
    core::iter::from_fn(move || {
        let rest = message.get(from..).filter(|r| !r.is_empty())?;
        let field = |len: usize| {
            let equals = memchr::memchr(b'=', &rest[..len])?;
            let (tag, value) = (number(&rest[..equals])?, &rest[equals + 1..len]);
            (!value.is_empty()).then_some(Field { tag, value, from, to: from + len + 1 })
        };
        let found = match memchr::memchr(1, rest) {
            Some(len) => field(len).ok_or(Not::Valid),
            None => Err(Not::Complete),
        };
        from = found.as_ref().map_or(message.len(), |f| f.to);
        Some(found)
    })
}

fn number(digits: &[u8]) -> Option<u32> {
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    plain.then(|| core::str::from_utf8(digits).ok()?.parse().ok())?
}

/// Whether a message is valid; `None` while it isn't complete.
fn check(message: &[u8]) -> Option<bool> {
    let mut fields = fields(message);
    let mut body = 0;
    let mut length = None;
    for tag in [BEGIN_STRING, BODY_LENGTH, MSG_TYPE] {
        let field = match fields.next()? {
            Ok(field) if field.tag == tag => field,
            Err(Not::Complete) => return None,
            _ => return Some(false),
        };
        match tag {
            BEGIN_STRING if !VERSIONS.contains(&field.value) => return Some(false),
            BODY_LENGTH => (body, length) = (field.to, number(field.value)),
            _ => {}
        }
    }
    let sum = match fields.find(|f| f.as_ref().map_or(true, |f| f.tag == CHECK_SUM))? {
        Ok(sum) => sum,
        Err(Not::Complete) => return None,
        Err(Not::Valid) => return Some(false),
    };
    let right_length = length.is_some_and(|len| sum.from.checked_sub(body) == usize::try_from(len).ok());
    let wanted = message[..sum.from].iter().fold(0u8, |n, b| n.wrapping_add(*b));
    Some(right_length && sum.value.len() == 3 && number(sum.value) == Some(u32::from(wanted)))
}
