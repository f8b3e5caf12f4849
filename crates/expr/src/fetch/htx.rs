//! The stream's inner form of HTTP, for developers (manual 7.3.7).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("internal.htx.data", "", Int, Places::MESSAGE, "bytes of the message"),
    f("internal.htx.free", "", Int, Places::MESSAGE, "free bytes of the message"),
    f("internal.htx.free_data", "", Int, Places::MESSAGE, "free bytes that data may take"),
    f("internal.htx.has_eom", "", Bool, Places::MESSAGE, "true if the end of the message has come"),
    f("internal.htx.nbblks", "", Int, Places::MESSAGE, "how many blocks the message has"),
    f("internal.htx.size", "", Int, Places::MESSAGE, "the size of the message's memory"),
    f("internal.htx.used", "", Int, Places::MESSAGE, "bytes that the message uses"),
    f("internal.htx_blk.data", "string", Bin, Places::MESSAGE, "the data of a block"),
    f("internal.htx_blk.hdrname", "string", Str, Places::MESSAGE, "the field name of a block"),
    f("internal.htx_blk.hdrval", "string", Str, Places::MESSAGE, "the field value of a block"),
    f("internal.htx_blk.size", "string", Int, Places::MESSAGE, "the size of a block"),
    f("internal.htx_blk.start_line", "string", Str, Places::MESSAGE, "the start line of a block"),
    f("internal.htx_blk.type", "string", Str, Places::MESSAGE, "the type of a block"),
    f("internal.strm.is_htx", "", Bool, Places::STREAM_OR_CLI, "true if the stream is HTTP"),
];
