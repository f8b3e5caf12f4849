//! What a complete head means, and whether it can be trusted: lengths, codings, hosts, upgrades.
//!
//! Fields that would be ambiguous to the next hop are merged, narrowed or dropped here, before anything else sees
//! them.

use http::{Field, FieldFlags, HdrId, Method, RequestLine, Span, StatusLine, Version, elements, has_token, websocket};

use crate::{
    Asked, BodyLen, ConnTokens, Fault, Opts, ParseError, RequestFraming, ResponseFraming, UpgradeKind, Violations,
    authority,
};

/// What the fields of a message say, gathered in one pass.
#[derive(Default)]
struct Facts {
    length: Option<u64>,
    coding: Coding,
    /// Where the first transfer-encoding is.
    coding_at: usize,
    tokens: ConnTokens,
    has_upgrade: bool,
    websocket: bool,
    websocket_key: bool,
    websocket_accept: bool,
    expects_continue: bool,
    /// The first `host`.
    host: Option<usize>,
    /// Some fields were marked to be dropped.
    drop: bool,
    violations: Violations,
}

/// What the transfer-encoding fields add up to.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Coding {
    #[default]
    None,
    /// Only empty values.
    Empty,
    /// `chunked` alone.
    Chunked,
    /// Others, then `chunked`.
    OthersThenChunked,
    /// Something that isn't chunked comes last, or chunked comes twice.
    Bad,
}

/// A field that is to be dropped has this name span until [`sweep`] removes it.
const DROPPED: Span = Span::EMPTY;

/// Checks a request and says how it is framed. `fields` leaves here as the next hop may see it.
pub(crate) fn request(
    data: &[u8],
    line: &RequestLine,
    fields: &mut Vec<Field>,
    violations: Violations,
    opts: &Opts,
) -> Result<(RequestFraming, Option<Span>), ParseError> {
    let mut facts = gather(data, fields, true, violations, opts)?;
    check_coding(&facts, opts, true)?;
    let cut_port = authority::check(data, line, facts.host.map(|at| &mut fields[at]), &mut facts.violations, opts)?;
    let both = facts.coding != Coding::None && facts.length.is_some();
    let old_coding = facts.coding != Coding::None && line.version < Version::HTTP_1_1;
    let mut body = match (facts.coding, facts.length) {
        (Coding::Chunked | Coding::OthersThenChunked, _) => BodyLen::Chunked,
        (_, None | Some(0)) => BodyLen::None,
        (_, Some(n)) => BodyLen::Length(n),
    };
    if both {
        mark(fields, &mut facts, |f| f.id == HdrId::ContentLength);
    }
    let mut tokens = facts.tokens;
    if line.method == Method::Connect {
        // Such a request has no content (RFC 9110 section 9.3.6): what follows is for the tunnel.
        mark(fields, &mut facts, |f| matches!(f.id, HdrId::ContentLength | HdrId::TransferEncoding));
        body = BodyLen::None;
    } else if body != BodyLen::None {
        check_payload(line, opts)?;
        // Nobody could tell the payload from the new protocol's bytes, so the upgrade is withdrawn.
        if tokens.upgrade && facts.has_upgrade {
            mark(fields, &mut facts, |f| f.id == HdrId::Upgrade);
            tokens.upgrade = false;
        }
    }
    if tokens.upgrade && facts.websocket && !facts.websocket_key {
        accept(&mut facts, opts, Fault::WebSocket, line.target.start())?;
    }
    sweep(fields, &facts);
    let upgrade = match facts.websocket {
        _ if !tokens.upgrade || !facts.has_upgrade => UpgradeKind::None,
        true => UpgradeKind::WebSocket,
        false => UpgradeKind::Other,
    };
    let framing = RequestFraming {
        method: line.method,
        version: line.version,
        body,
        tokens,
        upgrade,
        expects_continue: facts.expects_continue && body != BodyLen::None && line.version >= Version::HTTP_1_1,
        insecure: old_coding || both && !opts.keep_insecure,
        violations: facts.violations,
    };
    Ok((framing, cut_port))
}

/// Checks a response to a request that `asked`, and says how it is framed.
pub(crate) fn response(
    data: &[u8],
    line: &StatusLine,
    asked: Asked,
    fields: &mut Vec<Field>,
    violations: Violations,
    opts: &Opts,
) -> Result<ResponseFraming, ParseError> {
    let mut facts = gather(data, fields, false, violations, opts)?;
    check_coding(&facts, opts, false)?;
    let status = line.status;
    let switches = status == 101;
    if switches && !asked.upgrade {
        return Err(ParseError { fault: Fault::UnexpectedSwitch, at: line.reason.start() });
    }
    if switches && asked.websocket && !facts.websocket_accept {
        accept(&mut facts, opts, Fault::WebSocket, line.reason.start())?;
    }
    let tunnel = switches || asked.method == Method::Connect && (200..300).contains(&status);
    let both = facts.coding != Coding::None && facts.length.is_some();
    let old_coding = facts.coding != Coding::None && line.version < Version::HTTP_1_1;
    if both {
        mark(fields, &mut facts, |f| f.id == HdrId::ContentLength);
    }
    // RFC 9110 sections 8.6 and RFC 9112 section 6.1: neither belongs into these.
    if status < 200 || status == 204 || tunnel {
        mark(fields, &mut facts, |f| matches!(f.id, HdrId::ContentLength | HdrId::TransferEncoding));
    }
    sweep(fields, &facts);
    let bodiless = status < 200 || matches!(status, 204 | 304) || asked.method == Method::Head || tunnel;
    let body = match (facts.coding, facts.length) {
        _ if bodiless => BodyLen::None,
        (Coding::Chunked | Coding::OthersThenChunked, _) => BodyLen::Chunked,
        (Coding::None, Some(0)) => BodyLen::None,
        (Coding::None, Some(n)) => BodyLen::Length(n),
        _ => BodyLen::UntilClose,
    };
    Ok(ResponseFraming {
        version: line.version,
        status,
        body,
        tokens: facts.tokens,
        interim: status < 200 && !switches,
        tunnel,
        insecure: old_coding || both && !opts.keep_insecure,
        violations: facts.violations,
    })
}

fn gather(
    data: &[u8],
    fields: &mut [Field],
    is_request: bool,
    violations: Violations,
    opts: &Opts,
) -> Result<Facts, ParseError> {
    let mut facts = Facts { violations, ..Facts::default() };
    for at in 0..fields.len() {
        let value = &data[fields[at].value.start()..fields[at].value.end()];
        let here = fields[at].value.start();
        match fields[at].id {
            HdrId::Other => {}
            HdrId::ContentLength => on_length(data, &mut fields[at], &mut facts)?,
            HdrId::TransferEncoding => on_coding(data, &mut fields[at], &mut facts, opts),
            HdrId::Connection => facts.tokens.add(value),
            HdrId::Upgrade => {
                facts.has_upgrade = true;
                facts.websocket |= has_token(value, b"websocket");
            }
            HdrId::SecWebsocketKey => facts.websocket_key |= websocket::is_key(value),
            HdrId::SecWebsocketAccept => facts.websocket_accept |= !value.is_empty(),
            HdrId::Expect => facts.expects_continue |= value.eq_ignore_ascii_case(b"100-continue"),
            HdrId::Te => on_te(data, &mut fields[at], &mut facts),
            HdrId::Host if is_request => match facts.host {
                None => facts.host = Some(at),
                Some(first) => {
                    let first = fields[first].value;
                    if !data[first.start()..first.end()].eq_ignore_ascii_case(value) {
                        return Err(ParseError { fault: Fault::Host, at: here });
                    }
                    drop_field(&mut fields[at], &mut facts);
                }
            },
            _ => {}
        }
    }
    Ok(facts)
}

/// RFC 9110 section 8.6: equal values are merged, in one list or in several fields.
fn on_length(data: &[u8], field: &mut Field, facts: &mut Facts) -> Result<(), ParseError> {
    let span = field.value;
    let value = &data[span.start()..span.end()];
    let bad = ParseError { fault: Fault::ContentLength, at: span.start() };
    let earlier = facts.length;
    for element in elements(value) {
        let n = decimal(element).ok_or(bad)?;
        if facts.length.is_some_and(|l| l != n) {
            return Err(bad);
        }
        facts.length = Some(n);
    }
    if earlier.is_some() {
        drop_field(field, facts);
    } else if let Some(comma) = memchr::memrchr(b',', value) {
        narrow(field, data, comma + 1, value.len());
    }
    Ok(())
}

/// A number of bytes below 2^63, so that no sum of it with a position overflows.
fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    let mut n = 0u64;
    for &d in digits {
        if !d.is_ascii_digit() {
            return None;
        }
        n = n.checked_mul(10)?.checked_add(u64::from(d - b'0'))?;
    }
    i64::try_from(n).ok().map(|_| n)
}

fn on_coding(data: &[u8], field: &mut Field, facts: &mut Facts, opts: &Opts) {
    let span = field.value;
    let value = &data[span.start()..span.end()];
    if facts.coding == Coding::None {
        facts.coding = Coding::Empty;
        facts.coding_at = span.start();
    }
    if value.is_empty() {
        if opts.relaxed {
            facts.violations.note(Fault::TransferEncoding, span.start());
            drop_field(field, facts);
        } else {
            facts.coding = Coding::Bad;
        }
        return;
    }
    let earlier = facts.coding == Coding::Chunked;
    for element in elements(value) {
        let chunked = element.eq_ignore_ascii_case(b"chunked");
        facts.coding = match (facts.coding, chunked) {
            // An empty element behind the last coding changes nothing; before it, it makes a list of it.
            (Coding::Chunked | Coding::OthersThenChunked, false) if element.is_empty() => facts.coding,
            (Coding::Chunked, true) if opts.relaxed => {
                facts.violations.note(Fault::TransferEncoding, span.start());
                Coding::Chunked
            }
            (Coding::Chunked | Coding::OthersThenChunked, _) => Coding::Bad,
            (Coding::Bad, true) => Coding::OthersThenChunked,
            (Coding::Bad, false) => Coding::Bad,
            (_, true) => Coding::Chunked,
            (_, false) => Coding::Bad,
        };
    }
    // The body is coded once on its way out, so the word is sent once.
    if facts.coding == Coding::Chunked && earlier {
        drop_field(field, facts);
    } else if facts.coding == Coding::Chunked {
        keep_word(data, field, b"chunked");
    }
}

/// Only `trailers` survives the hop: other codings couldn't be undone here.
fn on_te(data: &[u8], field: &mut Field, facts: &mut Facts) {
    let value = &data[field.value.start()..field.value.end()];
    if !has_token(value, b"trailers") {
        return drop_field(field, facts);
    }
    keep_word(data, field, b"trailers");
}

/// Narrows the value to the last occurrence of a word that is known to be in it.
fn keep_word(data: &[u8], field: &mut Field, word: &[u8]) {
    let value = &data[field.value.start()..field.value.end()];
    if let Some(from) = value.windows(word.len()).rposition(|w| w.eq_ignore_ascii_case(word)) {
        narrow(field, data, from, from + word.len());
    }
}

/// Keeps bytes `from..to` of the value, without the blanks around.
fn narrow(field: &mut Field, data: &[u8], mut from: usize, to: usize) {
    let value = &data[field.value.start()..field.value.end()];
    while from < to && matches!(value[from], b' ' | b'\t' | b'\r' | b'\n') {
        from += 1;
    }
    if (from, to) != (0, value.len()) {
        field.value = field.value.sub(from, to);
        field.flags = FieldFlags::NONE;
    }
}

fn check_coding(facts: &Facts, opts: &Opts, is_request: bool) -> Result<(), ParseError> {
    let fault = match facts.coding {
        Coding::None | Coding::Chunked => return Ok(()),
        Coding::Empty if opts.relaxed && !is_request => return Ok(()),
        Coding::OthersThenChunked => Fault::TransferCodings,
        Coding::Empty | Coding::Bad => Fault::TransferEncoding,
    };
    Err(ParseError { fault, at: facts.coding_at })
}

/// Manual, `h1-accept-payload-with-any-method`.
fn check_payload(line: &RequestLine, opts: &Opts) -> Result<(), ParseError> {
    let old = line.version < Version::HTTP_1_1 && !opts.payload_with_any_method;
    if old && matches!(line.method, Method::Get | Method::Head | Method::Delete) {
        return Err(ParseError { fault: Fault::Payload, at: line.method_name.start() });
    }
    Ok(())
}

/// A fault that the relaxed mode lets pass and counts.
fn accept(facts: &mut Facts, opts: &Opts, fault: Fault, at: usize) -> Result<(), ParseError> {
    if !opts.relaxed {
        return Err(ParseError { fault, at });
    }
    facts.violations.note(fault, at);
    Ok(())
}

fn drop_field(field: &mut Field, facts: &mut Facts) {
    field.name = DROPPED;
    facts.drop = true;
}

fn mark(fields: &mut [Field], facts: &mut Facts, which: impl Fn(&Field) -> bool) {
    fields.iter_mut().filter(|f| which(f)).for_each(|f| drop_field(f, facts));
}

fn sweep(fields: &mut Vec<Field>, facts: &Facts) {
    if facts.drop {
        fields.retain(|f| !f.name.is_empty());
    }
}
