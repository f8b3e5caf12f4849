//! Results of checks: the codes of the statistics (management.txt 9.1, `check_status`) and their words.

/// What the last check found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum CheckStatus {
    /// Nothing is known.
    #[default]
    Unknown,
    /// No check has ended yet.
    Initializing,
    /// The socket failed on our side.
    SocketError,
    /// The connection was established, and no more was asked for.
    L4Ok,
    /// The connection wasn't established in time.
    L4Timeout,
    /// The connection was refused or unreachable.
    L4Connection,
    /// The TLS handshake succeeded.
    L6Ok,
    /// The TLS handshake took too long.
    L6Timeout,
    /// The TLS handshake failed.
    L6Response,
    /// The application answered as wanted.
    L7Ok,
    /// The application answered as wanted for a server that is to be drained.
    L7OkConditional,
    /// The application didn't answer in time.
    L7Timeout,
    /// The application's answer makes no sense.
    L7Response,
    /// The application answered with an error.
    L7Status,
}

impl CheckStatus {
    /// Every status, its code in the statistics and its description in logs.
    pub const TABLE: [(CheckStatus, &str, &str); 14] = [
        (CheckStatus::Unknown, "UNK", "Unknown"),
        (CheckStatus::Initializing, "INI", "Initializing"),
        (CheckStatus::SocketError, "SOCKERR", "Socket error"),
        (CheckStatus::L4Ok, "L4OK", "Layer4 check passed"),
        (CheckStatus::L4Timeout, "L4TOUT", "Layer4 timeout"),
        (CheckStatus::L4Connection, "L4CON", "Layer4 connection problem"),
        (CheckStatus::L6Ok, "L6OK", "Layer6 check passed"),
        (CheckStatus::L6Timeout, "L6TOUT", "Layer6 timeout"),
        (CheckStatus::L6Response, "L6RSP", "Layer6 invalid response"),
        (CheckStatus::L7Ok, "L7OK", "Layer7 check passed"),
        (CheckStatus::L7OkConditional, "L7OKC", "Layer7 check conditionally passed"),
        (CheckStatus::L7Timeout, "L7TOUT", "Layer7 timeout"),
        (CheckStatus::L7Response, "L7RSP", "Layer7 invalid response"),
        (CheckStatus::L7Status, "L7STS", "Layer7 wrong status"),
    ];

    /// The code in the statistics.
    pub fn code(self) -> &'static str {
        Self::TABLE[self as usize].1
    }

    /// The words in logs and on the stats page.
    pub fn description(self) -> &'static str {
        Self::TABLE[self as usize].2
    }

    /// Whether the server passed.
    pub fn is_pass(self) -> bool {
        matches!(self, Self::L4Ok | Self::L6Ok | Self::L7Ok | Self::L7OkConditional)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        for (at, (status, code, _)) in CheckStatus::TABLE.iter().enumerate() {
            assert_eq!(*status as usize, at);
            assert_eq!(status.is_pass(), code.contains("OK"), "{code}");
        }
    }
}
