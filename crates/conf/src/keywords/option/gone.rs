//! Options that are no more.

use crate::build::ProxyB;
use crate::keyword::Keyword;

pub static FORCECLOSE: Keyword<ProxyB> =
    Keyword::gone("option forceclose", "Once closed both connections; 'httpclose' does.", "use 'option httpclose'");

pub static HTTP_TUNNEL: Keyword<ProxyB> = Keyword::gone(
    "option http-tunnel",
    "Once treated what follows the first exchange as a tunnel.",
    "remove it, it isn't needed",
);

pub static HTTP_USE_HTX: Keyword<ProxyB> =
    Keyword::gone("option http-use-htx", "Once chose how messages are kept in memory.", "remove it, it isn't needed");

pub static TRANSPARENT: Keyword<ProxyB> = Keyword::gone(
    "option transparent",
    "Once connected to where the client wanted to go.",
    "use 'server <name> *:0' with transparent binding",
);
