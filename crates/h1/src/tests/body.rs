//! Bodies.

use crate::{BodyDecoder, BodyFault, BodyLen, CHUNK_HEADER_MAX, Fault, Opts, Piece, chunk_header};

/// Walks over a chunked body that arrives in steps of `step` bytes: payload, trailers, and how many bytes belonged
/// to it.
fn walk(input: &[u8], step: usize, opts: &Opts) -> Result<(Vec<u8>, Vec<u8>, usize), BodyFault> {
    let mut body = BodyDecoder::new(BodyLen::Chunked);
    let (mut payload, mut from, mut to) = (Vec::new(), 0, 0);
    loop {
        match body.next(&input[from..to], opts)? {
            Piece::Need { skip } => {
                from += skip;
                if to == input.len() {
                    body.on_eof()?;
                }
                to = (to + step).min(input.len());
            }
            Piece::Data { skip, len } => {
                from += skip;
                payload.extend_from_slice(&input[from..from + len]);
                from += len;
                body.took(len as u64);
            }
            Piece::End { skip } => return Ok((payload, body.trailers().to_vec(), from + skip)),
        }
    }
}

fn check(input: &str, want: Result<(&str, &str), BodyFault>) {
    let opts = Opts::default();
    for step in [usize::MAX / 2, 1, 2, 3, 7] {
        let got = walk(input.as_bytes(), step, &opts);
        let want = want.map(|(payload, trailers)| (payload.as_bytes().to_vec(), trailers.as_bytes().to_vec()));
        assert_eq!(got.map(|(p, t, _)| (p, t)), want, "{input:?} in steps of {step}");
    }
}

#[test]
fn chunks() {
    for same in [
        "2\r\nok\r\n0\r\n\r\n",
        "2\nok\n0\n\n",
        "2\r\nok\n0\r\n\r\n",
        "2;x=y\r\nok\r\n0\r\n\r\n",
        "2 ;x\r\nok\r\n0\r\n\r\n",
        "2 \r\nok\r\n0\r\n\r\n",
        "2\t\r\nok\r\n0\r\n\r\n",
        "02\r\nok\r\n0\r\n\r\n",
        "0000000000000000000002\r\nok\r\n0\r\n\r\n",
        "1\r\no\r\n1\r\nk\r\n00\r\n\r\n",
        "2\r\nok\r\n0;a=b\r\n\r\n",
        "2;a\0b\u{1}\r\nok\r\n0\r\n\r\n",
    ] {
        check(same, Ok(("ok", "")));
    }
    for bad in ["\r\n", ";x\r\n", "x\r\n", "-1\r\n", "+1\r\n", "0x2\r\n", "2x\r\nok\r\n", " 2\r\nok", "2 3\r\n"] {
        check(bad, Err(BodyFault::ChunkSize));
    }
    for huge in ["1000000000000000", "7fffffffffffffff", "ffffffffffffffff", "10000000000000000"] {
        check(&format!("{huge}\r\nok"), Err(BodyFault::ChunkSize));
    }
    for bad in ["2\rok", "2\r\nokX", "2;a\rb\r\nok\r\n0\r\n\r\n", "2\r\nok\r\r\n0\r\n\r\n", "2\r\nok\r\n0\r\n\rX"] {
        check(bad, Err(BodyFault::ChunkEnd));
    }
    for cut in ["", "2", "2\r\nok", "2\r\nok\r\n0\r\n", "2\r\nok\r\n0\r\nx: y\r\n", "fffffffff\r\nok"] {
        check(cut, Err(BodyFault::Truncated));
    }
}

#[test]
fn trailers() {
    let of = |trailers: &str| format!("2\r\nok\r\n0\r\n{trailers}\r\n");
    check(&of("X: y\r\nA:b\n"), Ok(("ok", "x: y\r\na: b\r\n")));
    check(&of("X: y\r\n z\r\n"), Ok(("ok", "x: y   z\r\n")));
    // 2.6 drops only content-length.
    let forbidden =
        "Content-Length: 5\r\nHost: b\r\nTransfer-Encoding: chunked\r\nConnection: close\r\nX: y\r\nTE: x\r\n";
    check(&of(forbidden), Ok(("ok", "x: y\r\n")));
    check(&of("X : y\r\n"), Err(BodyFault::Trailer(Fault::FieldName)));
    check(&of("Xy\r\n"), Err(BodyFault::Trailer(Fault::FieldName)));
    check(&of(&"x: y\r\n".repeat(101)), Err(BodyFault::TrailersTooLarge));
    check(&of(&format!("x: {}\r\n", "y".repeat(16_000))), Err(BodyFault::TrailersTooLarge));
}

#[test]
fn size_lines_are_limited() {
    check(&format!("2;{}\r\nok\r\n0\r\n\r\n", "x".repeat(4000)), Ok(("ok", "")));
    check(&format!("2;{}\r\nok\r\n0\r\n\r\n", "x".repeat(4096)), Err(BodyFault::ChunkLineTooLong));
    check(&"0".repeat(5000), Err(BodyFault::ChunkLineTooLong));
}

#[test]
fn the_end_is_found_among_pipelined_bytes() {
    let input = b"2\r\nok\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    let (_, _, end) = walk(input, usize::MAX / 2, &Opts::default()).unwrap();
    assert_eq!(&input[end..], b"GET / HTTP/1.1\r\n\r\n");
}

#[test]
fn headers_of_chunks() {
    let check = |n: usize| {
        let mut out = [0; CHUNK_HEADER_MAX];
        assert_eq!(chunk_header(n, &mut out), format!("{n:x}\r\n").as_bytes());
    };
    for n in [1, 9, 10, 15, 16, 255, 4096, 65_535, usize::MAX] {
        check(n);
    }
}

#[test]
fn lengths() {
    let opts = Opts::default();
    let mut body = BodyDecoder::new(BodyLen::Length(5));
    assert_eq!(body.next(b"", &opts), Ok(Piece::Need { skip: 0 }));
    assert_eq!(body.next(b"abc", &opts), Ok(Piece::Data { skip: 0, len: 3 }));
    body.took(3);
    assert_eq!(body.plain_left(), Some(2));
    assert_eq!(body.on_eof(), Err(BodyFault::Truncated));
    assert_eq!(body.next(b"defg", &opts), Ok(Piece::Data { skip: 0, len: 2 }));
    body.took(2);
    assert_eq!(body.next(b"fg", &opts), Ok(Piece::End { skip: 0 }));
    assert_eq!((body.is_done(), body.on_eof()), (true, Ok(())));
}

#[test]
fn until_close() {
    let opts = Opts::default();
    let mut body = BodyDecoder::new(BodyLen::UntilClose);
    assert_eq!(body.next(b"abc", &opts), Ok(Piece::Data { skip: 0, len: 3 }));
    body.took(3);
    assert_eq!((body.plain_left(), body.is_done()), (None, false));
    assert_eq!(body.on_eof(), Ok(()));
    assert!(body.is_done());
}
