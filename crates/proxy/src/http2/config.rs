//! What the configuration says, as the machine wants it.

use crate::plan::Back;
use crate::session::Client;
use crate::worker::Worker;
use conf::spec::{H2Side, Tune};
use h2::Config;
use std::rc::Rc;

/// For connections of clients.
pub fn front(client: &Client) -> Rc<Config> {
    let tune = &client.worker.shared.tune;
    let hides = client.worker.plan().plan.spec.global.h2_hide_websockets;
    Rc::new(Config {
        max_total: tune.h2.fe_max_total_streams,
        connect_protocol: !hides,
        ..side(tune, &tune.h2.fe, &client.front.h1)
    })
}

/// For connections to servers.
pub fn back(worker: &Worker, back: &Back) -> Rc<Config> {
    let tune = &worker.shared.tune;
    Rc::new(side(tune, &tune.h2.be, &back.h1))
}

/// What both sides have in common.
fn side(tune: &Tune, side: &H2Side, opts: &h1::Opts) -> Config {
    let h2 = &tune.h2;
    let max_concurrent = side.max_concurrent_streams.unwrap_or(h2.max_concurrent_streams);
    // One buffer is granted to each stream in any case.
    let least = u64::from(max_concurrent) * u64::from(tune.bufsize);
    let rxbuf = side.rxbuf.unwrap_or(100 * u64::from(tune.bufsize)).next_multiple_of(u64::from(tune.bufsize.max(1)));
    let largest = tune.bufsize.max(h2::frame::MIN_MAX_FRAME);
    Config {
        header_table_size: h2.header_table_size,
        initial_window: side.initial_window_size.or(h2.initial_window_size).unwrap_or(tune.bufsize),
        max_concurrent,
        max_frame: h2.max_frame_size.unwrap_or(largest).min(largest),
        rxbuf: u32::try_from(rxbuf.max(least)).unwrap_or(u32::MAX).min(h2::frame::MAX_WINDOW),
        bufsize: tune.bufsize,
        max_total: 0,
        glitches: side.glitches_threshold,
        connect_protocol: true,
        max_head: opts.max_head,
        max_edited: opts.max_edited,
        max_lines: opts.max_lines,
        relaxed: opts.relaxed,
    }
}
