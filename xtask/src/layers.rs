//! The layer table: which crate may import which, and which crates are pure.

/// What one crate may do.
pub struct Layer {
    pub name: &'static str,
    /// A crate imports only crates of a smaller rank.
    pub rank: u8,
    /// Pure crates touch no socket, file, thread, clock or environment.
    pub pure: bool,
    /// Whether it may hold `unsafe` blocks, each with its argument.
    pub may_unsafe: bool,
}

const fn pure(name: &'static str, rank: u8) -> Layer {
    Layer { name, rank, pure: true, may_unsafe: false }
}

const fn outside(name: &'static str, rank: u8, may_unsafe: bool) -> Layer {
    Layer { name, rank, pure: false, may_unsafe }
}

/// All crates of the workspace, lowest first (ARCHITECTURE.md, "Layers").
pub const LAYERS: &[Layer] = &[
    Layer { name: "base", rank: 0, pure: true, may_unsafe: true },
    pure("diag", 1),
    pure("http", 2),
    pure("h1", 3),
    pure("h2", 3),
    pure("wire", 3),
    pure("syntax", 4),
    pure("tls", 4),
    pure("expr", 5),
    pure("rules", 6),
    pure("policy", 7),
    pure("conf", 8),
    pure("tools", 9),
    outside("sys", 10, true),
    outside("rt", 11, true),
    outside("net", 12, true),
    outside("proxy", 13, false),
    outside("admin", 14, false),
    outside("process", 15, false),
    outside("harness", 16, false),
    outside("ferroxy", 17, false),
    outside("xtask", 18, false),
];

/// The layer of a workspace crate, if it is listed.
pub fn of(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|l| l.name == name)
}
