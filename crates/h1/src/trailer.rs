//! Trailers of chunked bodies (RFC 9112 section 7.1.2).

use http::{Field, HdrId};

use crate::scan::{self, FieldScan};
use crate::{BodyFault, Fault, Opts, Violations};

/// Parses a trailer section and keeps it as canonical lines.
#[derive(Debug)]
pub(crate) struct TrailerParser {
    scan: FieldScan,
    fields: Vec<Field>,
    lines: Vec<u8>,
}

impl Default for TrailerParser {
    fn default() -> TrailerParser {
        TrailerParser { scan: FieldScan::new(0, 1, Violations::default()), fields: Vec::new(), lines: Vec::new() }
    }
}

impl TrailerParser {
    /// Goes on through `data`, the section so far. Its length once it is complete.
    pub fn parse(&mut self, data: &[u8], opts: &Opts) -> Result<Option<usize>, BodyFault> {
        let held = data.len();
        let data = &data[..held.min(opts.max_head)];
        match self.scan.run(data, &mut self.fields, opts) {
            Ok(true) => {
                self.keep(data);
                Ok(Some(self.scan.pos))
            }
            Ok(false) if held >= opts.max_head => Err(BodyFault::TrailersTooLarge),
            Ok(false) => Ok(None),
            Err(e) if e.fault == Fault::TooManyFields => Err(BodyFault::TrailersTooLarge),
            Err(e) => Err(BodyFault::Trailer(e.fault)),
        }
    }

    /// The accepted fields as lines.
    pub fn lines(&self) -> &[u8] {
        &self.lines
    }

    fn keep(&mut self, data: &[u8]) {
        let mut own = data[..self.scan.pos].to_vec();
        scan::normalise(&mut own, &self.fields);
        for field in self.fields.drain(..).filter(|f| !is_forbidden(f.id)) {
            self.lines.extend_from_slice(&own[field.name.start()..field.name.end()]);
            self.lines.extend_from_slice(b": ");
            self.lines.extend_from_slice(&own[field.value.start()..field.value.end()]);
            self.lines.extend_from_slice(b"\r\n");
        }
    }
}

/// Fields that frame, route or belong to the connection mean nothing behind the body, and a receiver that merged them
/// into the head would be misled (RFC 9110 section 6.5.1). They are dropped.
fn is_forbidden(id: HdrId) -> bool {
    matches!(
        id,
        HdrId::ContentLength
            | HdrId::TransferEncoding
            | HdrId::Host
            | HdrId::Connection
            | HdrId::KeepAlive
            | HdrId::ProxyConnection
            | HdrId::Te
            | HdrId::Trailer
            | HdrId::Upgrade
    )
}
