//! What is tried again (manual 4.2, `retry-on`).

use std::collections::BTreeSet;

/// The failures after which a request is tried again.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RetryOn {
    pub conn_failure: bool,
    pub empty_response: bool,
    pub junk_response: bool,
    pub response_timeout: bool,
    pub zero_rtt_rejected: bool,
    pub statuses: BTreeSet<u16>,
}

impl Default for RetryOn {
    fn default() -> RetryOn {
        RetryOn { conn_failure: true, ..RetryOn::none() }
    }
}

impl RetryOn {
    /// Never.
    pub fn none() -> RetryOn {
        RetryOn {
            conn_failure: false,
            empty_response: false,
            junk_response: false,
            response_timeout: false,
            zero_rtt_rejected: false,
            statuses: BTreeSet::new(),
        }
    }
}
