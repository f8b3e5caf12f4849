//! Keywords that were documented once and are no more.

use crate::build::ProxyB;
use crate::keyword::Keyword;

pub static APPSESSION: Keyword<ProxyB> =
    Keyword::gone("appsession", "Once learnt application cookies.", "use 'stick' rules");

pub static BLOCK: Keyword<ProxyB> = Keyword::gone("block", "Once refused requests.", "use 'http-request deny'");

pub static DISPATCH: Keyword<ProxyB> =
    Keyword::gone("dispatch", "Once named a server without a name.", "use a 'server' line");

pub static GRACE: Keyword<ProxyB> =
    Keyword::gone("grace", "Once kept a stopping proxy open for a while.", "use 'grace' in section 'global'");

pub static MONITOR_NET: Keyword<ProxyB> = Keyword::gone(
    "monitor-net",
    "Once answered a network's connections itself.",
    "use 'http-request return status 200 if { src <network> }'",
);

pub static REDISPATCH: Keyword<ProxyB> =
    Keyword::gone("redispatch", "Old name of 'option redispatch'.", "use 'option redispatch'");

pub static TRANSPARENT: Keyword<ProxyB> = Keyword::gone(
    "transparent",
    "Once connected to where the client wanted to go.",
    "use 'server <name> *:0' with transparent binding",
);

pub static USESRC: Keyword<ProxyB> =
    Keyword::gone("usesrc", "Belongs behind 'source'.", "it belongs behind 'source <addr>'");
