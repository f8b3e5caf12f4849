//! Addresses as written (manual 2.9): prefixes, host, ports. Names are resolved later, by [`Parsed::resolve`].

use crate::outside::Outside;
use base::{Addr, SockKind};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// An address as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parsed {
    pub host: Host,
    pub ports: Ports,
    pub kind: SockKind,
    pub mptcp: bool,
    /// QUIC over datagrams.
    pub quic: bool,
}

/// What an address names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Host {
    Ip(IpAddr),
    /// A host name, and the only family to take from its addresses if a prefix forces one.
    Name(Box<str>, Option<Family>),
    Unix(Box<[u8]>),
    Abns {
        name: Box<[u8]>,
        padded: bool,
    },
    Fd(i32),
    SockPair(i32),
    /// `rhttp@`: connections go the other way round. A `bind` line names a server, as `backend/server`.
    Reverse(Box<[u8]>),
}

/// An IP family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    V4,
    V6,
}

/// What follows the colon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ports {
    None,
    One(u16),
    Range(u16, u16),
    /// `:+N`, `:-N`.
    Offset(i32),
}

/// What a statement accepts.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    /// The type of socket when no prefix says it.
    pub kind: SockKind,
    pub stream: bool,
    pub dgram: bool,
    pub fd: bool,
    pub port_needed: bool,
    pub port_allowed: bool,
    pub port_zero: bool,
    pub range: bool,
    pub offset: bool,
    pub names: bool,
    pub quic: bool,
    pub reverse: bool,
}

impl Want {
    /// `bind`.
    pub const BIND: Want = Want {
        kind: SockKind::Stream,
        stream: true,
        dgram: false,
        fd: true,
        port_needed: true,
        port_allowed: true,
        port_zero: false,
        range: true,
        offset: false,
        names: true,
        quic: true,
        reverse: true,
    };
    /// `stats socket`.
    pub const STATS: Want = Want { quic: false, reverse: false, ..Want::BIND };
    /// `server`; datagrams are for those that take log messages.
    pub const SERVER: Want =
        Want { dgram: true, fd: false, port_needed: false, port_zero: true, range: false, offset: true, ..Want::BIND };
    /// A server's `addr`.
    pub const CHECK: Want = Want { dgram: false, offset: false, quic: false, reverse: false, ..Want::SERVER };
    /// A server's `agent-addr`.
    pub const AGENT: Want = Want { port_allowed: false, ..Want::CHECK };
    /// A server's `socks4`.
    pub const SOCKS: Want = Want { port_needed: true, port_zero: false, ..Want::CHECK };
    /// `log`.
    pub const LOG: Want = Want {
        kind: SockKind::Dgram,
        stream: true,
        dgram: true,
        fd: true,
        port_needed: false,
        port_allowed: true,
        port_zero: false,
        range: false,
        offset: false,
        names: true,
        quic: false,
        reverse: false,
    };
    /// `dgram-bind`.
    pub const DGRAM_BIND: Want = Want { kind: SockKind::Dgram, stream: false, dgram: true, ..Want::STATS };
    /// `mailer`.
    pub const MAILER: Want = Want { fd: false, range: false, ..Want::STATS };
    /// `nameserver`.
    pub const NAMESERVER: Want = Want { kind: SockKind::Dgram, dgram: true, ..Want::MAILER };
    /// `source` of a proxy, `usesrc`.
    pub const SOURCE: Want = Want::CHECK;
    /// `source` of a server.
    pub const SERVER_SOURCE: Want = Want { range: true, ..Want::SOURCE };
}

/// Reads one address. The error is the end of a sentence that begins with the keyword.
pub fn parse(text: &[u8], want: Want) -> Result<Parsed, String> {
    if text.is_empty() {
        return Err("the address is empty (is a variable of the environment missing?)".to_owned());
    }
    let (prefix, rest) = prefixes(text, want)?;
    check_kind(text, prefix, want)?;
    let host = match prefix.family {
        Prefixed::Unix => Host::Unix(unix_path(text, rest)?),
        Prefixed::Abns { padded } => Host::Abns { name: unix_path(text, rest)?, padded },
        Prefixed::Fd => Host::Fd(descriptor(text, rest, want)?),
        Prefixed::SockPair => Host::SockPair(descriptor(text, rest, Want { fd: true, ..want })?),
        Prefixed::Reverse => Host::Reverse(rest.into()),
        Prefixed::Any if rest.first() == Some(&b'/') => Host::Unix(unix_path(text, rest)?),
        Prefixed::Any => return ip(text, rest, None, prefix, want),
        Prefixed::V4 => return ip(text, rest, Some(Family::V4), prefix, want),
        Prefixed::V6 => return ip(text, rest, Some(Family::V6), prefix, want),
    };
    Ok(Parsed { host, ports: Ports::None, kind: prefix.kind, mptcp: prefix.mptcp, quic: prefix.quic })
}

impl Parsed {
    /// The address with `port`, its host name looked up. That of a reverse one means nothing.
    pub fn resolve(&self, port: u16, world: &mut dyn Outside) -> Result<Addr, String> {
        Ok(match &self.host {
            Host::Ip(ip) => Addr::Ip(SocketAddr::new(*ip, port)),
            Host::Name(name, family) => Addr::Ip(SocketAddr::new(lookup(name, *family, world)?, port)),
            Host::Unix(path) => Addr::Unix(path.clone()),
            Host::Abns { name, padded } => Addr::Abns { name: name.clone(), padded: *padded },
            Host::Fd(fd) => Addr::Fd(*fd),
            Host::SockPair(fd) => Addr::SockPair(*fd),
            Host::Reverse(_) => Addr::Ip(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0)),
        })
    }

    /// Whether it is an IP address or a host name.
    pub fn is_ip(&self) -> bool {
        matches!(self.host, Host::Ip(_) | Host::Name(..))
    }

    /// The only port, or 0.
    pub fn port(&self) -> u16 {
        match self.ports {
            Ports::One(port) | Ports::Range(port, _) => port,
            Ports::None | Ports::Offset(_) => 0,
        }
    }
}

/// The first address of a name, of the wanted family.
pub fn lookup(name: &str, family: Option<Family>, world: &mut dyn Outside) -> Result<IpAddr, String> {
    let found = world.resolve(name).map_err(|why| format!("could not resolve address '{name}' ({why})."))?;
    found
        .into_iter()
        .find(|ip| match family {
            None => true,
            Some(Family::V4) => ip.is_ipv4(),
            Some(Family::V6) => ip.is_ipv6(),
        })
        .ok_or_else(|| format!("could not resolve address '{name}' in the wanted family."))
}

/// What the prefixes of an address say.
#[derive(Clone, Copy)]
struct Prefix {
    kind: SockKind,
    family: Prefixed,
    mptcp: bool,
    quic: bool,
}

#[derive(Clone, Copy)]
enum Prefixed {
    Any,
    V4,
    V6,
    Unix,
    Abns { padded: bool },
    Fd,
    SockPair,
    Reverse,
}

/// Every family prefix, with the type of socket that it forces.
static FAMILIES: &[(&str, Prefixed, Option<SockKind>)] = &[
    ("ip@", Prefixed::Any, None),
    ("ipv4@", Prefixed::V4, None),
    ("ipv6@", Prefixed::V6, None),
    ("unix@", Prefixed::Unix, None),
    ("abns@", Prefixed::Abns { padded: true }, None),
    ("abnsz@", Prefixed::Abns { padded: false }, None),
    ("fd@", Prefixed::Fd, None),
    ("sockpair@", Prefixed::SockPair, None),
    ("tcp@", Prefixed::Any, Some(SockKind::Stream)),
    ("tcp4@", Prefixed::V4, Some(SockKind::Stream)),
    ("tcp6@", Prefixed::V6, Some(SockKind::Stream)),
    ("mptcp@", Prefixed::Any, Some(SockKind::Stream)),
    ("mptcp4@", Prefixed::V4, Some(SockKind::Stream)),
    ("mptcp6@", Prefixed::V6, Some(SockKind::Stream)),
    ("udp@", Prefixed::Any, Some(SockKind::Dgram)),
    ("udp4@", Prefixed::V4, Some(SockKind::Dgram)),
    ("udp6@", Prefixed::V6, Some(SockKind::Dgram)),
    ("rhttp@", Prefixed::Reverse, Some(SockKind::Stream)),
    ("uxst@", Prefixed::Unix, Some(SockKind::Stream)),
    ("uxdg@", Prefixed::Unix, Some(SockKind::Dgram)),
];

/// Prefixes that are known but whose thing isn't built yet.
static NOT_YET: &[&str] = &["ring@", "backend@"];

/// Prefixes for QUIC: what is left to be read behind them, and the family that they force.
static QUIC: &[(&str, Option<Prefixed>)] = &[
    ("quic+", None),
    ("quic4+", None),
    ("quic6+", None),
    ("quic4@", Some(Prefixed::V4)),
    ("quic6@", Some(Prefixed::V6)),
];

fn prefixes(text: &[u8], want: Want) -> Result<(Prefix, &[u8]), String> {
    let mut prefix = Prefix { kind: want.kind, family: Prefixed::Any, mptcp: false, quic: false };
    if let Some(name) = NOT_YET.iter().find(|p| text.starts_with(p.as_bytes())) {
        return Err(format!("address '{}': '{name}' is not supported yet.", show(text)));
    }
    let quic = QUIC.iter().find_map(|(name, family)| Some((text.strip_prefix(name.as_bytes())?, *family)));
    let rest = if let Some((rest, family)) = quic {
        prefix.quic = true;
        // What is on top of the datagrams is a stream.
        prefix.kind = SockKind::Stream;
        if let Some(family) = family {
            prefix.family = family;
            return Ok((prefix, rest));
        }
        rest
    } else if let Some(rest) = text.strip_prefix(b"stream+") {
        prefix.kind = SockKind::Stream;
        rest
    } else if let Some(rest) = text.strip_prefix(b"dgram+") {
        prefix.kind = SockKind::Dgram;
        rest
    } else {
        text
    };
    for (name, family, kind) in FAMILIES {
        if let Some(rest) = rest.strip_prefix(name.as_bytes()) {
            prefix.family = *family;
            prefix.kind = kind.unwrap_or(prefix.kind);
            prefix.mptcp = name.starts_with("mptcp");
            return Ok((prefix, rest));
        }
    }
    Ok((prefix, rest))
}

fn check_kind(text: &[u8], prefix: Prefix, want: Want) -> Result<(), String> {
    let is_ip = matches!(prefix.family, Prefixed::Any | Prefixed::V4 | Prefixed::V6 | Prefixed::Fd);
    if prefix.quic && (!want.quic || !is_ip || prefix.mptcp) {
        return Err(format!("QUIC is not acceptable here in '{}'", show(text)));
    }
    if matches!(prefix.family, Prefixed::Reverse) && !want.reverse {
        return Err(format!("reverse HTTP is not acceptable here in '{}'", show(text)));
    }
    match prefix.kind {
        SockKind::Dgram if !want.dgram => Err(format!("dgram-type address not acceptable in '{}'", show(text))),
        SockKind::Stream if !want.stream => Err(format!("stream-type address not acceptable in '{}'", show(text))),
        _ => Ok(()),
    }
}

/// `sun_path` has 108 bytes, one for the final NUL.
const MAX_UNIX_PATH: usize = 107;

fn unix_path(text: &[u8], path: &[u8]) -> Result<Box<[u8]>, String> {
    if path.is_empty() {
        return Err(format!("empty socket path in '{}'", show(text)));
    }
    if path.len() > MAX_UNIX_PATH || path.contains(&0) {
        return Err(format!("socket path too long in '{}' (max {MAX_UNIX_PATH} bytes)", show(text)));
    }
    Ok(path.into())
}

fn descriptor(text: &[u8], digits: &[u8], want: Want) -> Result<i32, String> {
    if !want.fd {
        return Err(format!("a file descriptor is not acceptable here in '{}'", show(text)));
    }
    core::str::from_utf8(digits)
        .ok()
        .and_then(|t| t.parse::<i32>().ok())
        .filter(|fd| *fd >= 0)
        .ok_or_else(|| format!("file descriptor '{}' is not a valid integer in '{}'", show(digits), show(text)))
}

fn ip(text: &[u8], rest: &[u8], family: Option<Family>, prefix: Prefix, want: Want) -> Result<Parsed, String> {
    let (host, port) = split_port(rest);
    let ports = match port {
        Some(port) if !port.is_empty() => ports(text, port, want)?,
        _ if want.port_needed => return Err(format!("missing port specification in '{}'", show(text))),
        _ => Ports::None,
    };
    let host = ip_host(text, host, family, want)?;
    Ok(Parsed { host, ports, kind: prefix.kind, mptcp: prefix.mptcp, quic: prefix.quic })
}

/// Splits at the last colon, unless it stands within brackets: `::1` has host `:` and port `1`.
fn split_port(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match text.iter().rposition(|c| matches!(c, b':' | b']')) {
        Some(at) if text[at] == b':' => (&text[..at], Some(&text[at + 1..])),
        _ => (text, None),
    }
}

fn ip_host(text: &[u8], host: &[u8], family: Option<Family>, want: Want) -> Result<Host, String> {
    let invalid = || format!("invalid address: '{}' in '{}'", show(host), show(text));
    if host.is_empty() || host == b"*" {
        return Ok(Host::Ip(match family {
            Some(Family::V6) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        }));
    }
    let bare = host.strip_prefix(b"[").and_then(|h| h.strip_suffix(b"]")).unwrap_or(host);
    let bare = core::str::from_utf8(bare).map_err(|_| invalid())?;
    if let Ok(ip) = bare.parse::<IpAddr>() {
        let bracketed = host.first() == Some(&b'[');
        return match (ip, family) {
            (IpAddr::V4(_), Some(Family::V6)) | (IpAddr::V6(_), Some(Family::V4)) => Err(invalid()),
            (IpAddr::V4(_), _) if bracketed => Err(invalid()),
            _ => Ok(Host::Ip(ip)),
        };
    }
    if !want.names || !is_host_name(bare) {
        return Err(invalid());
    }
    Ok(Host::Name(bare.into(), family))
}

/// Whether a text can be a host name (RFC 1123 with underscores, as resolvers take them).
fn is_host_name(text: &str) -> bool {
    text.len() <= 253
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_'))
        && text.bytes().any(|c| c.is_ascii_alphanumeric())
}

fn ports(text: &[u8], port: &[u8], want: Want) -> Result<Ports, String> {
    if let Some(bad) = port.iter().find(|c| !c.is_ascii_digit() && !matches!(c, b'+' | b'-')) {
        return Err(format!(
            "invalid character '{}' in port number '{}' in '{}'",
            char::from(*bad),
            show(port),
            show(text)
        ));
    }
    if !want.port_allowed {
        return Err(format!("port specification not permitted here in '{}'", show(text)));
    }
    if matches!(port[0], b'+' | b'-') {
        return port_offset(text, port, want);
    }
    let Some(dash) = port.iter().position(|c| *c == b'-') else {
        let port = number(port)?;
        if port == 0 && !want.port_zero {
            return Err("invalid port '0'".to_owned());
        }
        return Ok(Ports::One(port));
    };
    if !want.range {
        return Err(format!("port range not permitted here in '{}'", show(text)));
    }
    let (low, high) = (number(&port[..dash])?, number(&port[dash + 1..])?);
    if low == 0 || low > high {
        return Err(format!("invalid port range '{}'", show(port)));
    }
    Ok(Ports::Range(low, high))
}

fn port_offset(text: &[u8], port: &[u8], want: Want) -> Result<Ports, String> {
    if !want.offset {
        return Err(format!("port offset not permitted here in '{}'", show(text)));
    }
    let size = i32::from(number(&port[1..])?);
    Ok(Ports::Offset(if port[0] == b'-' { -size } else { size }))
}

fn number(digits: &[u8]) -> Result<u16, String> {
    core::str::from_utf8(digits)
        .ok()
        .filter(|t| !t.starts_with('+'))
        .and_then(|t| t.parse().ok())
        .ok_or_else(|| format!("invalid port '{}'", show(digits)))
}

fn show(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::MemOutside;

    /// Writes an address back in a canonical form.
    fn form(parsed: &Parsed) -> String {
        let ports = match parsed.ports {
            Ports::None => String::new(),
            Ports::One(p) => format!(":{p}"),
            Ports::Range(a, b) => format!(":{a}-{b}"),
            Ports::Offset(n) => format!(":{n:+}"),
        };
        let host = match &parsed.host {
            Host::Ip(ip) => ip.to_string(),
            Host::Name(name, None) => name.to_string(),
            Host::Name(name, Some(family)) => format!("{name}/{family:?}"),
            Host::Unix(path) => format!("unix {}", show(path)),
            Host::Abns { name, padded: true } => format!("abns {}", show(name)),
            Host::Abns { name, padded: false } => format!("abnsz {}", show(name)),
            Host::Fd(fd) => format!("fd {fd}"),
            Host::SockPair(fd) => format!("sockpair {fd}"),
            Host::Reverse(name) => format!("reverse {}", show(name)),
        };
        let quic = if parsed.quic { "quic " } else { "" };
        let kind = if parsed.kind == SockKind::Dgram { "dgram " } else { "" };
        let mptcp = if parsed.mptcp { "mptcp " } else { "" };
        format!("{kind}{quic}{mptcp}{host}{ports}")
    }

    fn check(want: Want, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            let got = match parse(text.as_bytes(), want) {
                Ok(parsed) => form(&parsed),
                Err(why) => format!("! {why}"),
            };
            assert_eq!(&got, expected, "{text}");
        }
    }

    #[test]
    fn bind_addresses() {
        check(
            Want::BIND,
            &[
                (":80", "0.0.0.0:80"),
                ("*:80", "0.0.0.0:80"),
                ("10.0.0.1:80-90", "10.0.0.1:80-90"),
                ("[::]:80", ":::80"),
                (":::80", ":::80"),
                ("::1:80", "::1:80"),
                ("ipv6@:80", ":::80"),
                ("ipv4@:80", "0.0.0.0:80"),
                ("ip@1.2.3.4:80", "1.2.3.4:80"),
                ("tcp6@[::1]:80", "::1:80"),
                ("mptcp@:80", "mptcp 0.0.0.0:80"),
                ("stream+ipv4@:80", "0.0.0.0:80"),
                ("/tmp/x:80", "unix /tmp/x:80"),
                ("unix@x", "unix x"),
                ("uxst@/x", "unix /x"),
                ("abns@a", "abns a"),
                ("abnsz@a", "abnsz a"),
                ("fd@3", "fd 3"),
                ("stream+fd@3", "fd 3"),
                ("sockpair@4", "sockpair 4"),
                ("localhost:80", "localhost:80"),
                ("ipv6@localhost:80", "localhost/V6:80"),
                ("1.2.3.4", "! missing port specification in '1.2.3.4'"),
                ("80", "! missing port specification in '80'"),
                ("1.2.3.4:", "! missing port specification in '1.2.3.4:'"),
                (":0", "! invalid port '0'"),
                (":99999", "! invalid port '99999'"),
                (":82-80", "! invalid port range '82-80'"),
                (":x", "! invalid character 'x' in port number 'x' in ':x'"),
                (":+80", "! port offset not permitted here in ':+80'"),
                ("ipv6@1.2.3.4:80", "! invalid address: '1.2.3.4' in 'ipv6@1.2.3.4:80'"),
                ("ipv4@::1:80", "! invalid address: '::1' in 'ipv4@::1:80'"),
                ("foo@:80", "! invalid address: 'foo@' in 'foo@:80'"),
                ("udp@:80", "! dgram-type address not acceptable in 'udp@:80'"),
                ("dgram+ipv4@:80", "! dgram-type address not acceptable in 'dgram+ipv4@:80'"),
                ("quic4@:443", "quic 0.0.0.0:443"),
                ("quic6@:443", "quic :::443"),
                ("quic+ipv4@1.2.3.4:443", "quic 1.2.3.4:443"),
                ("quic+fd@3", "quic fd 3"),
                ("quic4+fd@3", "quic fd 3"),
                ("quic4@[::1]:443", "! invalid address: '[::1]' in 'quic4@[::1]:443'"),
                ("quic4@1.2.3.4", "! missing port specification in 'quic4@1.2.3.4'"),
                ("quic+unix@/x", "! QUIC is not acceptable here in 'quic+unix@/x'"),
                ("rhttp@x/y", "reverse x/y"),
                ("fd@x", "! file descriptor 'x' is not a valid integer in 'fd@x'"),
                ("unix@", "! empty socket path in 'unix@'"),
                ("[1.2.3.4]:80", "! invalid address: '[1.2.3.4]' in '[1.2.3.4]:80'"),
                ("", "! the address is empty (is a variable of the environment missing?)"),
            ],
        );
    }

    #[test]
    fn server_addresses() {
        check(
            Want::SERVER,
            &[
                ("1.2.3.4", "1.2.3.4"),
                ("1.2.3.4:80", "1.2.3.4:80"),
                ("1.2.3.4:+80", "1.2.3.4:+80"),
                ("1.2.3.4:-80", "1.2.3.4:-80"),
                ("1.2.3.4:0", "1.2.3.4:0"),
                ("1.2.3.4:", "1.2.3.4"),
                ("[::1]", "::1"),
                ("::1:80", "::1:80"),
                ("www.example.org:80", "www.example.org:80"),
                ("1.2.3.4:80-90", "! port range not permitted here in '1.2.3.4:80-90'"),
                ("fd@3", "! a file descriptor is not acceptable here in 'fd@3'"),
                ("::1", "! invalid address: ':' in '::1'"),
                ("quic6@[::1]:443", "quic ::1:443"),
                ("rhttp@", "reverse "),
            ],
        );
    }

    #[test]
    fn log_addresses() {
        check(
            Want::LOG,
            &[
                ("127.0.0.1", "dgram 127.0.0.1"),
                ("udp4@127.0.0.1:5514", "dgram 127.0.0.1:5514"),
                ("/dev/log", "dgram unix /dev/log"),
                ("uxdg@/dev/log", "dgram unix /dev/log"),
                ("tcp@1.2.3.4:514", "1.2.3.4:514"),
                ("ring@r", "! address 'ring@r': 'ring@' is not supported yet."),
                ("quic4@1.2.3.4:514", "! QUIC is not acceptable here in 'quic4@1.2.3.4:514'"),
                ("rhttp@x", "! reverse HTTP is not acceptable here in 'rhttp@x'"),
                ("1.2.3.4:1-2", "! port range not permitted here in '1.2.3.4:1-2'"),
            ],
        );
    }

    #[test]
    fn names_are_looked_up_by_family() {
        let mut world = MemOutside::default();
        let (v4, v6) = ("1.2.3.4".parse().unwrap(), "::2".parse().unwrap());
        world.hosts.insert("h".to_owned(), vec![v6, v4]);
        assert_eq!(lookup("h", None, &mut world), Ok(v6));
        assert_eq!(lookup("h", Some(Family::V4), &mut world), Ok(v4));
        assert!(lookup("x", None, &mut world).is_err());
    }
}
