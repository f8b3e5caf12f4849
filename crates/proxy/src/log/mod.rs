//! Log lines on their way out: framed for each target (`wire::syslog`), gathered per worker, sent at the end of the
//! loop. What a line says is made elsewhere (`expr` formats it).
//!
//! Nothing here ever makes a worker wait: a full socket or pipe drops the line and counts it.

mod batch;
mod dgram;
mod lines;
mod logger;
mod output;
mod sample;
mod writer;
mod zone;

pub use batch::LogBatch;
pub use logger::{Identity, Logger};
pub use output::Outputs;
pub use wire::syslog::Level;
