//! `stats socket`: listening for the runtime API, on worker 0, whatever runs on it.

use crate::session::{self, State};
use crate::{About, Host};
use base::Ms;
use conf::spec::{At, Spec, StatsSocket, V6Mode};
use net::{ListenSocket, ListenSpec, Listener, Namespace, Stream, UnixAccess};
use proxy::Control;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

/// Connections at a time without `stats maxconn`.
const MAXCONN: u32 = 10;
/// How long a connection may be idle without `stats timeout`.
const TIMEOUT: Ms = Ms(10_000);
/// How long accepting pauses when descriptors or memory have run out.
const EXHAUSTED_PAUSE: Ms = Ms(100);

/// The sockets of one configuration.
#[derive(Clone, Default)]
pub struct Sockets(Arc<[Socket]>);

#[derive(Clone)]
struct Socket {
    spec: StatsSocket,
    listen: Arc<ListenSocket>,
}

/// Why there is no socket.
#[derive(Clone, Debug)]
pub struct Unbound {
    pub at: At,
    pub message: String,
}

/// Opens the sockets of a configuration; those in `kept` that it has as well are taken over. On failure nothing has
/// changed. May block for a short while.
pub fn bind(spec: &Spec, kept: &Sockets) -> Result<Sockets, Vec<Unbound>> {
    let (mut sockets, mut fresh, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for wanted in &spec.global.stats_sockets {
        if let Some(known) = kept.0.iter().find(|known| known.spec.bind == wanted.bind) {
            sockets.push(Socket { spec: wanted.clone(), listen: known.listen.clone() });
            continue;
        }
        match listen(wanted, spec.global.noreuseport) {
            Ok(listen) => {
                let listen = Arc::new(listen);
                fresh.push(listen.clone());
                sockets.push(Socket { spec: wanted.clone(), listen });
            }
            Err(message) => errors.push(Unbound { at: wanted.bind.at, message }),
        }
    }
    if errors.is_empty() {
        return Ok(Sockets(sockets.into()));
    }
    fresh.iter().for_each(|listen| listen.unlink());
    Err(errors)
}

fn listen(socket: &StatsSocket, noreuseport: bool) -> Result<ListenSocket, String> {
    let opts = &socket.bind.opts;
    let namespace = match &opts.namespace {
        None => None,
        Some(name) => {
            Some(Arc::new(Namespace::open(name).map_err(|e| format!("cannot open namespace '{name}' ({e})"))?))
        }
    };
    let spec = ListenSpec {
        interface: opts.interface.clone(),
        namespace,
        mss: opts.mss,
        tfo: opts.tfo,
        user_timeout: opts.tcp_user_timeout_ms.map(Ms),
        cc: opts.cc.clone(),
        v6only: match opts.v6 {
            V6Mode::System => None,
            V6Mode::V4V6 => Some(false),
            V6Mode::V6Only => Some(true),
        },
        transparent: opts.transparent,
        reuse_port: !noreuseport,
        mptcp: opts.mptcp,
        unix: UnixAccess { uid: opts.uid, gid: opts.gid, mode: opts.mode },
        ..ListenSpec::new(socket.bind.addr.clone())
    };
    let spec = match opts.backlog {
        Some(backlog) => ListenSpec { backlog, ..spec },
        None => spec,
    };
    net::listen(&spec).map_err(|error| error.to_string())
}

/// A handle on the runtime API. Clones are the same.
#[derive(Clone)]
pub struct Admin {
    control: Control,
    sockets: Arc<Mutex<Sockets>>,
}

/// Serves the runtime API on these sockets from now on.
pub fn start(control: &Control, sockets: Sockets, host: Arc<dyn Host>, about: About) -> Admin {
    let admin = Admin { control: control.clone(), sockets: Arc::default() };
    let for_worker = control.clone();
    control.on_worker(0, move |_| rt::set_local(Rc::new(Serving::new(for_worker, host, about))));
    admin.adopt(sockets);
    admin
}

impl Admin {
    /// The sockets in use, for [`bind`] when the configuration changes.
    pub fn sockets(&self) -> Sockets {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Listens on these sockets and no others. Connections that stand go on.
    pub fn adopt(&self, sockets: Sockets) {
        let old = {
            let mut current = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, sockets.clone())
        };
        let stays = |gone: &Socket| sockets.0.iter().any(|socket| Arc::ptr_eq(&socket.listen, &gone.listen));
        old.0.iter().filter(|gone| !stays(gone)).for_each(|gone| gone.listen.unlink());
        self.control.on_worker(0, move |_| rt::local::<Serving>().sync(&sockets));
    }

    /// Listens no longer (soft stop). Connections that stand go on.
    pub fn close(&self) {
        self.adopt(Sockets::default());
    }
}

/// The runtime API as worker 0 has it.
pub struct Serving {
    pub control: Control,
    pub host: Arc<dyn Host>,
    pub about: About,
    /// What `maxconn` was at the start.
    pub hard_maxconn: u32,
    conns: Cell<u32>,
    /// By the address of the socket.
    accepting: RefCell<HashMap<usize, Accepting>>,
}

struct Accepting {
    task: rt::TaskId,
    local: Rc<LocalSocket>,
}

/// A socket and what the configuration in force says about it.
struct LocalSocket {
    spec: RefCell<StatsSocket>,
    listen: Arc<ListenSocket>,
    room: rt::Notify,
}

impl Serving {
    fn new(control: Control, host: Arc<dyn Host>, about: About) -> Serving {
        let hard_maxconn = control.shared().maxconn.load(Relaxed);
        Serving { control, host, about, hard_maxconn, conns: Cell::new(0), accepting: RefCell::default() }
    }

    fn sync(self: &Rc<Self>, sockets: &Sockets) {
        let key = |socket: &Socket| Arc::as_ptr(&socket.listen).addr();
        let mut accepting = self.accepting.borrow_mut();
        accepting.retain(|known, accepting| {
            let stays = sockets.0.iter().any(|socket| key(socket) == *known);
            if !stays {
                rt::kill(accepting.task);
            }
            stays
        });
        for socket in sockets.0.iter() {
            if let Some(known) = accepting.get(&key(socket)) {
                known.local.spec.replace(socket.spec.clone());
                continue;
            }
            let local = Rc::new(LocalSocket {
                spec: RefCell::new(socket.spec.clone()),
                listen: socket.listen.clone(),
                room: rt::Notify::new(),
            });
            let task = rt::spawn(accept(self.clone(), local.clone()));
            accepting.insert(key(socket), Accepting { task, local });
        }
    }

    fn maxconn(&self) -> u32 {
        self.control.plan().spec.global.stats_maxconn.unwrap_or(MAXCONN).max(1)
    }

    fn fresh_state(&self, socket: &LocalSocket) -> State {
        let timeout = self.control.plan().spec.global.stats_timeout.unwrap_or(TIMEOUT);
        let spec = socket.spec.borrow();
        State::new(spec.level, spec.severity_output, timeout)
    }
}

/// Counts a connection for as long as it lives.
struct Counted(Rc<Serving>);

impl Counted {
    fn new(serving: &Rc<Serving>) -> Counted {
        serving.conns.set(serving.conns.get() + 1);
        Counted(serving.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.conns.set(self.0.conns.get() - 1);
        self.0.accepting.borrow().values().for_each(|accepting| accepting.local.room.notify());
    }
}

async fn accept(serving: Rc<Serving>, socket: Rc<LocalSocket>) {
    let Ok(mut listener) = Listener::attach(socket.listen.clone()) else { return };
    loop {
        let accepted = poll_fn(|cx| {
            // Whoever ends makes this loop look again.
            while serving.conns.get() >= serving.maxconn() {
                if socket.room.poll_notified(cx).is_pending() {
                    return Poll::Pending;
                }
            }
            listener.poll_accept(cx)
        })
        .await;
        match accepted {
            Ok(accepted) => {
                let Ok(stream) = Stream::attach(accepted.conn) else { continue };
                let (counted, state) = (Counted::new(&serving), serving.fresh_state(&socket));
                let nice = socket.spec.borrow().bind.opts.nice;
                rt::spawn_niced(nice, async move {
                    session::serve(&counted.0, stream, state).await;
                });
            }
            Err(error) if net::is_exhausted(&error) => rt::sleep(EXHAUSTED_PAUSE).await,
            // The client gave up before it was accepted.
            Err(_) => {}
        }
    }
}
