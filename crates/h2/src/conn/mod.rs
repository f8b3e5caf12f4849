//! The machine of one connection. A file for each side of it: `receive` takes frames, `fields` their field sections,
//! `send` makes frames, `window` keeps the accounts, `limits` counts what is odd.

mod fields;
mod limits;
mod receive;
mod send;
mod window;

use std::collections::VecDeque;
use std::rc::Rc;

use crate::frame;
use crate::hpack::{Decoder, Encoder};
use crate::out::Out;
use crate::streams::Streams;
use crate::{Code, Config, ConnError, Settings};

pub use send::{OpenError, SendError};

use fields::Block;
use limits::Odd;
use receive::Reading;

/// Which end of a connection this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// We are the client; streams are ours.
    Client,
    /// We are the server; the peer opens streams.
    Server,
}

/// How many streams that we reset are remembered: frames for them may still be on their way (RFC 9113 section 5.1).
const REMEMBERED: usize = 128;

/// A connection. See the crate's comment.
pub struct Conn {
    role: Role,
    cfg: Rc<Config>,
    reading: Reading,
    /// What is to be sent.
    pub out: Out,
    streams: Streams,
    /// The last stream that the peer opened.
    last_peer: u32,
    /// The last that we opened.
    last_own: u32,
    /// How many streams there have been.
    total: u32,
    peer: Settings,
    settings_seen: bool,
    settings_acked: bool,
    encoder: Encoder,
    decoder: Decoder,
    /// A field section of several frames.
    block: Option<Box<Block>>,
    /// What we may send on the connection.
    send_window: i64,
    /// A sender waits for the connection's window.
    blocked: bool,
    /// What the peer may send on the connection.
    recv_window: i64,
    /// What came on the connection and isn't credited yet.
    held: u32,
    /// How many streams have content coming.
    uploading: u32,
    /// Streams that we reset lately.
    reset: VecDeque<u32>,
    /// The last stream that a GOAWAY of ours names.
    goaway_sent: Option<u32>,
    goaway_seen: Option<(u32, Code)>,
    /// Events that follow from one frame, for the next calls.
    queued: VecDeque<crate::Event>,
    odd: Odd,
    failed: Option<ConnError>,
}

impl Conn {
    /// A connection that has just been made. Our preface is in the output.
    pub fn new(role: Role, cfg: Rc<Config>) -> Conn {
        let mut conn = Conn {
            role,
            reading: Reading::start(role),
            out: Out::default(),
            streams: Streams::default(),
            last_peer: 0,
            last_own: 0,
            total: 0,
            peer: Settings::default(),
            settings_seen: false,
            settings_acked: false,
            encoder: Encoder::new(),
            decoder: Decoder::new(),
            block: None,
            send_window: 65_535,
            blocked: false,
            recv_window: 65_535,
            held: 0,
            uploading: 0,
            reset: VecDeque::new(),
            goaway_sent: None,
            goaway_seen: None,
            queued: VecDeque::new(),
            odd: Odd::default(),
            failed: None,
            cfg,
        };
        conn.begin();
        conn
    }

    fn begin(&mut self) {
        let (role, settings) = (self.role, announced(self.role, &self.cfg));
        self.out.small(|out| {
            if role == Role::Client {
                out.extend_from_slice(frame::PREFACE);
            }
            settings.put(role, out);
        });
        self.grant_connection();
    }

    /// Which end this is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// What the configuration says.
    pub fn config(&self) -> &Config {
        &self.cfg
    }

    /// What the peer told about itself.
    pub fn peer(&self) -> &Settings {
        &self.peer
    }

    /// The peer's SETTINGS have come: it speaks HTTP/2.
    pub fn is_established(&self) -> bool {
        self.settings_seen
    }

    /// Our SETTINGS aren't acknowledged yet. Whoever waits too long may end with SETTINGS_TIMEOUT (RFC 9113 section
    /// 6.5.3).
    pub fn awaits_settings_ack(&self) -> bool {
        !self.settings_acked
    }

    /// How many streams the driver hasn't released.
    pub fn stream_count(&self) -> usize {
        self.streams.len()
    }

    /// How many streams there have been.
    pub fn total_streams(&self) -> u32 {
        self.total
    }

    /// How many oddities have been counted.
    pub fn glitches(&self) -> u32 {
        self.odd.glitches
    }

    /// How many frames have come, and how many of them were RST_STREAM (`tune.h2.*.max-frames-at-once`,
    /// `max-rst-at-once`).
    pub fn frames_seen(&self) -> (u64, u64) {
        (self.odd.frames, self.odd.resets)
    }

    /// Whether no more streams will be taken or opened here.
    pub fn is_leaving(&self) -> bool {
        self.goaway_sent.is_some() || self.goaway_seen.is_some() || self.failed.is_some()
    }

    /// Whether the peer has said that it takes no more streams.
    pub fn peer_is_leaving(&self) -> bool {
        self.goaway_seen.is_some()
    }

    /// The verdict that ended the connection.
    pub fn failure(&self) -> Option<ConnError> {
        self.failed
    }

    /// Gives up memory that an idle connection doesn't need.
    pub fn shrink(&mut self) {
        if self.streams.len() == 0 {
            self.out.shrink();
            self.streams.shrink();
            self.queued = VecDeque::new();
        }
    }

    /// Ends the connection: the peer is told why, in the output, and nothing is taken any more.
    pub fn fail(&mut self, error: ConnError) -> ConnError {
        if self.failed.is_none() {
            self.failed = Some(error);
            let last = self.last_peer.min(self.goaway_sent.unwrap_or(u32::MAX));
            self.goaway_sent = Some(last);
            self.out.small(|out| frame::put_goaway(out, last, error.code));
        }
        error
    }

    /// Ends the connection with this code, for a reason that only the driver knows: a timeout, a stop.
    pub fn close(&mut self, code: Code) {
        self.fail(ConnError { code, why: "closed by the driver" });
    }
}

/// What we tell about ourselves.
fn announced(role: Role, cfg: &Config) -> Settings {
    let default = Settings::default();
    Settings {
        header_table_size: cfg.header_table_size,
        // A client takes no streams, since it refuses pushes.
        max_concurrent_streams: match (role, cfg.max_concurrent) {
            (Role::Client, _) | (_, 0) => default.max_concurrent_streams,
            (Role::Server, n) => n,
        },
        initial_window_size: cfg.initial_window.min(frame::MAX_WINDOW),
        max_frame_size: cfg.max_frame.clamp(frame::MIN_MAX_FRAME, frame::MAX_MAX_FRAME),
        max_header_list_size: cfg.max_head as u32,
        connect_protocol: role == Role::Server && cfg.connect_protocol,
    }
}
