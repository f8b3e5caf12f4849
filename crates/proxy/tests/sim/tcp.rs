//! TCP mode: a client that says how much it will send and wants, and the server that obeys.

use crate::client::LEAVE_WITHIN_MS;
use crate::conn::{Conn, End, More, Part};
use crate::content;
use crate::message::{self, Framing, Stop};
use crate::origin::{drain, speak};
use crate::world::{Level, World, greeting};
use base::Ms;
use fastrand::Rng;
use std::net::SocketAddr;
use std::rc::Rc;

const HEADER: usize = 24;

/// One connection through the relay.
pub async fn dial(world: Rc<World>, mut rng: Rng, from: SocketAddr) {
    let Ok(mut conn) = Conn::dial(from, "10.0.0.1:7").await else {
        return world.allow(world.level == Level::Nasty, || "the relay doesn't take connections".into());
    };
    let id = world.fresh_id();
    let (up, down) = (rng.u64(0..60_000), rng.u64(0..60_000));
    let mut header = Vec::new();
    [id, up, down].iter().for_each(|n| header.extend(n.to_be_bytes()));
    conn.slowness = Ms(if rng.u8(0..3) == 0 { rng.u32(1..20) } else { 0 });
    speak(&mut conn, &mut rng, header);
    speak(&mut conn, &mut rng, content::of(content::up(id), up));
    let shut_first = rng.bool();
    if shut_first {
        conn.say(Part::Shut);
    }
    if world.level > Level::Calm && rng.u8(0..4) == 0 {
        conn.linger(Ms(rng.u32(0..LEAVE_WITHIN_MS))).await;
        if rng.bool() {
            return conn.reset();
        }
        return world.leave_relay(id);
    }
    world.exchanges.set(world.exchanges.get() + 1);
    let broken = |n: u64, end: End| {
        // In TCP mode an end may be clean whatever the server's was, as with the reference.
        let all_said = n == down && world.is_rude(id);
        world.allow(world.level == Level::Nasty || all_said, || {
            format!("relay {id}: {n} of {down} bytes, then {end:?}")
        });
    };
    match message::body(&mut conn, Framing::Length(down), id).await {
        Ok(_) => {}
        Err((n, Stop::Closed { end, .. })) => return broken(n, end),
        Err((n, stop)) => return world.fault(format!("relay {id} after {n} of {down} bytes: {stop:?}")),
    }
    if !shut_first {
        conn.say(Part::Shut);
    }
    conn.flush().await;
    match drain(&mut conn).await {
        Ok(End::Clean) => world.perfect.set(world.perfect.get() + 1),
        Ok(End::Reset) => broken(down, End::Reset),
        Err(stop) => world.fault(format!("relay {id} after its end: {stop:?}")),
    }
}

/// The server's side of one connection.
pub async fn serve(world: Rc<World>, mut rng: Rng, mut conn: Conn) {
    if greeting(rt::sim::seed()) && !skip_greeting(&mut conn).await {
        return;
    }
    while conn.inbox.len() < HEADER {
        if conn.more().await != More::Data {
            return;
        }
    }
    let header: Vec<u8> = conn.inbox.drain(..HEADER).collect();
    let number = |at: usize| u64::from_be_bytes(header[at * 8..at * 8 + 8].try_into().expect("8 bytes"));
    let (id, up, down) = (number(0), number(1), number(2));
    if rng.u8(0..3) == 0 {
        conn.slowness = Ms(rng.u32(1..20));
    }
    speak(&mut conn, &mut rng, content::of(id, down));
    if world.is_rude(id) {
        // Says its part and leaves, whatever else was on its way.
        conn.flush().await;
        return;
    }
    let shut_first = rng.bool();
    if shut_first {
        conn.say(Part::Shut);
    }
    match message::body(&mut conn, Framing::Length(up), content::up(id)).await {
        Ok(_) => {}
        Err((_, Stop::Closed { end: End::Reset, .. })) if world.level > Level::Calm => return,
        Err((_, Stop::Closed { .. })) if world.has_left(id) || world.level == Level::Nasty => return,
        Err((n, stop)) => return world.fault(format!("relayed {id} after {n} of {up} bytes: {stop:?}")),
    }
    if !shut_first {
        conn.say(Part::Shut);
    }
    conn.flush().await;
    match drain(&mut conn).await {
        Ok(End::Clean) => {}
        Ok(End::Reset) => world.allow(world.level > Level::Calm, || format!("relayed {id} was reset")),
        Err(stop) => world.fault(format!("relayed {id} after its end: {stop:?}")),
    }
}

/// Reads the PROXY header of either version.
async fn skip_greeting(conn: &mut Conn) -> bool {
    loop {
        let inbox = &conn.inbox;
        if inbox.starts_with(b"PROXY ") {
            if let Some(at) = inbox.windows(2).position(|w| w == b"\r\n") {
                conn.inbox.drain(..at + 2);
                return true;
            }
        } else if inbox.len() >= 16 {
            let len = 16 + usize::from(u16::from_be_bytes([inbox[14], inbox[15]]));
            if inbox.len() >= len {
                conn.inbox.drain(..len);
                return true;
            }
        }
        if conn.more().await != More::Data {
            return false;
        }
    }
}
