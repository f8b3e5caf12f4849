//! What the configuration says about parsing.

/// The settings of one side's parser. They live in the plan; parsers borrow them for each call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opts {
    /// Bytes that a head may take: the buffer size less `tune.maxrewrite`.
    pub max_head: usize,
    /// Bytes that a head may grow to by edits: the buffer size.
    pub max_edited: usize,
    /// Lines that a head may have, the first one included (`tune.http.maxhdr`).
    pub max_lines: usize,
    /// `option accept-unsafe-violations-in-http-request` or `-response`.
    pub relaxed: bool,
    /// `h1-accept-payload-with-any-method`.
    pub payload_with_any_method: bool,
    /// `h1-do-not-close-on-insecure-transfer-encoding`.
    pub keep_insecure: bool,
}

impl Default for Opts {
    /// The reference's defaults: buffers of 16,384 bytes, 1,024 of them for rewriting.
    fn default() -> Opts {
        Opts {
            max_head: 16_384 - 1024,
            max_edited: 16_384,
            max_lines: 101,
            relaxed: false,
            payload_with_any_method: false,
            keep_insecure: false,
        }
    }
}
