//! Heads and trailers from decoded fields, with the rules of RFC 9113 section 8.

use core::ops::Range;

use http::{
    Draft, Field, FieldFlags, HdrId, Head, HeadStore, Method, RequestLine, Span, StatusLine, Target, UriPolicy,
    Version, has_token, is_name, same_authority, split_authority,
};

use crate::hpack::{Decoded, FieldId, PSEUDOS, Pseudo, Sink};
use crate::{Config, Malformed};

/// What a block of fields is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Section {
    Request,
    Response,
    Trailers,
}

/// A head or trailers being unpacked.
pub(crate) struct Incoming<'c> {
    cfg: &'c Config,
    section: Section,
    draft: Draft,
    pseudo: [Option<Range<usize>>; PSEUDOS],
    /// A regular field has come: pseudo-header fields may not any more.
    regular: bool,
    fault: Option<Malformed>,
    /// As on an HTTP/1 wire.
    size: usize,
    length: Option<u64>,
    /// The place of the first `host` among the fields.
    host: Option<usize>,
    cookies: u32,
}

/// A head that came, before the stream is known.
pub(crate) struct Unpacked {
    pub head: Head,
    pub content_length: Option<u64>,
    pub extended_connect: bool,
}

impl Sink for Incoming<'_> {
    fn arena(&mut self) -> &mut Vec<u8> {
        self.draft.arena()
    }

    fn is_full(&self) -> bool {
        self.fault == Some(Malformed::TooLarge)
    }

    fn field(&mut self, field: Decoded) {
        self.size += field.name.len() + field.value.len() + 4;
        if self.size > self.cfg.max_head || self.draft.fields().len() + 1 >= self.cfg.max_lines {
            self.fault = Some(Malformed::TooLarge);
            let from = field.name.start;
            return self.draft.arena().truncate(from);
        }
        if let Err(fault) = self.take(field) {
            self.fault.get_or_insert(fault);
        }
    }
}

impl<'c> Incoming<'c> {
    pub fn new(section: Section, cfg: &'c Config, store: &HeadStore) -> Incoming<'c> {
        Incoming {
            cfg,
            section,
            draft: Draft::new(store),
            pseudo: Default::default(),
            regular: false,
            fault: None,
            size: 0,
            length: None,
            host: None,
            cookies: 0,
        }
    }

    fn take(&mut self, field: Decoded) -> Result<(), Malformed> {
        let id = match field.id {
            FieldId::Pseudo(pseudo) => return self.take_pseudo(pseudo, field),
            FieldId::Header(id) => id,
        };
        self.regular = true;
        if !field.name_ok {
            return Err(Malformed::Name);
        }
        if !field.value_ok {
            return Err(Malformed::Value);
        }
        let value = &self.draft.arena()[field.value.clone()];
        match id {
            // Section 8.2.2.
            HdrId::Connection
            | HdrId::ProxyConnection
            | HdrId::KeepAlive
            | HdrId::TransferEncoding
            | HdrId::Upgrade => {
                return Err(Malformed::ConnectionField);
            }
            HdrId::Te if value != b"trailers" => return Err(Malformed::ConnectionField),
            HdrId::ContentLength if self.section != Section::Trailers => {
                let (length, again) = add_length(self.length, value)?;
                self.length = Some(length);
                if again {
                    return Ok(());
                }
            }
            HdrId::Host if self.section == Section::Request => match self.host {
                Some(first) => {
                    let first = self.draft.fields()[first].value;
                    let arena = self.draft.arena();
                    let same = arena[first.start()..first.end()].eq_ignore_ascii_case(&arena[field.value.clone()]);
                    return if same { Ok(()) } else { Err(Malformed::Authority) };
                }
                None => self.host = Some(self.draft.fields().len()),
            },
            HdrId::Cookie if self.section == Section::Request => self.cookies += 1,
            // It means nothing here (section 3.1).
            HdrId::Http2Settings => return Ok(()),
            _ => {}
        }
        self.push(field.name, field.value, id);
        Ok(())
    }

    fn push(&mut self, name: Range<usize>, value: Range<usize>, id: HdrId) {
        let (name, value) = (Span::edits(name.start, name.end), Span::edits(value.start, value.end));
        self.draft.push(Field { name, value, id, flags: FieldFlags::NONE });
    }

    /// Section 8.3.
    fn take_pseudo(&mut self, pseudo: Pseudo, field: Decoded) -> Result<(), Malformed> {
        let belongs = match (self.section, pseudo) {
            (Section::Trailers, _) | (_, Pseudo::Unknown) => false,
            (Section::Response, p) => p == Pseudo::Status,
            (Section::Request, p) => p != Pseudo::Status && (p != Pseudo::Protocol || self.cfg.connect_protocol),
        };
        let place = &mut self.pseudo[pseudo as usize];
        if !belongs || self.regular || place.is_some() {
            return Err(Malformed::Pseudo);
        }
        if !field.value_ok {
            return Err(Malformed::Value);
        }
        *place = Some(field.value);
        Ok(())
    }

    fn of(&self, pseudo: Pseudo) -> Option<Range<usize>> {
        self.pseudo[pseudo as usize].clone()
    }

    /// Trailers as lines. Fields that frame, route or belong to the head are dropped (RFC 9110 section 6.5.1).
    pub fn into_trailers(mut self) -> Result<Vec<u8>, Malformed> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let fields = core::mem::take(self.draft.fields_mut());
        let arena = self.draft.arena();
        let mut lines = Vec::new();
        for field in fields.iter().filter(|f| !is_forbidden_trailer(f.id)) {
            for part in [&arena[field.name.start()..field.name.end()], b": "] {
                lines.extend_from_slice(part);
            }
            lines.extend_from_slice(&arena[field.value.start()..field.value.end()]);
            lines.extend_from_slice(b"\r\n");
        }
        *self.draft.fields_mut() = fields;
        Ok(lines)
    }

    /// A response (section 8.3.2).
    pub fn into_response(mut self) -> Result<Unpacked, Malformed> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let span = self.of(Pseudo::Status).ok_or(Malformed::Missing)?;
        let status = match self.draft.arena()[span] {
            [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
                u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0')
            }
            _ => return Err(Malformed::Status),
        };
        // Section 8.6: there is no such switch here.
        if status == 101 {
            return Err(Malformed::Status);
        }
        let reason = self.append(http::reason(status).as_bytes());
        let line = StatusLine { version: Version::HTTP_2, status, reason, protocol: Span::EMPTY };
        let (content_length, limit) = (self.length, self.cfg.max_edited);
        let head = self.draft.finish_unpacked(line.into(), limit);
        Ok(Unpacked { head, content_length, extended_connect: false })
    }

    /// A request (section 8.3.1).
    pub fn into_request(mut self) -> Result<Unpacked, Malformed> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let name = self.of(Pseudo::Method).ok_or(Malformed::Missing)?;
        if !is_name(&self.draft.arena()[name.clone()]) {
            return Err(Malformed::Method);
        }
        let method = Method::parse(&self.draft.arena()[name.clone()]);
        let protocol = self.of(Pseudo::Protocol);
        let line = match (method, protocol.clone()) {
            (Method::Connect, None) => self.connect_line(name)?,
            (Method::Connect, Some(protocol)) => self.extended_connect_line(protocol)?,
            (_, None) => self.request_line(method, name)?,
            // RFC 8441 section 4.
            (_, Some(_)) => return Err(Malformed::Pseudo),
        };
        self.check_host(&line)?;
        self.join_cookies();
        let (content_length, limit) = (self.length, self.cfg.max_edited);
        let head = self.draft.finish_unpacked(line.into(), limit);
        Ok(Unpacked { head, content_length, extended_connect: protocol.is_some() })
    }

    fn append(&mut self, bytes: &[u8]) -> Span {
        let arena = self.draft.arena();
        let from = arena.len();
        arena.extend_from_slice(bytes);
        Span::edits(from, arena.len())
    }

    /// Section 8.5: authority alone.
    fn connect_line(&mut self, name: Range<usize>) -> Result<RequestLine, Malformed> {
        if self.of(Pseudo::Scheme).is_some() || self.of(Pseudo::Path).is_some() {
            return Err(Malformed::Pseudo);
        }
        let authority = self.of(Pseudo::Authority).ok_or(Malformed::Missing)?;
        let split = split_authority(&self.draft.arena()[authority.clone()]).map_err(|_| Malformed::Authority)?;
        if split.userinfo.is_some() || split.host.is_empty() || split.port.is_none_or(<[u8]>::is_empty) {
            return Err(Malformed::Authority);
        }
        let span = Span::edits(authority.start, authority.end);
        let target =
            Target::parse(Method::Connect, &self.draft.arena()[authority]).map_err(|_| Malformed::Authority)?;
        Ok(RequestLine::new(Method::Connect, Span::edits(name.start, name.end), span, &target, Version::HTTP_2))
    }

    /// RFC 8441 section 5: shown as what it would be in HTTP/1.1.
    fn extended_connect_line(&mut self, protocol: Range<usize>) -> Result<RequestLine, Malformed> {
        if !is_name(&self.draft.arena()[protocol.clone()]) || self.length.is_some() {
            return Err(Malformed::Pseudo);
        }
        self.of(Pseudo::Authority).ok_or(Malformed::Missing)?;
        let get = self.append(b"GET");
        let line = self.request_line(Method::Get, get.start()..get.end())?;
        let connection = self.append(b"connectionupgrade");
        let field = |name, value, id| Field { name, value, id, flags: FieldFlags::NONE };
        let word = connection.sub(10, 17);
        self.draft.push(field(connection.sub(0, 10), word, HdrId::Connection));
        self.draft.push(field(word, Span::edits(protocol.start, protocol.end), HdrId::Upgrade));
        Ok(line)
    }

    fn request_line(&mut self, method: Method, name: Range<usize>) -> Result<RequestLine, Malformed> {
        let scheme = self.of(Pseudo::Scheme).ok_or(Malformed::Missing)?;
        let path = self.of(Pseudo::Path).ok_or(Malformed::Missing)?;
        let authority = self.of(Pseudo::Authority).filter(|a| !a.is_empty());
        let relaxed = self.cfg.relaxed;
        let arena = self.draft.arena();
        if !is_scheme(&arena[scheme.clone()]) {
            return Err(Malformed::Scheme);
        }
        Target::check_bytes(&arena[path.clone()], UriPolicy { relaxed }).map_err(|_| Malformed::Path)?;
        let asterisk = method == Method::Options && &arena[path.clone()] == b"*";
        if arena[path.clone()].first() != Some(&b'/') && !asterisk {
            return Err(Malformed::Path);
        }
        if let Some(authority) = &authority {
            let split = split_authority(&arena[authority.clone()]).map_err(|_| Malformed::Authority)?;
            // Section 8.3.1: no user information.
            if split.userinfo.is_some() || split.host.is_empty() {
                return Err(Malformed::Authority);
            }
        }
        let from = arena.len();
        if let Some(authority) = authority.filter(|_| !asterisk) {
            arena.extend_from_within(scheme);
            arena.extend_from_slice(b"://");
            arena.extend_from_within(authority);
        }
        arena.extend_from_within(path);
        let span = Span::edits(from, arena.len());
        let target = Target::parse(method, &arena[from..]).map_err(|_| Malformed::Path)?;
        Ok(RequestLine::new(method, Span::edits(name.start, name.end), span, &target, Version::HTTP_2))
    }

    /// `host` says the same as `:authority` (section 8.3.1); where it is missing, it is made.
    fn check_host(&mut self, line: &RequestLine) -> Result<(), Malformed> {
        let Some(authority) = self.of(Pseudo::Authority).filter(|a| !a.is_empty()) else { return Ok(()) };
        let scheme = line.scheme;
        if let Some(at) = self.host {
            let host = self.draft.fields()[at].value;
            let arena = self.draft.arena();
            let (scheme, host) = (&arena[scheme.start()..scheme.end()], &arena[host.start()..host.end()]);
            let same = same_authority(scheme, &arena[authority], host);
            return if same || self.cfg.relaxed { Ok(()) } else { Err(Malformed::Authority) };
        }
        let name = self.append(b"host");
        let value = Span::edits(authority.start, authority.end);
        self.draft.fields_mut().insert(0, Field { name, value, id: HdrId::Host, flags: FieldFlags::NONE });
        Ok(())
    }

    /// Crumbs become one field (section 8.2.3).
    fn join_cookies(&mut self) {
        if self.cookies < 2 {
            return;
        }
        let mut fields = core::mem::take(self.draft.fields_mut());
        let arena = self.draft.arena();
        let from = arena.len();
        for field in fields.iter().filter(|f| f.id == HdrId::Cookie) {
            if arena.len() > from {
                arena.extend_from_slice(b"; ");
            }
            arena.extend_from_within(field.value.start()..field.value.end());
        }
        let joined = Span::edits(from, arena.len());
        let mut first = true;
        fields.retain_mut(|f| {
            let keep = f.id != HdrId::Cookie || core::mem::take(&mut first);
            if f.id == HdrId::Cookie {
                f.value = joined;
            }
            keep
        });
        *self.draft.fields_mut() = fields;
    }
}

/// The length with another `content-length` value added, and whether there was one already (RFC 9110 section 8.6).
fn add_length(known: Option<u64>, value: &[u8]) -> Result<(u64, bool), Malformed> {
    match decimal(value) {
        Some(n) if known.is_none_or(|k| k == n) => Ok((n, known.is_some())),
        _ => Err(Malformed::ContentLength),
    }
}

/// A number below 2^63.
fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let n = digits.iter().try_fold(0u64, |n, d| {
        d.is_ascii_digit().then_some(())?;
        n.checked_mul(10)?.checked_add(u64::from(d - b'0'))
    })?;
    i64::try_from(n).ok().map(|_| n)
}

/// RFC 3986 section 3.1.
fn is_scheme(scheme: &[u8]) -> bool {
    scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// The same that chunked trailers lose in `h1`; the others are refused before.
fn is_forbidden_trailer(id: HdrId) -> bool {
    matches!(id, HdrId::ContentLength | HdrId::Host | HdrId::Te | HdrId::Trailer)
}

/// Whether a field of a head that goes out must stay behind: it belongs to the other connection (section 8.2.2).
pub(crate) fn is_hop_field(id: HdrId, value: &[u8]) -> bool {
    match id {
        HdrId::Connection
        | HdrId::ProxyConnection
        | HdrId::KeepAlive
        | HdrId::TransferEncoding
        | HdrId::Upgrade
        | HdrId::Http2Settings => true,
        HdrId::Te => !has_token(value, b"trailers"),
        _ => false,
    }
}
