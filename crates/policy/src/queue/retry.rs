//! What happens after a failure: `retries`, `option redispatch`, `retry-on` (manual 4.2).

use base::Ms;

/// What went wrong with an attempt, before anything was sent to the client.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Failure {
    /// The connection or the handshake failed, or timed out; the request could not be sent.
    Connect,
    /// The server closed after it had got a part of the request, and answered nothing.
    EmptyResponse,
    /// The answer isn't a whole HTTP head.
    JunkResponse,
    /// `timeout server` struck while waiting for the answer.
    ResponseTimeout,
    /// The server refused TLS early data.
    EarlyDataRejected,
    /// The server answered with this status.
    Status(u16),
}

/// When to try again, as `retry-on` says. `Default` is `conn-failure`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RetryOn(u32);

/// A word that `retry-on` doesn't know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RetryOnError {
    /// Not a keyword and not one of the status codes; the word's place in the list.
    Unknown(usize),
    /// `none` stands alone; its place in the list.
    NoneNotAlone(usize),
    /// No word at all.
    Empty,
}

/// The settings of one backend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RetryPolicy {
    /// How many attempts may follow the first.
    pub retries: u32,
    /// When a bond to a server is broken.
    pub redispatch: Redispatch,
    /// What is worth another attempt.
    pub retry_on: RetryOn,
    /// `timeout connect`, if set.
    pub connect_timeout: Option<Ms>,
}

/// `option redispatch [<interval>]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Redispatch {
    /// Never (no option, or an interval of 0).
    #[default]
    Never,
    /// At every n-th retry.
    Every(u32),
    /// At the n-th retry before the last one is over; 1 is the last itself.
    BeforeLast(u32),
}

/// What to do now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retry {
    /// The same server again, after this pause.
    Same {
        /// The turn-around time, possibly none.
        delay: Ms,
    },
    /// Forget the server, persistence included, and balance again at once, avoiding it.
    Other {
        /// The turn-around time, in case the same server is all there is.
        delay_if_same: Ms,
    },
    /// Answer the client with an error.
    GiveUp,
}

/// How the server that failed was chosen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Chosen {
    /// By an algorithm that has no reason to choose it again, or by `use-server`.
    Freely,
    /// By persistence (cookie, stick table) or by a hash of the request.
    Bound,
}

/// Decides after the failure of an attempt, `done` attempts having followed the first one so far.
/// `replayable`: the whole request is still in hand (nothing but a failure to connect needs no replay).
///
/// The interval of `option redispatch` only protects a bond: a server that was chosen freely is left at the
/// first retry already, as HAProxy 2.6 was seen to do.
pub fn after_failure(policy: &RetryPolicy, failure: Failure, done: u32, replayable: bool, by: Chosen) -> Retry {
    let wanted = policy.retry_on.covers(failure) && (failure == Failure::Connect || replayable);
    if !wanted || done >= policy.retries {
        return Retry::GiveUp;
    }
    // Only a server that doesn't take connections is likely to be restarting; others answer at once.
    let delay = match failure {
        Failure::Connect => turn_around(policy.connect_timeout),
        _ => Ms(0),
    };
    let leaves = match by {
        Chosen::Freely => policy.redispatch != Redispatch::Never,
        Chosen::Bound => policy.redispatch.strikes(done + 1, policy.retries),
    };
    match leaves {
        true => Retry::Other { delay_if_same: delay },
        false => Retry::Same { delay },
    }
}

impl Redispatch {
    /// From the number behind `option redispatch`; -1 if there is none.
    pub fn from_interval(interval: i32) -> Redispatch {
        match interval {
            0 => Redispatch::Never,
            n if n > 0 => Redispatch::Every(n.unsigned_abs()),
            n => Redispatch::BeforeLast(n.unsigned_abs()),
        }
    }

    /// Whether the `nth` retry (from 1) out of `retries` goes to another server.
    fn strikes(self, nth: u32, retries: u32) -> bool {
        match self {
            Redispatch::Never => false,
            Redispatch::Every(n) => nth.is_multiple_of(n),
            // The documented default of -1 is the last retry.
            Redispatch::BeforeLast(n) => nth == (retries + 1).saturating_sub(n),
        }
    }
}

impl RetryOn {
    /// Never.
    pub const NONE: RetryOn = RetryOn(0);
    /// Only when the request could not be sent.
    pub const CONN_FAILURE: RetryOn = RetryOn(1);

    /// Reads the words behind `retry-on`.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<RetryOn, RetryOnError> {
        let mut set = 0;
        let mut count = 0;
        let mut none_at = None;
        for (at, word) in words.into_iter().enumerate() {
            count += 1;
            if word == "none" {
                none_at = Some(at);
                continue;
            }
            set |= bits(word).ok_or(RetryOnError::Unknown(at))?;
        }
        match (none_at, count) {
            (_, 0) => Err(RetryOnError::Empty),
            (Some(at), n) if n > 1 => Err(RetryOnError::NoneNotAlone(at)),
            _ => Ok(RetryOn(set)),
        }
    }

    /// Whether this failure is worth another attempt.
    pub fn covers(self, failure: Failure) -> bool {
        self.0 & bit_of(failure) != 0
    }

    /// Whether anything beyond `conn-failure` is covered, so that requests have to be kept for a replay.
    pub fn needs_replay(self) -> bool {
        self.0 & !Self::CONN_FAILURE.0 != 0
    }
}

impl Default for RetryOn {
    fn default() -> Self {
        RetryOn::CONN_FAILURE
    }
}

/// Every word and its bit; the status codes come last.
const WORDS: [(&str, u32); 17] = [
    ("conn-failure", 1 << 0),
    ("empty-response", 1 << 1),
    ("junk-response", 1 << 2),
    ("response-timeout", 1 << 3),
    ("0rtt-rejected", 1 << 4),
    ("401", 1 << 5),
    ("403", 1 << 6),
    ("404", 1 << 7),
    ("408", 1 << 8),
    ("421", 1 << 9),
    ("425", 1 << 10),
    ("429", 1 << 11),
    ("500", 1 << 12),
    ("501", 1 << 13),
    ("502", 1 << 14),
    ("503", 1 << 15),
    ("504", 1 << 16),
];

const ALL_RETRYABLE: u32 = 0b11111 | 1 << 12 | 1 << 14 | 1 << 15 | 1 << 16;

fn bits(word: &str) -> Option<u32> {
    if word == "all-retryable-errors" {
        return Some(ALL_RETRYABLE);
    }
    WORDS.iter().find(|(w, _)| *w == word).map(|(_, bit)| *bit)
}

fn bit_of(failure: Failure) -> u32 {
    match failure {
        Failure::Connect => 1 << 0,
        Failure::EmptyResponse => 1 << 1,
        Failure::JunkResponse => 1 << 2,
        Failure::ResponseTimeout => 1 << 3,
        Failure::EarlyDataRejected => 1 << 4,
        Failure::Status(401) => 1 << 5,
        Failure::Status(403) => 1 << 6,
        Failure::Status(404) => 1 << 7,
        Failure::Status(408) => 1 << 8,
        Failure::Status(421) => 1 << 9,
        Failure::Status(425) => 1 << 10,
        Failure::Status(429) => 1 << 11,
        Failure::Status(500) => 1 << 12,
        Failure::Status(501) => 1 << 13,
        Failure::Status(502) => 1 << 14,
        Failure::Status(503) => 1 << 15,
        Failure::Status(504) => 1 << 16,
        Failure::Status(_) => 0,
    }
}

fn turn_around(connect_timeout: Option<Ms>) -> Ms {
    connect_timeout.unwrap_or(Ms(1000)).min(Ms(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(retries: u32, interval: i32) -> RetryPolicy {
        let redispatch = Redispatch::from_interval(interval);
        RetryPolicy { retries, redispatch, retry_on: RetryOn::default(), connect_timeout: None }
    }

    /// What follows each failure to connect: `s`ame server, `o`ther server, `x` gives up.
    fn course(policy: &RetryPolicy, by: Chosen) -> String {
        let mut seen = String::new();
        for done in 0.. {
            match after_failure(policy, Failure::Connect, done, true, by) {
                Retry::Same { .. } => seen.push('s'),
                Retry::Other { .. } => seen.push('o'),
                Retry::GiveUp => return seen + "x",
            }
        }
        seen
    }

    #[test]
    fn redispatch_intervals() {
        for (retries, interval, expected) in [
            (3, 0, "sssx"),
            (3, -1, "ssox"),
            (3, -2, "sosx"),
            (3, -3, "ossx"),
            (3, -4, "sssx"),
            (3, i32::MIN, "sssx"),
            (3, 1, "ooox"),
            (3, 2, "sosx"),
            (6, 3, "ssossox"),
            (1, -1, "ox"),
            (0, -1, "x"),
        ] {
            assert_eq!(course(&policy(retries, interval), Chosen::Bound), expected, "{retries} {interval}");
        }
        for (retries, interval, expected) in [(3, -1, "ooox"), (3, 2, "ooox"), (3, 0, "sssx"), (0, -1, "x")] {
            assert_eq!(course(&policy(retries, interval), Chosen::Freely), expected, "{retries} {interval}");
        }
    }

    #[test]
    fn pause_before_the_same_server() {
        let connect = |timeout| RetryPolicy { connect_timeout: timeout, ..policy(3, 0) };
        for (timeout, ms) in [(None, 1000), (Some(Ms(5000)), 1000), (Some(Ms(300)), 300)] {
            let retry = after_failure(&connect(timeout), Failure::Connect, 0, true, Chosen::Freely);
            assert_eq!(retry, Retry::Same { delay: Ms(ms) });
        }
        let all = RetryPolicy { retry_on: RetryOn::parse(["all-retryable-errors"]).unwrap(), ..policy(3, 1) };
        let other = after_failure(&all, Failure::Connect, 0, true, Chosen::Freely);
        assert_eq!(other, Retry::Other { delay_if_same: Ms(1000) });
        let all = RetryPolicy { redispatch: Redispatch::Never, ..all };
        let at_once = after_failure(&all, Failure::EmptyResponse, 0, true, Chosen::Bound);
        assert_eq!(at_once, Retry::Same { delay: Ms(0) });
    }

    #[test]
    fn only_what_is_covered_and_can_be_replayed() {
        let with = |words: &str| RetryPolicy { retry_on: RetryOn::parse(words.split(' ')).unwrap(), ..policy(3, 0) };
        let all = "all-retryable-errors";
        for (words, failure, replayable, retried) in [
            ("conn-failure", Failure::Connect, false, true),
            ("none", Failure::Connect, true, false),
            ("503", Failure::Connect, true, false),
            ("503", Failure::Status(503), true, true),
            ("503", Failure::Status(503), false, false),
            ("503 empty-response", Failure::Status(504), true, false),
            ("conn-failure", Failure::EmptyResponse, true, false),
            (all, Failure::Connect, false, true),
            (all, Failure::EmptyResponse, true, true),
            (all, Failure::JunkResponse, true, true),
            (all, Failure::ResponseTimeout, true, true),
            (all, Failure::EarlyDataRejected, true, true),
            (all, Failure::Status(500), true, true),
            (all, Failure::Status(501), true, false),
            (all, Failure::Status(404), true, false),
            (all, Failure::Status(200), true, false),
        ] {
            let retry = after_failure(&with(words), failure, 0, replayable, Chosen::Bound);
            assert_eq!(retry != Retry::GiveUp, retried, "{words} {failure:?} {replayable}");
        }
    }

    #[test]
    fn words() {
        assert_eq!(RetryOn::parse(["503", "nonsense"]), Err(RetryOnError::Unknown(1)));
        assert_eq!(RetryOn::parse(["503", "none"]), Err(RetryOnError::NoneNotAlone(1)));
        assert_eq!(RetryOn::parse([]), Err(RetryOnError::Empty));
        assert_eq!(RetryOn::parse(["none"]), Ok(RetryOn::NONE));
        assert_eq!(RetryOn::parse(["conn-failure"]), Ok(RetryOn::default()));
        assert!(!RetryOn::default().needs_replay() && RetryOn::parse(["425"]).unwrap().needs_replay());
        // Every status word is told apart from every other.
        for (word, _) in WORDS.iter().skip(5) {
            let set = RetryOn::parse([*word]).unwrap();
            let covered: Vec<u16> = (100..600).filter(|s| set.covers(Failure::Status(*s))).collect();
            assert_eq!(covered, [word.parse::<u16>().unwrap()]);
        }
    }
}
