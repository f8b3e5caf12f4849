//! A chunked body: how its bytes arrive changes nothing, and coding the payload again gives the same payload.
#![no_main]

use h1::{BodyDecoder, BodyLen, CHUNK_END, CHUNK_HEADER_MAX, LAST_CHUNK, Opts, Piece, chunk_header};
use libfuzzer_sys::fuzz_target;

/// Payload, trailers, and the number of bytes that belonged to the body; or the fault.
fn decode(input: &[u8], step: usize, opts: &Opts) -> Result<(Vec<u8>, Vec<u8>, usize), String> {
    let mut body = BodyDecoder::new(BodyLen::Chunked);
    let (mut payload, mut from, mut to) = (Vec::new(), 0, 0);
    loop {
        match body.next(&input[from..to], opts).map_err(|e| format!("{e:?}"))? {
            Piece::Need { skip } => {
                from += skip;
                if to == input.len() {
                    body.on_eof().map_err(|e| format!("{e:?}"))?;
                }
                to = (to + step).min(input.len());
            }
            Piece::Data { skip, len } => {
                assert!(len > 0 && body.plain_left() >= Some(len as u64));
                from += skip;
                payload.extend_from_slice(&input[from..from + len]);
                from += len;
                body.took(len as u64);
            }
            Piece::End { skip } => {
                assert!(body.is_done());
                return Ok((payload, body.trailers().to_vec(), from + skip));
            }
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let [step, input @ ..] = data else { return };
    let opts = Opts { max_head: 512, max_lines: 10, ..Opts::default() };
    let whole = decode(input, usize::MAX / 2, &opts);
    assert_eq!(decode(input, usize::from(*step).max(1), &opts), whole);
    assert_eq!(decode(input, 1, &opts), whole);
    let Ok((payload, trailers, _)) = whole else { return };
    let mut coded = Vec::new();
    for piece in payload.chunks(usize::from(*step).max(1)) {
        coded.extend_from_slice(chunk_header(piece.len(), &mut [0; CHUNK_HEADER_MAX]));
        coded.extend_from_slice(piece);
        coded.extend_from_slice(CHUNK_END);
    }
    coded.extend_from_slice(LAST_CHUNK);
    coded.extend_from_slice(&trailers);
    coded.extend_from_slice(b"\r\n");
    let roomy = Opts { max_head: 1024, ..opts };
    assert_eq!(decode(&coded, usize::MAX / 2, &roomy), Ok((payload, trailers, coded.len())));
});
