//! The reference's inner form of HTTP messages, for developers (manual 7.3.7): a row of blocks with start line, header
//! fields, and body. This program keeps messages otherwise; what is shown is how many blocks the same message would
//! have there, and what would be in them. The sizes of its blocks were measured.

use http::Head;

use crate::args::{Arg, Args};
use crate::env::{Env, View};
use crate::expr::Got;
use crate::facts::Number;
use crate::fetch::ask::truth;
use crate::fetch::body::cut;
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::Type::*;
use crate::val::{Sink, Val};

/// What each block costs beside its content, a start line within its content, the end of the header, and the whole.
const BLOCK: i64 = 8;
const START_LINE: i64 = 20;
const END_OF_HEADER: i64 = 1;
const MESSAGE: i64 = 48;

macro_rules! figure {
    ($name:literal, $doc:literal, $fun:expr) => {
        f($name, "", Int, Places::MESSAGE, $doc).does(|_, env, _| {
            let fun: fn(&Blocks<'_>) -> i64 = $fun;
            at_hand(env, |blocks| Some(Val::Int(fun(blocks))))
        })
    };
}

macro_rules! block {
    ($name:literal, $out:ident, $doc:literal, $fun:expr) => {
        f($name, "string", $out, Places::MESSAGE, $doc).prepared(position).does(|args, env, _| {
            let fun: for<'b> fn(Block<'b>, &Blocks<'b>, &'b Env<'b>) -> Option<Val<'b>> = $fun;
            at_hand(env, |blocks| fun(blocks.at(args), blocks, env))
        })
    };
}

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    figure!("internal.htx.data", "bytes of the message", |b| b.data()),
    figure!("internal.htx.free", "free bytes of the message", |b| b.free()),
    figure!("internal.htx.free_data", "free bytes that data may take", |b| (b.free() - BLOCK).max(0)),
    f("internal.htx.has_eom", "", Bool, Places::MESSAGE, "true if the end of the message has come").does(|_, env, _| at_hand(env, |b| Some(Val::Bool(b.complete)))),
    figure!("internal.htx.nbblks", "how many blocks the message has", |b| b.count()),
    figure!("internal.htx.size", "the size of the message's memory", |b| b.size),
    figure!("internal.htx.used", "bytes that the message uses", |b| b.data() + b.count() * BLOCK),
    block!("internal.htx_blk.data", Bin, "the data of a block", |block, _, env| Some(Val::Bin(match block {
        Block::Data => body(env)?,
        _ => b"",
    }))),
    block!("internal.htx_blk.hdrname", Str, "the field name of a block", |block, _, _| Some(Val::Str(match block {
        Block::Field(name, _) => name,
        _ => b"",
    }))),
    block!("internal.htx_blk.hdrval", Str, "the field value of a block", |block, _, _| Some(Val::Str(match block {
        Block::Field(_, value) => value,
        _ => b"",
    }))),
    block!("internal.htx_blk.size", Int, "the size of a block", |block, blocks, _| Some(Val::Int(blocks.size_of(block)))),
    block!("internal.htx_blk.start_line", Str, "the start line of a block", |block, blocks, env| match block {
        Block::Start => env.scratch.write(|w| blocks.start_line(w)).map(Val::Str),
        _ => Some(Val::Str(b"")),
    }),
    block!("internal.htx_blk.type", Str, "the type of a block", |block, blocks, _| Some(Val::Str(blocks.type_of(block)))),
    f("internal.strm.is_htx", "", Bool, Places::STREAM_OR_CLI, "true if the stream is HTTP").does(|_, env, _| truth(env, Number::IsHttp)),
];

/// How many bytes the message takes: what `req.len` and `res.len` show in HTTP mode.
pub(super) fn data_at_hand<'a>(env: &'a Env<'a>) -> Got<'a> {
    at_hand(env, |blocks| Some(Val::Int(blocks.data())))
}

/// A message as blocks.
struct Blocks<'a> {
    head: &'a Head,
    is_response: bool,
    /// The bytes of the body that have come.
    body: i64,
    complete: bool,
    size: i64,
}

/// A block of a message.
#[derive(Clone, Copy)]
enum Block<'a> {
    Start,
    Field(&'a [u8], &'a [u8]),
    EndOfHeader,
    Data,
    None,
}

fn at_hand<'a>(env: &'a Env<'a>, show: impl FnOnce(&Blocks<'a>) -> Option<Val<'a>>) -> Got<'a> {
    let is_response = Places::RESPONSE.has(env.place);
    let (view, body) = if is_response { (env.response, env.response_body) } else { (env.request, env.request_body) };
    let View::Ready(head) = view else { return Got::Absent };
    let blocks = Blocks {
        head,
        is_response,
        body: body.map_or(0, |body| body.len() as i64),
        complete: body.is_none_or(|body| body.complete),
        size: env.scratch.max() as i64 - MESSAGE,
    };
    Got::opt(show(&blocks))
}

fn body<'a>(env: &'a Env<'a>) -> Option<&'a [u8]> {
    let body = if Places::RESPONSE.has(env.place) { env.response_body } else { env.request_body };
    cut(body?, 0..usize::MAX, env)
}

impl<'a> Blocks<'a> {
    fn at(&self, args: &Args) -> Block<'a> {
        let last = self.count() - 1;
        let at = match args.get(0) {
            Some(Arg::Int(FIRST)) => 0,
            Some(Arg::Int(LAST)) => last,
            Some(Arg::Int(at)) => *at,
            _ => return Block::None,
        };
        let fields = self.head.field_count() as i64;
        match at {
            0 => Block::Start,
            at if (1..=fields).contains(&at) => {
                let field = self.head.fields().nth(at as usize - 1);
                field.map_or(Block::None, |field| Block::Field(field.name, field.value))
            }
            at if at == fields + 1 => Block::EndOfHeader,
            at if at == last => Block::Data,
            _ => Block::None,
        }
    }

    fn count(&self) -> i64 {
        2 + self.head.field_count() as i64 + i64::from(self.body > 0)
    }

    fn data(&self) -> i64 {
        let fields: usize = self.head.fields().map(|field| field.name.len() + field.value.len()).sum();
        self.size_of(Block::Start) + fields as i64 + END_OF_HEADER + self.body
    }

    fn free(&self) -> i64 {
        (self.size - self.data() - self.count() * BLOCK).max(0)
    }

    fn size_of(&self, block: Block<'_>) -> i64 {
        match block {
            Block::Start => {
                let mut len = Length(0);
                self.start_line(&mut len);
                // The blanks between its parts aren't kept.
                START_LINE + len.0 - 2
            }
            Block::Field(name, value) => (name.len() + value.len()) as i64,
            Block::EndOfHeader => END_OF_HEADER,
            Block::Data => self.body,
            Block::None => 0,
        }
    }

    fn type_of(&self, block: Block<'_>) -> &'static [u8] {
        match block {
            Block::Start if self.is_response => b"HTX_BLK_RES_SL",
            Block::Start => b"HTX_BLK_REQ_SL",
            Block::Field(..) => b"HTX_BLK_HDR",
            Block::EndOfHeader => b"HTX_BLK_EOH",
            Block::Data => b"HTX_BLK_DATA",
            Block::None => b"HTX_BLK_UNUSED",
        }
    }

    fn start_line(&self, w: &mut dyn Sink) {
        let version = self.head.version();
        let text = [b'H', b'T', b'T', b'P', b'/', b'0' + version.major % 10, b'.', b'0' + version.minor % 10];
        if self.is_response {
            w.put(&text);
            w.put(b" ");
            Val::Int(i64::from(self.head.status().unwrap_or(0))).write_text(w);
            w.put(b" ");
            w.put(self.head.reason());
        } else {
            [self.head.method_name(), b" ", self.head.target(), b" ", &text].iter().for_each(|part| w.put(part));
        }
    }
}

/// Counts instead of writing.
struct Length(i64);

impl Sink for Length {
    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len() as i64;
    }
}

/// Positions that have names.
const FIRST: i64 = -1;
const LAST: i64 = -2;

fn position(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let text = core::str::from_utf8(args.str(0).unwrap_or_default()).unwrap_or_default();
    let at = match text {
        "head" | "first" => Some(FIRST),
        "tail" => Some(LAST),
        text => text.parse().ok().filter(|at| *at >= 0),
    };
    args.0 = Box::new([Arg::Int(at.ok_or("invalid block position")?)]);
    Ok(())
}
