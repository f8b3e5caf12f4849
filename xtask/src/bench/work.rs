//! The rows: what work is measured.

/// How a row's clients behave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// wrk with so many connections, kept alive.
    KeepAlive(u32),
    /// wrk, each request on a connection of its own.
    Close(u32),
    /// wrk with POST bodies of so many bytes.
    Upload(u32, usize),
    /// Clients that made one request and wait.
    Idle,
    /// The time to start with a very large configuration.
    Start,
}

/// One line of the results.
pub struct Row {
    pub name: &'static str,
    pub shape: Shape,
    /// What is asked for.
    pub path: &'static str,
    /// Whether the proxy runs in TCP mode.
    pub tcp: bool,
    /// With logging, without, or both.
    pub logging: &'static [bool],
    pub unit: &'static str,
}

const fn row(name: &'static str, shape: Shape, path: &'static str) -> Row {
    Row { name, shape, path, tcp: false, logging: &[true, false], unit: "µs" }
}

/// How many bytes the two large answers and the uploads have.
pub const LARGE: usize = 100 * 1024;
pub const HUGE: usize = 10 * 1024 * 1024;
/// How many clients stay idle.
pub const IDLE_CLIENTS: usize = 9_000;
/// The large configuration.
pub const BACKENDS: usize = 10_000;
pub const SERVERS: usize = 3;

pub static ROWS: &[Row] = &[
    row("keep-alive 64", Shape::KeepAlive(64), "/tiny"),
    row("keep-alive 1000", Shape::KeepAlive(1000), "/tiny"),
    row("one connection", Shape::KeepAlive(1), "/tiny"),
    row("close per request", Shape::Close(64), "/tiny"),
    row("100 KB body", Shape::KeepAlive(32), "/large"),
    row("10 MB body", Shape::KeepAlive(8), "/huge"),
    Row { tcp: true, ..row("TCP mode 64", Shape::KeepAlive(64), "/tiny") },
    Row { tcp: true, ..row("TCP mode 10 MB body", Shape::KeepAlive(8), "/huge") },
    row("10 MB upload", Shape::Upload(8, HUGE), "/upload"),
    Row { unit: "bytes", logging: &[true], ..row("idle client", Shape::Idle, "/tiny") },
    Row { unit: "ms", logging: &[false], ..row("start, 10000 backends of 3", Shape::Start, "/") },
];
