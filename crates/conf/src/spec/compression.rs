//! Compression (manual 4.2, `compression …`).

/// What `compression` lines of a proxy say together.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Compression {
    pub request: CompressionSide,
    pub response: CompressionSide,
    /// Servers aren't asked to compress.
    pub offload: bool,
    /// `compression direction`.
    pub direction: CompressionDirection,
}

/// One direction.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CompressionSide {
    /// In order of preference; a request's side has one at most.
    pub algorithms: Vec<CompressionAlgorithm>,
    /// Media types that are compressed; nothing: all.
    pub types: Vec<Box<[u8]>>,
    /// Least size in bytes.
    pub min_size: u32,
}

/// A content coding.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CompressionAlgorithm {
    Identity,
    Gzip,
    Deflate,
    RawDeflate,
}

/// What is compressed where a filter doesn't say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum CompressionDirection {
    Request,
    #[default]
    Response,
    Both,
}
