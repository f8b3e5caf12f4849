//! A request head: how its bytes arrive changes nothing, and what goes out comes in again as the same.
#![no_main]

use base::Buf;
use h1::{Opts, Progress, RequestParser};
use http::{HeadStore, SerialOpts};
use libfuzzer_sys::fuzz_target;

/// The head as it goes out, what is left behind it and what follows from it; or the fault; or nothing yet.
fn parse(input: &[u8], cuts: &[usize], opts: &Opts) -> Option<Result<(Vec<u8>, Vec<u8>, String), String>> {
    let mut parser = RequestParser::new(&HeadStore::new());
    for &cut in cuts.iter().chain([&input.len()]) {
        match parser.parse(&input[..cut], opts) {
            Ok(Progress::Need) => {}
            Err(e) => {
                assert!(e.at <= opts.max_head && e.fault.status() >= 400);
                return Some(Err(format!("{e:?}")));
            }
            Ok(Progress::Done) => {
                let (head, framing) = parser.finish(Buf::from_bytes(input), opts).unwrap();
                let mut out = Buf::unpooled(head.size());
                head.serialise_h1(&mut out, SerialOpts::default()).unwrap();
                let sent = out.data().to_vec();
                return Some(Ok((sent, head.into_rest().data().to_vec(), format!("{framing:?}"))));
            }
        }
    }
    None
}

fuzz_target!(|data: &[u8]| {
    let [mode, cut, input @ ..] = data else { return };
    let opts = Opts { relaxed: mode & 1 != 0, max_head: 64 + usize::from(*mode), ..Opts::default() };
    let whole = parse(input, &[], &opts);
    let cut = usize::from(*cut) % (input.len() + 1);
    assert_eq!(parse(input, &[cut, (cut + input.len()) / 2], &opts), whole);
    let every: Vec<usize> = (0..input.len().min(300)).collect();
    assert_eq!(parse(input, &every, &opts), whole);
    // The relaxed mode passes on what the strict one refuses; only the latter's output must be flawless.
    if let (false, Some(Ok((sent, _, _)))) = (opts.relaxed, whole) {
        let roomy = Opts { max_head: opts.max_head + 1024, ..opts };
        match parse(&sent, &[], &roomy) {
            Some(Ok((again, _, _))) => assert_eq!(again, sent),
            other => panic!("{} became {other:?}", sent.escape_ascii()),
        }
    }
});
