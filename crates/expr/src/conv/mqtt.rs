//! The first packets of MQTT 3.1, 3.1.1 and 5.0: CONNECT and CONNACK (manual 7.3.1; OASIS MQTT 3.1.1 and 5.0,
//! sections 2 and 3.1, 3.2).

use crate::args::{Arg, Args};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::Val;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("mqtt_field_value", "string,string", Bin, Str, "a field of an MQTT packet").prepared(field_args).does(field_value),
    c("mqtt_is_valid", "", Bin, Bool, "true if the bytes begin with a valid MQTT packet").does(|_, v, _| {
        let bytes = v.bytes()?;
        is_complete(bytes).then(|| Val::Bool(Packet::of(bytes).is_some()))
    }),
];

const CONNECT: u8 = 1;
const CONNACK: u8 = 2;

/// Something that a packet may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Field {
    Flags,
    ProtocolName,
    ProtocolVersion,
    ClientIdentifier,
    WillTopic,
    WillPayload,
    Username,
    Password,
    Keepalive,
    ReasonCode,
}

static FIELDS: [(&str, Field, &[u8]); 11] = [
    ("flags", Field::Flags, &[CONNECT, CONNACK]),
    ("protocol_name", Field::ProtocolName, &[CONNECT]),
    ("protocol_version", Field::ProtocolVersion, &[CONNECT, CONNACK]),
    ("client_identifier", Field::ClientIdentifier, &[CONNECT]),
    ("will_topic", Field::WillTopic, &[CONNECT]),
    ("will_payload", Field::WillPayload, &[CONNECT]),
    ("username", Field::Username, &[CONNECT]),
    ("password", Field::Password, &[CONNECT]),
    ("keepalive", Field::Keepalive, &[CONNECT]),
    ("reason_code", Field::ReasonCode, &[CONNACK]),
    ("return_code", Field::ReasonCode, &[CONNACK]),
];

/// How a property's value is written.
#[derive(Clone, Copy)]
enum Shape {
    Number(usize),
    Varint,
    Text,
    Pair,
}

/// Number and shape of the properties, and the packets that may have them (section 2.2.2.2 of MQTT 5.0).
static PROPERTIES: [(u8, Shape, &[u8]); 24] = [
    (1, Shape::Number(1), &[CONNECT]),
    (2, Shape::Number(4), &[CONNECT]),
    (3, Shape::Text, &[CONNECT]),
    (8, Shape::Text, &[CONNECT]),
    (9, Shape::Text, &[CONNECT]),
    (11, Shape::Varint, &[]),
    (17, Shape::Number(4), &[CONNECT, CONNACK]),
    (18, Shape::Text, &[CONNACK]),
    (19, Shape::Number(2), &[CONNACK]),
    (21, Shape::Text, &[CONNECT, CONNACK]),
    (22, Shape::Text, &[CONNECT, CONNACK]),
    (23, Shape::Number(1), &[CONNECT]),
    (24, Shape::Number(4), &[CONNECT]),
    (25, Shape::Number(1), &[CONNECT]),
    (26, Shape::Text, &[CONNACK]),
    (28, Shape::Text, &[CONNACK]),
    (31, Shape::Text, &[CONNACK]),
    (33, Shape::Number(2), &[CONNECT, CONNACK]),
    (34, Shape::Number(2), &[CONNECT, CONNACK]),
    (36, Shape::Number(1), &[CONNACK]),
    (37, Shape::Number(1), &[CONNACK]),
    (38, Shape::Pair, &[CONNECT, CONNACK]),
    (39, Shape::Number(4), &[CONNECT, CONNACK]),
    (40, Shape::Number(1), &[CONNACK]),
];

/// Those of the others that CONNACK has: subscription identifiers and shared subscriptions.
static MORE_PROPERTIES: [(u8, Shape, &[u8]); 2] =
    [(41, Shape::Number(1), &[CONNACK]), (42, Shape::Number(1), &[CONNACK])];

fn property(id: u8) -> Option<(Shape, &'static [u8])> {
    let all = PROPERTIES.iter().chain(&MORE_PROPERTIES);
    all.clone().find(|(known, _, _)| *known == id).map(|(_, shape, packets)| (*shape, *packets))
}

/// The packet's number; then the place of the field in [`FIELDS`], or below -1 the property's number.
fn field_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let kind = show(args.str(0).unwrap_or_default()).to_ascii_lowercase();
    let packet = match kind.as_str() {
        "connect" | "1" => CONNECT,
        "connack" | "2" => CONNACK,
        _ => return Err(format!("packet type '{kind}' is not supported, only CONNECT and CONNACK are")),
    };
    let name = show(args.str(1).unwrap_or_default()).to_ascii_lowercase();
    let named = FIELDS.iter().position(|(known, _, packets)| *known == name && packets.contains(&packet));
    let numbered = || {
        let id = name.parse().ok()?;
        property(id).filter(|(_, packets)| packets.contains(&packet)).map(|_| -2 - i64::from(id))
    };
    let field = named
        .map(|at| at as i64)
        .or_else(numbered)
        .ok_or_else(|| format!("'{name}' is neither a field nor a property of this packet"))?;
    args.0 = Box::new([Arg::Int(i64::from(packet)), Arg::Int(field)]);
    Ok(())
}

/// What a valid packet holds.
struct Packet<'a> {
    kind: u8,
    flags: u8,
    protocol_name: &'a [u8],
    version: u8,
    keepalive: u16,
    reason: u8,
    properties: &'a [u8],
    client_identifier: &'a [u8],
    will_properties: &'a [u8],
    will: Option<(&'a [u8], &'a [u8])>,
    username: Option<&'a [u8]>,
    password: Option<&'a [u8]>,
}

impl<'a> Packet<'a> {
    fn of(bytes: &'a [u8]) -> Option<Packet<'a>> {
        let mut from = Reader(bytes);
        let first = from.byte()?;
        let len = from.varint()?;
        let body = Reader(from.take(usize::try_from(len).ok()?)?);
        match first {
            0x10 => Packet::connect(body),
            0x20 => Packet::connack(body),
            _ => None,
        }
    }

    fn connect(mut from: Reader<'a>) -> Option<Packet<'a>> {
        let protocol_name = from.text()?;
        let version = from.byte()?;
        match (protocol_name, version) {
            (b"MQIsdp", 3) | (b"MQTT", 4 | 5) => {}
            _ => return None,
        }
        let flags = from.byte()?;
        let keepalive = u16::from_be_bytes(*from.take(2)?.first_chunk()?);
        let properties = if version == 5 { from.properties(CONNECT)? } else { b"" };
        let client_identifier = from.text()?;
        let has = |bit: u8| flags >> bit & 1 == 1;
        let (retain, qos) = (has(5), flags >> 3 & 3);
        // Section 3.1.2: the lowest bit is reserved, and only a will has a quality and may be retained.
        if has(0) || qos == 3 || (!has(2) && (qos != 0 || retain)) || (version < 5 && has(6) && !has(7)) {
            return None;
        }
        let will_properties = if has(2) && version == 5 { from.properties(CONNECT)? } else { b"" };
        let will = if has(2) { Some((from.text()?, from.text()?)) } else { None };
        let username = if has(7) { Some(from.text()?) } else { None };
        let password = if has(6) { Some(from.text()?) } else { None };
        from.0.is_empty().then_some(Packet {
            kind: CONNECT,
            flags,
            protocol_name,
            version,
            keepalive,
            reason: 0,
            properties,
            client_identifier,
            will_properties,
            will,
            username,
            password,
        })
    }

    /// The version isn't said: one of 5.0 has properties behind the reason.
    fn connack(mut from: Reader<'a>) -> Option<Packet<'a>> {
        let (flags, reason) = (from.byte()?, from.byte()?);
        let version = if from.0.is_empty() { 4 } else { 5 };
        let properties = if version == 5 { from.properties(CONNACK)? } else { b"" };
        (flags & 0xfe == 0 && from.0.is_empty()).then_some(Packet {
            kind: CONNACK,
            flags,
            protocol_name: b"",
            version,
            keepalive: 0,
            reason,
            properties,
            client_identifier: b"",
            will_properties: b"",
            will: None,
            username: None,
            password: None,
        })
    }
}

/// Whether nothing more has to come before the packet can be judged.
fn is_complete(bytes: &[u8]) -> bool {
    let mut from = Reader(bytes);
    let (_, len) = (from.byte(), from.varint());
    match len {
        Some(len) => usize::try_from(len).is_ok_and(|len| from.0.len() >= len),
        // Four bytes of a length that goes on are wrong, fewer are too few.
        None => bytes.len() > 4,
    }
}

fn field_value<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let packet = Packet::of(v.bytes()?).filter(|p| Some(i64::from(p.kind)) == args.int(0))?;
    let number = |n: u64| env.scratch.copy(itoa::Buffer::new().format(n).as_bytes());
    let field = args.int(1)?;
    if field < 0 {
        let id = u8::try_from(-2 - field).ok()?;
        let found = [packet.properties, packet.will_properties].iter().find_map(|p| Reader(p).find(id));
        let (shape, value) = match (found, property(id)) {
            (Some(found), _) => found,
            // The reference gives 0 for a number that a packet of 5.0 leaves out, unless it is one of a will.
            (None, Some((shape @ Shape::Number(_), _))) if packet.version == 5 && !matches!(id, 1 | 2 | 24) => {
                (shape, &b""[..])
            }
            _ => return None,
        };
        return match shape {
            Shape::Number(_) => number(value.iter().fold(0, |n, b| n << 8 | u64::from(*b))),
            Shape::Varint => number(Reader(value).varint()?),
            Shape::Text => Some(value),
            // User properties are documented as unsupported.
            Shape::Pair => None,
        }
        .map(Val::Str);
    }
    let (_, field, _) = FIELDS.get(usize::try_from(field).ok()?)?;
    match field {
        Field::Flags => number(u64::from(packet.flags)),
        Field::ProtocolName => Some(packet.protocol_name),
        Field::ProtocolVersion => number(u64::from(packet.version)),
        Field::ClientIdentifier => Some(packet.client_identifier),
        Field::WillTopic => packet.will.map(|(topic, _)| topic),
        Field::WillPayload => packet.will.map(|(_, payload)| payload),
        Field::Username => packet.username,
        Field::Password => packet.password,
        Field::Keepalive => number(u64::from(packet.keepalive)),
        Field::ReasonCode => number(u64::from(packet.reason)),
    }
    .map(Val::Str)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    /// At most four bytes of seven bits, the lowest first.
    fn varint(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in [0, 7, 14, 21] {
            let b = self.byte()?;
            n |= u64::from(b & 0x7f) << shift;
            if b < 0x80 {
                return Some(n);
            }
        }
        None
    }

    /// Bytes with their length before them.
    fn text(&mut self) -> Option<&'a [u8]> {
        let len = u16::from_be_bytes(*self.take(2)?.first_chunk()?);
        self.take(usize::from(len))
    }

    /// A list of properties, each of which `packet` may have.
    fn properties(&mut self, packet: u8) -> Option<&'a [u8]> {
        let len = self.varint()?;
        let all = self.take(usize::try_from(len).ok()?)?;
        let mut from = Reader(all);
        while !from.0.is_empty() {
            let (id, _, _) = from.property()?;
            property(id).filter(|(_, packets)| packets.contains(&packet))?;
        }
        Some(all)
    }

    fn property(&mut self) -> Option<(u8, Shape, &'a [u8])> {
        let id = self.byte()?;
        let (shape, _) = property(id)?;
        let value = match shape {
            Shape::Number(len) => self.take(len)?,
            Shape::Text => self.text()?,
            Shape::Varint => {
                let before = self.0;
                self.varint()?;
                &before[..before.len() - self.0.len()]
            }
            Shape::Pair => {
                self.text()?;
                self.text()?
            }
        };
        Some((id, shape, value))
    }

    fn find(mut self, id: u8) -> Option<(Shape, &'a [u8])> {
        while !self.0.is_empty() {
            let (found, shape, value) = self.property()?;
            if found == id {
                return Some((shape, value));
            }
        }
        None
    }
}
