//! A response head: how its bytes arrive changes nothing, and what goes out comes in again as the same.
#![no_main]

use base::Buf;
use h1::{Asked, Opts, Progress, ResponseParser};
use http::{HeadStore, Method, SerialOpts};
use libfuzzer_sys::fuzz_target;

type Parsed = Option<Result<(Vec<u8>, Vec<u8>, String), String>>;

fn parse(input: &[u8], cuts: &[usize], asked: Asked, opts: &Opts) -> Parsed {
    let mut parser = ResponseParser::new(&HeadStore::new());
    for &cut in cuts.iter().chain([&input.len()]) {
        match parser.parse(&input[..cut], asked, opts) {
            Ok(Progress::Need) => {}
            Err(e) => return Some(Err(format!("{e:?}"))),
            Ok(Progress::Done) => {
                let (head, framing) = parser.finish(Buf::from_bytes(input), opts).unwrap();
                let mut out = Buf::unpooled(head.size());
                head.serialise_h1(&mut out, SerialOpts::default()).unwrap();
                let sent = out.data().to_vec();
                return Some(Ok((sent, head.into_rest().data().to_vec(), format!("{:?}", framing.body))));
            }
        }
    }
    None
}

fuzz_target!(|data: &[u8]| {
    let [mode, cut, input @ ..] = data else { return };
    let opts = Opts { relaxed: mode & 1 != 0, max_head: 64 + usize::from(*mode), ..Opts::default() };
    let method = [Method::Get, Method::Head, Method::Connect, Method::Post][usize::from(mode >> 1 & 3)];
    let asked = Asked { method, upgrade: mode & 8 != 0, websocket: mode & 16 != 0 };
    let whole = parse(input, &[], asked, &opts);
    let cut = usize::from(*cut) % (input.len() + 1);
    assert_eq!(parse(input, &[cut, (cut + input.len()) / 2], asked, &opts), whole);
    if let (false, Some(Ok((sent, _, body)))) = (opts.relaxed, whole) {
        // A line that ended with LF alone goes out with CRLF: what fits coming in may be larger going out.
        let roomy = Opts { max_head: opts.max_head + 1024, ..opts };
        match parse(&sent, &[], asked, &roomy) {
            Some(Ok((again, _, same))) => assert_eq!((again, same), (sent, body)),
            other => panic!("{} became {other:?}", sent.escape_ascii()),
        }
    }
});
