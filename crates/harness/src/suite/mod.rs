//! Suites: text files of cases, each a configuration and a script of what clients and servers send and must see.
//!
//! ```text
//! === name of the case
//! defaults timeout client 100ms      lines added to a section: global, defaults, fe, be
//! bind accept-proxy                  words added to the bind line
//! server s1 {{one}} check            replaces the server line; `server -` leaves none
//! undribbled                         the case makes no sense with every byte in a segment of its own
//! config                             instead of all that: the indented lines that follow are the configuration
//! C> GET / HTTP/1.1                  client 1 sends a line (CRLF is added); C2 is the second client, and so on
//! C>| text                           sends exactly this text
//! C>body 1000                        sends so many bytes of the test pattern, in the background
//! S< GET / HTTP/1.1                  the first connection that origin `one` accepts receives this line
//! S> HTTP/1.1 200 OK                 and answers; S2 is the second connection, T the first to origin `two`
//! C< HTTP/1.1 200 OK                 the client receives this line; `C<|` exactly this text; `C<body 1000`
//! C page 400                         a whole default error page of that status
//! C end                              the stream ended (`fin` or `reset` tell how; `any`: after whatever); also: connect [FROM], close,
//!                                    shut (half-close), rst (close with a reset), dribble, small, flush
//! L< fe be/s1 … ---- …               the next log line, normalised, is this; `L none`: there is none by now
//! cli> show info                     asks the runtime API; `cli< text` is one line of the answer
//! signal USR1                        sends a signal; `exit 0` waits for the end of the program
//! ```
//!
//! Escapes: `\r \n \t \0 \s \\ \xHH` and `\(text*N)`. In what is expected, `{n}` stands for digits, `{*}` for anything up to the
//! next literal text and `{b}` for any one byte. A line that starts with `[2.6]` or `[3.5]` counts for that peer alone.
//! HTTP suites write `{n}` for the log's byte count: 2.6 counts its internal form of the head, the manual means what was sent.
//! `C<?`, `S<?`, `L<?` and `cli<?` take whatever comes until it is quiet: write a case with them, then have
//! [`bless`](bless()) put in what the reference does, and read it
//! (`C<??` spells error pages out).

mod bless;
mod case;
mod normal;
mod page;
mod pattern;
mod run;
mod text;

pub use bless::{bless, differential};
pub use case::{Case, Peer, Suite};
pub use normal::log_line;
pub use run::{Failure, Pace, Report, run_case, run_suite};
