//! Which sides stay open after an exchange, and the `connection` field that says so (RFC 9112 section 9).

use http::{EditError, HdrId, Head, Version, elements};

use crate::{BodyLen, RequestFraming, ResponseFraming};

/// The connection mode of a stream. Of the frontend's and the backend's options the one that closes more wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Mode {
    /// `option http-keep-alive`, the default: both sides may stay open.
    #[default]
    KeepAlive,
    /// `option http-server-close`: the server's side closes.
    ServerClose,
    /// `option httpclose`: both sides close.
    Close,
}

/// What the `connection` field of an outgoing message must say, beside options that aren't about persistence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConnectionField {
    /// Nothing: the version's default is meant.
    Nothing,
    /// `connection: close`
    Close,
    /// `connection: keep-alive`
    KeepAlive,
}

/// What becomes of one side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Persistence {
    /// What to tell the peer.
    pub field: ConnectionField,
    /// Whether the connection may be used again, as far as this side decides.
    pub stays_open: bool,
}

/// The response that goes to the client, whoever made it.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// The version that it states.
    pub version: Version,
    /// How its body ends on the client's side.
    pub body: BodyLen,
    /// The client's side turns into a tunnel.
    pub tunnel: bool,
    /// It is framed in a way that its version doesn't know (chunked in HTTP/1.0).
    pub insecure: bool,
}

impl Answer {
    /// The answer that a server gave.
    pub fn of(response: &ResponseFraming) -> Answer {
        Answer {
            version: response.version,
            body: response.body,
            tunnel: response.tunnel,
            insecure: response.insecure && response.version < Version::HTTP_1_1,
        }
    }
}

/// What the request tells the server. The client's wish to close concerns only the client's side.
pub fn to_server(request: &RequestFraming, mode: Mode) -> Persistence {
    if request.tokens.upgrade {
        return Persistence { field: ConnectionField::Nothing, stays_open: mode == Mode::KeepAlive };
    }
    // A chunked body in HTTP/1.0 is beyond what the server may understand.
    let odd = request.insecure && request.version < Version::HTTP_1_1;
    let stays_open = mode == Mode::KeepAlive && !odd;
    let field = match (stays_open, request.version >= Version::HTTP_1_1) {
        (true, true) | (false, false) => ConnectionField::Nothing,
        (true, false) => ConnectionField::KeepAlive,
        (false, true) => ConnectionField::Close,
    };
    Persistence { field, stays_open }
}

/// What the response tells the client. `closing`: this side ends anyway (soft stop, a body that wasn't read to its
/// end, too many glitches).
pub fn to_client(request: &RequestFraming, answer: &Answer, mode: Mode, closing: bool) -> Persistence {
    if answer.tunnel {
        return Persistence { field: ConnectionField::Nothing, stays_open: false };
    }
    let stays_open = mode < Mode::Close
        && !closing
        && request.keeps_alive()
        && answer.body != BodyLen::UntilClose
        && !answer.insecure;
    let speaks_1_1 = (request.version >= Version::HTTP_1_1, answer.version >= Version::HTTP_1_1);
    let field = match (stays_open, speaks_1_1) {
        (true, (true, true)) | (false, (_, false)) => ConnectionField::Nothing,
        (true, _) => ConnectionField::KeepAlive,
        (false, (_, true)) => ConnectionField::Close,
    };
    Persistence { field, stays_open }
}

/// Puts the decision into a head: options about persistence leave the `connection` fields, others stay, and the
/// new one is appended.
pub fn apply(head: &mut Head, field: ConnectionField) -> Result<(), EditError> {
    strip(head, HdrId::Connection)?;
    add(head, HdrId::Connection, field)
}

/// The same with `proxy-connection` for the new option, which both kinds of fields lose the old ones for (manual 4.2,
/// `option http-use-proxy-header`).
pub fn apply_to_proxy(head: &mut Head, field: ConnectionField) -> Result<(), EditError> {
    strip(head, HdrId::Connection)?;
    strip(head, HdrId::ProxyConnection)?;
    add(head, HdrId::ProxyConnection, field)
}

fn add(head: &mut Head, id: HdrId, field: ConnectionField) -> Result<(), EditError> {
    match field {
        ConnectionField::Nothing => Ok(()),
        ConnectionField::Close => head.add_id(id, b"close"),
        ConnectionField::KeepAlive => head.add_id(id, b"keep-alive"),
    }
}

/// Takes the options about persistence out.
fn strip(head: &mut Head, id: HdrId) -> Result<(), EditError> {
    let (mut any, mut all) = (false, true);
    let mut judge = |option| {
        let goes = is_persistence(option);
        any |= goes;
        all &= goes;
    };
    for field in head.find(id) {
        // What nearly all messages say needs no search for commas.
        if is_persistence(field.value) { judge(field.value) } else { elements(field.value).for_each(&mut judge) }
    }
    if any && all {
        head.remove_id(id);
    } else if any {
        strip_some(head, id)?;
    }
    Ok(())
}

/// The rare case of other options beside those about persistence, hence the allocations.
fn strip_some(head: &mut Head, id: HdrId) -> Result<(), EditError> {
    head.retain(|f| f.id != id || !elements(f.value).all(is_persistence));
    let places: Vec<usize> = head.find(id).map(|f| f.at).collect();
    for at in places {
        let Some(found) = head.field(at) else { continue };
        let kept: Vec<&[u8]> = elements(found.value).filter(|o| !is_persistence(o)).collect();
        let kept = kept.join(&b',');
        if elements(found.value).any(is_persistence) {
            head.replace_value(at, &kept)?;
        }
    }
    Ok(())
}

/// Empty elements go too, so that an emptied field disappears.
fn is_persistence(option: &[u8]) -> bool {
    option.is_empty() || option.eq_ignore_ascii_case(b"close") || option.eq_ignore_ascii_case(b"keep-alive")
}
