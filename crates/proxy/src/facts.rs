//! What expressions may ask of an exchange and of what lives beside it (`expr::Facts`, `expr::Live`).

use crate::counters::Rated;
use crate::plan::{Back, Server};
use crate::session::Client;
use crate::stream::{Exchange, Link};
use crate::worker::Worker;
use base::Ms;
use base::ix::SrvIx;
use conf::spec::Password;
use core::net::{IpAddr, SocketAddr};
use expr::{
    BackFigure, DebugSink, Endpoint, Facts, FrontFigure, Limit, Live, Number, ProcessFigure, ProxyName, Scratch,
    ServerFigure, Side, Stream, TcpInfo, Text, Timers,
};
use rules::action::Timeout;
use std::io::Write;
use std::sync::atomic::Ordering::Relaxed;
use wire::proxy_v2::Tlvs;

/// An exchange as expressions see it. Cheap to make: everything is answered when it is asked.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    client: &'a Client,
    x: &'a Exchange,
    link: Option<&'a Link>,
}

impl<'a> Seen<'a> {
    /// `link`: the connection to the server, where it is at hand.
    pub fn new(client: &'a Client, x: &'a Exchange, link: Option<&'a Link>) -> Seen<'a> {
        Seen { client, x, link }
    }

    /// The backend and server that were chosen.
    pub fn stream(&self) -> Stream<'a> {
        let back = self.x.back.as_ref().map(|back| back.back());
        let named = |ix| back.map(|back| ProxyName { name: &back.server(ix).spec.name, id: back.server_id(ix) });
        Stream {
            backend: back.map(|back| ProxyName { name: &back.spec.name, id: back.id }),
            server: self.x.server.and_then(named),
        }
    }

    /// The `name` of the bind line.
    pub fn listener_name(&self) -> Option<&'a str> {
        self.client.listener.name.as_deref()
    }

    fn back(&self) -> Option<&'a Back> {
        self.x.back.as_ref().map(|back| &***back.back())
    }

    /// A limit in the configuration: milliseconds, or a number of retries.
    fn configured(&self, limit: Limit) -> Option<i64> {
        let (front, back) = (self.client.front.front(), self.back());
        let ms = |limit: Option<Ms>| limit.map(|ms| i64::from(ms.0));
        match limit {
            Limit::Client => ms(front.timeout_client),
            Limit::Tarpit(Side::Client) => ms(self.client.front.spec.timeout_tarpit),
            Limit::Tarpit(Side::Server) => ms(back?.spec.timeout_tarpit),
            Limit::Connect => ms(back?.back().timeout_connect),
            Limit::Queue => ms(back?.back().timeout_queue),
            Limit::Server => ms(back?.back().timeout_server),
            Limit::Tunnel => ms(back?.back().timeout_tunnel),
            Limit::Retries => Some(i64::from(back?.back().retries.unwrap_or(3))),
        }
    }

    /// The same as rules have changed it for this stream.
    fn current(&self, limit: Limit) -> Option<i64> {
        let tuned = self.x.tuned();
        let set = match limit {
            Limit::Retries => tuned.and_then(|tuned| tuned.retries).map(i64::from),
            Limit::Client => self.set_timeout(Timeout::Client),
            Limit::Tarpit(_) => self.set_timeout(Timeout::Tarpit),
            Limit::Connect => self.set_timeout(Timeout::Connect),
            Limit::Queue => self.set_timeout(Timeout::Queue),
            Limit::Server => self.set_timeout(Timeout::Server),
            Limit::Tunnel => self.set_timeout(Timeout::Tunnel),
        };
        set.or_else(|| self.configured(limit))
    }

    fn set_timeout(&self, which: Timeout) -> Option<i64> {
        self.x.timeout(which, None).map(|ms| i64::from(ms.0))
    }

    /// Both ends of the server connection, ours first.
    fn server_ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        match self.link {
            Some(link) => link.ends(),
            None => self.x.server_addrs.as_deref().copied(),
        }
    }
}

impl Facts for Seen<'_> {
    fn number(&self, of: Number) -> Option<i64> {
        let Seen { client, x, .. } = self;
        let is_reached = x.times.connected.is_some();
        let flag = |is: bool| Some(i64::from(is));
        match of {
            Number::Error(Side::Client) => Some(client.extra.as_ref().map_or(0, |extra| i64::from(extra.error))),
            Number::Error(Side::Server) => (x.server.is_some()).then_some(i64::from(x.server_error)),
            Number::Glitches(Side::Client) => Some(i64::from(match client.stream.peek_h2() {
                None => client.glitches,
                Some(stream) => stream.with_state(|state| state.conn.glitches()),
            })),
            Number::Glitches(Side::Server) => self
                .link
                .map(|link| i64::from(link.trunk.as_ref().map_or(link.conn.facts.glitches, |trunk| trunk.glitches()))),
            // In TCP mode nobody speaks HTTP.
            Number::HttpMajor(_) if !client.front.is_http() => None,
            Number::HttpMajor(Side::Client) => Some(if client.stream.peek_h2().is_some() { 2 } else { 1 }),
            Number::Streams(Side::Client) => Some(match client.stream.peek_h2() {
                None => 1,
                Some(stream) => stream.with_state(|state| state.count() as i64),
            }),
            Number::StreamsLimit(Side::Client) => Some(match client.stream.peek_h2() {
                None => 1,
                Some(stream) => i64::from(stream.with_state(|state| state.conn.config().max_concurrent)),
            }),
            Number::StreamId(Side::Client) => client.stream.peek_h2().map(|stream| i64::from(stream.id())),
            Number::ResetCode(Side::Client) => Some(i64::from(client.stream.peek_h2()?.reset_code()?.0)),
            Number::HttpMajor(Side::Server) => {
                let shared = self.link.is_some_and(|link| link.trunk.is_some());
                is_reached.then_some(if shared { 2 } else { 1 })
            }
            Number::Streams(Side::Server) => {
                let trunk = self.link.and_then(|link| link.trunk.as_ref());
                is_reached.then_some(trunk.map_or(1, |trunk| trunk.streams() as i64))
            }
            Number::StreamsLimit(Side::Server) => is_reached.then_some(1),
            Number::StreamId(Side::Server) => Some(i64::from(self.link?.stream.as_ref()?.id())),
            Number::ResetCode(Side::Server) => Some(i64::from(self.link?.stream.as_ref()?.reset_code()?.0)),
            Number::Aborted(Side::Server) => Some(i64::from(self.link?.stream.as_ref()?.is_gone())),
            Number::Aborted(Side::Client) => client.stream.peek_h2().map(|stream| i64::from(stream.is_gone())),
            Number::Reused => is_reached.then_some(i64::from(x.reused)),
            Number::ProxyHeader => flag(client.extra.as_ref().is_some_and(|extra| extra.proxied)),
            Number::BackendQueue => Some(i64::from(x.queued_behind)),
            // There is one queue for all servers of a backend.
            Number::ServerQueue => Some(0),
            Number::BytesIn(Side::Client) => i64::try_from(x.bytes_in).ok(),
            Number::BytesOut(Side::Server) => i64::try_from(x.bytes_out).ok(),
            // Not counted apart from what the other side got.
            Number::BytesOut(Side::Client) | Number::BytesIn(Side::Server) => None,
            Number::FirstRequest => flag(client.exchanges == 0),
            Number::Retries => Some(i64::from(x.retries)),
            Number::Redispatched => flag(x.redispatched),
            Number::Status => (x.status > 0).then_some(i64::from(x.status)),
            Number::ServerStatus => (x.server_status > 0).then_some(i64::from(x.server_status)),
            Number::Id32 => Some(i64::from(x.id as u32)),
            Number::PriorityClass => Some(x.tuned().map_or(0, |tuned| i64::from(tuned.class))),
            Number::PriorityOffset => Some(x.tuned().map_or(0, |tuned| i64::from(tuned.offset_ms))),
            // Nobody measures these.
            Number::LastRuleLine => x.last_rule.map(|(_, line)| i64::from(line)),
            Number::CpuCalls | Number::CpuNs | Number::LatencyNs | Number::Compressed => None,
            Number::RequestDateUs => i64::try_from(x.times.first_byte_at.us).ok(),
            Number::AcceptDateUs => i64::try_from(client.accepted_at.us).ok(),
            Number::ListenerConns => Some(i64::from(client.listener.live.conns.get())),
            Number::Configured(limit) => self.configured(limit),
            Number::Current(limit) => self.current(limit),
            Number::Failed => flag(x.is_odd()),
            Number::Forwarded => flag(is_reached),
            // Services come with their parts.
            Number::Served => Some(0),
            Number::IsHttp => flag(client.is_http()),
        }
    }

    fn text(&self, of: Text) -> Option<&[u8]> {
        match of {
            Text::TermState => Some(&self.x.flags),
            Text::DefaultBackend => self.client.front.default_backend().map(str::as_bytes),
            Text::Method => self.x.texts.line().map(|line| line.0),
            Text::Target => self.x.texts.line().map(|line| line.1),
            Text::RequestVersion => self.x.texts.line().map(|line| line.2),
            Text::ResponseVersion => self.x.response_version.map(|version| match version {
                http::Version::HTTP_1_0 => &b"HTTP/1.0"[..],
                _ => b"HTTP/1.1",
            }),
            Text::UniqueId
            | Text::TermEvents
            | Text::LastRuleFile
            | Text::LastEntity
            | Text::WaitingEntity
            | Text::Debug(_)
            | Text::SavedSyn
            | Text::CompressedBy => None,
        }
    }

    fn endpoint(&self, of: Endpoint) -> Option<SocketAddr> {
        match of {
            Endpoint::Source | Endpoint::Peer(Side::Client) => self.client.src.ip(),
            Endpoint::Destination | Endpoint::Own(Side::Client) => self.client.current_dst(),
            Endpoint::Peer(Side::Server) => self.server_ends().map(|ends| ends.1),
            Endpoint::Own(Side::Server) => self.server_ends().map(|ends| ends.0),
        }
    }

    fn timers(&self) -> Option<Timers> {
        Some(self.x.timers(self.client))
    }

    fn tcp_info(&self, of: Side) -> Option<TcpInfo> {
        let info = match of {
            Side::Client => self.client.stream.tcp_info(),
            Side::Server => self.link?.conn.peek()?.tcp_info(),
        };
        info.ok().map(|info| TcpInfo {
            rtt_us: info.rtt_us,
            rttvar_us: info.rttvar_us,
            unacked: info.unacked,
            sacked: info.sacked,
            lost: info.lost,
            retrans: info.retrans,
            fackets: info.fackets,
            reordering: info.reordering,
        })
    }

    fn is_local(&self, ip: IpAddr) -> Option<bool> {
        Some(net::is_local(ip))
    }

    fn tlv(&self, kind: u8, n: usize) -> Option<&[u8]> {
        let kept = &self.client.extra.as_ref()?.tlvs;
        Tlvs::from_checked(kept).into_iter().filter(|(k, _)| *k == kind).nth(n).map(|(_, value)| value)
    }

    fn tls(&self, of: Side) -> Option<tls::session::Facts<'_>> {
        let session = match of {
            Side::Client => self.client.stream.tls(),
            Side::Server => self.link?.conn.peek()?.tls(),
        };
        session.map(|session| session.facts())
    }

    fn own_cert(&self) -> Option<Vec<u8>> {
        let session = self.client.stream.tls()?;
        let (line, _) = session.line()?;
        let cert = line.cert_for(session.facts().server_name)?;
        cert.cert.first().map(|cert| cert.to_vec())
    }

    fn client_faults(&self) -> Vec<tls::verify::Fault> {
        if let Some(fault) = self.client.extra.as_ref().and_then(|extra| extra.fault) {
            return vec![fault];
        }
        let Some(session) = self.client.stream.tls() else { return Vec::new() };
        let Some((line, settings)) = session.line() else { return Vec::new() };
        let now = i64::try_from(rt::wall().us / 1_000_000).unwrap_or(i64::MAX);
        line.faults(settings, session.facts().peer_chain, now)
    }

    fn tls_error(&self, of: Side) -> Option<(u32, &'static str)> {
        match of {
            Side::Client => self.client.extra.as_ref()?.tls_error,
            Side::Server => self.x.tls_error,
        }
    }

    fn capture(&self, of: Side, slot: usize) -> Option<&[u8]> {
        let kept = self.x.has_kept()?;
        match of {
            Side::Client => kept.request.slot(slot),
            Side::Server => kept.response.slot(slot),
        }
    }

    fn keep(&self, of: Side, slot: usize, value: &[u8]) {
        self.x.put_by(&self.client.front, of == Side::Server, slot, value);
    }
}

impl Live for Worker {
    fn process(&self, of: ProcessFigure) -> Option<i64> {
        let shared = &self.shared;
        match of {
            ProcessFigure::Connections => Some(i64::from(shared.conns.get())),
            ProcessFigure::Stopping => Some(i64::from(shared.stopping.load(Relaxed))),
            ProcessFigure::Thread => i64::try_from(self.id).ok(),
            // One group holds all threads.
            ProcessFigure::ThreadGroup => Some(0),
            ProcessFigure::Uptime => i64::try_from(rt::now().ms_since(shared.started_tick) / 1000).ok(),
            ProcessFigure::Quic => Some(0),
            ProcessFigure::CpuThread => busy_percent(self.id..self.id + 1),
            ProcessFigure::CpuGroup | ProcessFigure::CpuProcess => busy_percent(0..shared.threads),
        }
    }

    fn frontend(&self, name: &str, of: FrontFigure) -> Option<i64> {
        let plan = self.plan();
        let live = &plan.front(name)?.live;
        Some(i64::from(match of {
            FrontFigure::Connections => live.conns.get(),
            FrontFigure::RequestRate => live.counters.rate_now(Rated::Requests, rt::now()),
            FrontFigure::SessionRate => live.counters.rate_now(Rated::Sessions, rt::now()),
        }))
    }

    fn backend(&self, name: &str, of: BackFigure) -> Option<i64> {
        let plan = self.plan();
        let back = plan.back(name)?;
        let queued = i64::from(back.live.queue.len());
        Some(match of {
            BackFigure::Connections => i64::from(back.live.conns.get()),
            BackFigure::SessionRate => i64::from(back.live.counters.rate_now(Rated::Sessions, rt::now())),
            BackFigure::UsableServers => usable_servers(back),
            BackFigure::Queued => queued,
            BackFigure::MeanQueued => match usable_servers(back) {
                0 => queued * 2,
                n => (queued + n - 1) / n,
            },
            BackFigure::FreeConnections => sum_unless_unlimited(back, |server| {
                let limit = server.live.maxconn.load(Relaxed);
                (limit > 0).then(|| i64::from(limit) - i64::from(server.live.served.get()))
            }),
            BackFigure::FreeSlots => sum_unless_unlimited(back, |server| {
                let limit = server.live.maxconn.load(Relaxed);
                let places = server.spec.maxqueue.filter(|n| *n > 0)?;
                (limit > 0).then(|| i64::from(limit) - i64::from(server.live.served.get()) + i64::from(places))
            }),
        })
    }

    fn server(&self, backend: &str, name: &str, of: ServerFigure) -> Option<i64> {
        let plan = self.plan();
        let back = plan.back(backend)?;
        let ix = SrvIx::from(back.servers.iter().position(|server| *server.spec.name == *name)?);
        let server = back.server(ix);
        let live = &server.live;
        Some(match of {
            ServerFigure::Connections => i64::from(live.served.get()),
            ServerFigure::FreeConnections => match live.maxconn.load(Relaxed) {
                0 => -1,
                _ => i64::from(back.slot_limit(ix)) - i64::from(live.served.get()),
            },
            ServerFigure::IsUp => i64::from(!live.health().is_down()),
            ServerFigure::InitialWeight => i64::from(server.spec.weight),
            ServerFigure::UserWeight => i64::from(live.health().weight),
            ServerFigure::Weight => i64::from(live.eff_weight.load(Relaxed)),
            // There is one queue for all servers of a backend.
            ServerFigure::Queued => 0,
            ServerFigure::SessionRate => i64::from(live.counters.rate_now(Rated::Sessions, rt::now())),
        })
    }

    fn knows_user(&self, list: &str, user: &[u8], password: &[u8]) -> Option<bool> {
        let plan = self.plan();
        let list = plan.plan.spec.sections.userlists.iter().find(|l| *l.name == *list.as_bytes())?;
        let user = list.users.iter().find(|u| *u.name == *user);
        Some(match user.and_then(|user| user.password.as_ref()) {
            None => false,
            Some(Password::Plain(wanted)) => expr::same_bytes(wanted, password),
            Some(Password::Crypt(hash, _)) => sys::password_fits(password, hash),
        })
    }

    fn group<'s>(&self, list: &str, user: &[u8], n: usize, scratch: Scratch<'s>) -> Option<&'s [u8]> {
        let plan = self.plan();
        let list = plan.plan.spec.sections.userlists.iter().find(|l| *l.name == *list.as_bytes())?;
        let user = list.users.iter().find(|u| *u.name == *user)?;
        scratch.copy(list.groups.get(*user.groups.get(n)? as usize)?)
    }

    fn has_frontend(&self, name: &str) -> bool {
        self.plan().front(name).is_some()
    }

    fn show(&self, sink: DebugSink, line: &[u8]) {
        let line = [line, b"\n"].concat();
        // Nobody may be reading there, which is no reason to fail a request.
        let _ = match sink {
            DebugSink::Stdout => std::io::stdout().write_all(&line),
            DebugSink::Stderr => std::io::stderr().write_all(&line),
        };
    }
}

/// How much of their last turns these workers were busy, in percent.
fn busy_percent(workers: core::ops::Range<usize>) -> Option<i64> {
    let idle: Vec<u64> = workers.filter_map(|id| rt::stats_of(rt::WorkerId(id as u16))).map(|s| s.idle_pct).collect();
    let n = i64::try_from(idle.len()).ok().filter(|n| *n > 0)?;
    Some(100 - idle.iter().sum::<u64>() as i64 / n)
}

/// Servers that requests may go to now: backups count where no other is usable, and only the first of them unless
/// `option allbackups` is set.
fn usable_servers(back: &Back) -> i64 {
    let (active, backups) = back.lb().counts();
    let n = match active {
        0 if !back.back().opts.allbackups => backups.min(1),
        0 => backups,
        n => n,
    };
    n as i64
}

/// The sum over the servers that requests may go to; -1 if one of them has no limit.
fn sum_unless_unlimited(back: &Back, of: impl Fn(&Server) -> Option<i64>) -> i64 {
    let (active, _) = back.lb().counts();
    let tier = |server: &&Server| server.live.is_usable() && server.spec.backup == (active == 0);
    back.servers.iter().filter(tier).try_fold(0, |sum, server| of(server).map(|n| sum + n)).unwrap_or(-1)
}
