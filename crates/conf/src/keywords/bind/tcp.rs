//! Options of TCP sockets.

use super::later;
use crate::build::BindB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};
use crate::spec::{SaveSyn, V6Mode};

pub static CC: Keyword<BindB> = Keyword {
    name: "cc",
    args: Arity::exactly(1, "<algo>"),
    since: "3.2",
    doc: "Congestion control algorithm.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| bind.opts.cc = cx.string(0))
};

pub static DEFER_ACCEPT: Keyword<BindB> = Keyword {
    name: "defer-accept",
    since: "1.5",
    doc: "Takes a connection only once it has sent something.",
    manual: "5.1",
    ..Keyword::plain(|_, bind| bind.opts.defer_accept = true)
};

pub static INTERFACE: Keyword<BindB> = Keyword {
    name: "interface",
    args: Arity::exactly(1, "<interface>"),
    since: "1.5",
    doc: "Takes packets of one network interface only.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| bind.opts.interface = cx.string(0))
};

pub static MSS: Keyword<BindB> = Keyword {
    name: "mss",
    args: Arity::exactly(1, "<maxseg>"),
    since: "1.5",
    doc: "Largest TCP segment, or by how much to reduce it if negative.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| match cx.int(0, -65535, 65535) {
        Some(0) => cx.alert(0, "expects an MSS whose absolute value is between 1 and 65535."),
        Some(mss) => bind.opts.mss = i32::try_from(mss).ok(),
        None => {}
    })
};

pub static NAMESPACE: Keyword<BindB> = Keyword {
    name: "namespace",
    args: Arity::exactly(1, "<name>"),
    since: "1.6",
    doc: "Network namespace to listen in.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        let Some(name) = cx.string(0) else { return };
        if cx.world.has_namespace(&name) {
            bind.opts.namespace = Some(name);
        } else {
            cx.alert(0, format!(": there is no network namespace '{name}'."));
        }
    })
};

pub static TCP_MD5SIG: Keyword<BindB> =
    later("tcp-md5sig", Arity::exactly(1, "<password>"), "3.3", "Signs every segment (RFC 2385).", |cx, bind| {
        if let Some(password) = md5_password(cx) {
            bind.opts.md5sig = Some(password);
        }
    });

pub static TCP_SS: Keyword<BindB> =
    later("tcp-ss", Arity::exactly(1, "<mode>"), "3.3", "Keeps a connection's first packet.", |cx, bind| {
        let modes = [("0", SaveSyn::No), ("1", SaveSyn::Ip), ("2", SaveSyn::Ethernet)];
        if let Some(mode) = cx.one_of(0, &modes) {
            bind.opts.save_syn = mode;
        }
    });

pub static TCP_UT: Keyword<BindB> = Keyword {
    name: "tcp-ut",
    args: Arity::exactly(1, "<delay>"),
    since: "1.6",
    doc: "How long sent data may stay unacknowledged.",
    manual: "5.1",
    ..Keyword::plain(|cx, bind| {
        if let Some(ms) = cx.time(0, 0) {
            bind.opts.tcp_user_timeout_ms = Some(ms.0).filter(|ms| *ms > 0);
        }
    })
};

pub static TFO: Keyword<BindB> = Keyword {
    name: "tfo",
    since: "1.5",
    doc: "Allows data in the first packet (TCP Fast Open).",
    manual: "5.1",
    ..Keyword::plain(|_, bind| bind.opts.tfo = true)
};

pub static TRANSPARENT: Keyword<BindB> = Keyword {
    name: "transparent",
    since: "1.5",
    doc: "Binds even to addresses that aren't this machine's.",
    manual: "5.1",
    ..Keyword::plain(|_, bind| bind.opts.transparent = true)
};

pub static V4V6: Keyword<BindB> = Keyword {
    name: "v4v6",
    since: "1.5",
    doc: "An IPv6 wildcard takes IPv4 as well.",
    manual: "5.1",
    ..Keyword::plain(|_, bind| bind.opts.v6 = V6Mode::V4V6)
};

pub static V6ONLY: Keyword<BindB> = Keyword {
    name: "v6only",
    since: "1.5",
    doc: "An IPv6 wildcard takes IPv6 only; goes before 'v4v6'.",
    manual: "5.1",
    ..Keyword::plain(|_, bind| bind.opts.v6 = V6Mode::V6Only)
};

/// A password for TCP's MD5 signatures, as long as the kernel takes it.
pub fn md5_password(cx: &mut Cx<'_>) -> Option<Box<[u8]>> {
    let password = cx.bytes(0)?;
    if password.len() > LONGEST_MD5_PASSWORD {
        cx.alert(0, format!("expects at most {LONGEST_MD5_PASSWORD} bytes."));
        return None;
    }
    Some(password)
}

/// `TCP_MD5SIG_MAXKEYLEN`.
const LONGEST_MD5_PASSWORD: usize = 80;
