//! What HAProxy 2.6 does with given bytes, observed as a black box, as tables: input, then verdict. Where the manual of
//! 3.5 or an RFC made us choose otherwise, the row says so.

mod body;
mod persistence;
mod property;
mod request;
mod response;

use base::Buf;
use http::{Head, HeadStore, Method, SerialOpts};

use crate::{Asked, Fault, Opts, Progress, RequestFraming, RequestParser, ResponseFraming, ResponseParser};

pub fn relaxed() -> Opts {
    Opts { relaxed: true, ..Opts::default() }
}

/// The outcome of a parse: the head, the end of the head, or why not.
#[derive(Debug)]
pub enum Outcome<F> {
    Need,
    Fault(Fault, usize),
    Head(Head, F),
}

pub fn parse_request(input: &[u8], opts: &Opts) -> Outcome<RequestFraming> {
    let mut parser = RequestParser::new(&HeadStore::new());
    match parser.parse(input, opts) {
        Ok(Progress::Need) => Outcome::Need,
        Err(e) => Outcome::Fault(e.fault, e.at),
        Ok(Progress::Done) => {
            let (head, framing) = parser.finish(Buf::from_bytes(input), opts).unwrap();
            Outcome::Head(head, framing)
        }
    }
}

pub fn asked(method: Method) -> Asked {
    Asked { method, upgrade: false, websocket: false }
}

pub fn parse_response(input: &[u8], asked: Asked, opts: &Opts) -> Outcome<ResponseFraming> {
    let mut parser = ResponseParser::new(&HeadStore::new());
    match parser.parse(input, asked, opts) {
        Ok(Progress::Need) => Outcome::Need,
        Err(e) => Outcome::Fault(e.fault, e.at),
        Ok(Progress::Done) => {
            let (head, framing) = parser.finish(Buf::from_bytes(input), opts).unwrap();
            Outcome::Head(head, framing)
        }
    }
}

pub fn wire(head: &Head) -> Vec<u8> {
    let mut out = Buf::unpooled(head.size());
    head.serialise_h1(&mut out, SerialOpts::default()).unwrap();
    out.data().to_vec()
}

/// Checks that a head goes out as `want`, or is refused with the fault that `want` names.
pub fn check<F: std::fmt::Debug>(input: &[u8], got: Outcome<F>, want: &[u8]) {
    let shown = match &got {
        Outcome::Need => b"Need".to_vec(),
        Outcome::Fault(fault, _) => format!("{fault:?}").into_bytes(),
        Outcome::Head(head, _) => wire(head),
    };
    assert_eq!(shown.escape_ascii().to_string(), want.escape_ascii().to_string(), "for {}", input.escape_ascii());
}

#[test]
fn sizes_stay_small() {
    assert!(size_of::<http::Field>() <= 20);
    assert!(size_of::<Head>() <= 176, "{}", size_of::<Head>());
    assert!(size_of::<RequestParser>() <= 304, "{}", size_of::<RequestParser>());
    assert!(size_of::<RequestFraming>() <= 56, "{}", size_of::<RequestFraming>());
    assert!(size_of::<crate::BodyDecoder>() <= 24, "{}", size_of::<crate::BodyDecoder>());
}
