//! SETTINGS (RFC 9113 section 6.5, RFC 8441 section 3).

use crate::frame::{self, Kind, MAX_MAX_FRAME, MAX_WINDOW, MIN_MAX_FRAME};
use crate::{Code, ConnError, Role};

/// The length of one setting on the wire, in bytes.
pub(crate) const SETTING_LEN: usize = 6;

const HEADER_TABLE_SIZE: u16 = 1;
const ENABLE_PUSH: u16 = 2;
const MAX_CONCURRENT_STREAMS: u16 = 3;
const INITIAL_WINDOW_SIZE: u16 = 4;
const MAX_FRAME_SIZE: u16 = 5;
const MAX_HEADER_LIST_SIZE: u16 = 6;
const ENABLE_CONNECT_PROTOCOL: u16 = 8;

/// What one side has told about itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Bytes of the table with which the other side may compress.
    pub header_table_size: u32,
    /// Streams that the other side may have open; `u32::MAX` for any number.
    pub max_concurrent_streams: u32,
    /// The window of each new stream, in bytes.
    pub initial_window_size: u32,
    /// The largest frame that it takes, in bytes.
    pub max_frame_size: u32,
    /// The largest field section that it takes, as RFC 9113 section 10.5.1 counts it; `u32::MAX` if it didn't say.
    pub max_header_list_size: u32,
    /// Extended CONNECT is possible (RFC 8441).
    pub connect_protocol: bool,
}

impl Default for Settings {
    /// What holds before the first SETTINGS (RFC 9113 section 6.5.2).
    fn default() -> Settings {
        Settings {
            header_table_size: 4096,
            max_concurrent_streams: u32::MAX,
            initial_window_size: 65_535,
            max_frame_size: MIN_MAX_FRAME,
            max_header_list_size: u32::MAX,
            connect_protocol: false,
        }
    }
}

impl Settings {
    /// Takes one setting that a peer sent. `ours`: the role of this side.
    pub(crate) fn apply(&mut self, setting: [u8; SETTING_LEN], ours: Role) -> Result<(), ConnError> {
        let [i0, i1, v0, v1, v2, v3] = setting;
        let value = u32::from_be_bytes([v0, v1, v2, v3]);
        match u16::from_be_bytes([i0, i1]) {
            HEADER_TABLE_SIZE => self.header_table_size = value,
            // Section 6.5.2: only 0 and 1, and a server must not enable it.
            ENABLE_PUSH if value > 1 || (value == 1 && ours == Role::Client) => {
                return Err(ConnError::protocol("ENABLE_PUSH"));
            }
            MAX_CONCURRENT_STREAMS => self.max_concurrent_streams = value,
            INITIAL_WINDOW_SIZE if value > MAX_WINDOW => {
                return Err(ConnError::new(Code::FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE above 2^31-1"));
            }
            INITIAL_WINDOW_SIZE => self.initial_window_size = value,
            MAX_FRAME_SIZE if !(MIN_MAX_FRAME..=MAX_MAX_FRAME).contains(&value) => {
                return Err(ConnError::protocol("MAX_FRAME_SIZE out of range"));
            }
            MAX_FRAME_SIZE => self.max_frame_size = value,
            MAX_HEADER_LIST_SIZE => self.max_header_list_size = value,
            // RFC 8441 section 3: only 0 and 1, and never back to 0.
            ENABLE_CONNECT_PROTOCOL if value > 1 || (value == 0 && self.connect_protocol) => {
                return Err(ConnError::protocol("ENABLE_CONNECT_PROTOCOL"));
            }
            ENABLE_CONNECT_PROTOCOL => self.connect_protocol = value == 1,
            // Section 6.5.2: unknown settings are ignored.
            _ => {}
        }
        Ok(())
    }

    /// Appends a frame that says what differs from the defaults. A client refuses pushes (RFC 9113 section 8.4).
    pub(crate) fn put(&self, role: Role, out: &mut Vec<u8>) {
        let default = Settings::default();
        let differing = [
            (HEADER_TABLE_SIZE, self.header_table_size, default.header_table_size),
            (MAX_CONCURRENT_STREAMS, self.max_concurrent_streams, default.max_concurrent_streams),
            (INITIAL_WINDOW_SIZE, self.initial_window_size, default.initial_window_size),
            (MAX_FRAME_SIZE, self.max_frame_size, default.max_frame_size),
            (MAX_HEADER_LIST_SIZE, self.max_header_list_size, default.max_header_list_size),
            (ENABLE_CONNECT_PROTOCOL, u32::from(self.connect_protocol), 0),
            (ENABLE_PUSH, 0, u32::from(role == Role::Client)),
        ];
        let said = || differing.iter().filter(|(_, value, default)| value != default);
        frame::put_header(out, said().count() * SETTING_LEN, Kind::Settings, 0, 0);
        for (id, value, _) in said() {
            out.extend_from_slice(&id.to_be_bytes());
            out.extend_from_slice(&value.to_be_bytes());
        }
    }
}
