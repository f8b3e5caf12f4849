//! A TCP relay in a page, to see what `rt` and `net` cost by themselves:
//! `cargo run --profile quick -p net --example relay -- LISTEN TARGET [THREADS]`.

use base::{Addr, Buf};
use net::{Accepted, ConnectOpts, ListenSpec, Listener, Stream};
use rt::{Config, WorkerId};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

fn main() {
    let mut args = std::env::args().skip(1);
    let mut addr = || Addr::Ip(args.next().expect("LISTEN TARGET [THREADS]").parse().expect("an address and port"));
    let (from, to) = (addr(), addr());
    let threads = args.next().map_or(1, |n| n.parse().expect("a number of threads"));
    let socket = Arc::new(net::listen(&ListenSpec::new(from)).expect("listening"));
    let runtime = rt::start(Config { threads, ..Config::default() }, move |id| {
        let (socket, to) = (socket.clone(), to.clone());
        async move {
            if id == WorkerId(0) {
                accept(socket, to).await;
            }
        }
    });
    runtime.expect("threads").join();
}

async fn accept(socket: Arc<net::ListenSocket>, to: Addr) {
    let mut listener = Listener::attach(socket).expect("epoll");
    let mut next = 0;
    loop {
        let Ok(accepted) = listener.accept().await else { return };
        next = (next + 1) % rt::threads();
        let to = to.clone();
        let errand = move || {
            rt::spawn(relay(accepted, to));
        };
        if rt::spawn_on(WorkerId(next as u16), errand).is_err() {
            return;
        }
    }
}

async fn relay(accepted: Accepted, to: Addr) {
    let Ok(mut client) = Stream::attach(accepted.conn) else { return };
    let Ok(connecting) = net::connect(&to, &ConnectOpts::default()) else { return };
    let Ok(mut server) = connecting.await else { return };
    let (mut up, mut down) = (None, None);
    poll_fn(|cx| {
        let forth = pump(cx, &mut client, &mut server, &mut up);
        let back = pump(cx, &mut server, &mut client, &mut down);
        if forth.is_ready() || back.is_ready() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Moves what there is; ready at the end of the stream or an error. No buffer is held while nothing moves.
fn pump(cx: &mut Context<'_>, from: &mut Stream, to: &mut Stream, held: &mut Option<Buf>) -> Poll<()> {
    loop {
        if held.is_none() {
            ready!(from.poll_read_ready(cx));
            *held = rt::buf();
        }
        let Some(buf) = held else { return Poll::Ready(()) };
        if buf.is_empty() {
            match from.poll_read(cx, buf) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    *held = None;
                    return Poll::Pending;
                }
            }
        }
        while !buf.is_empty() {
            match ready!(to.poll_write(cx, buf.data())) {
                Ok(n) => buf.consume(n),
                Err(_) => return Poll::Ready(()),
            }
        }
        *held = None;
    }
}
