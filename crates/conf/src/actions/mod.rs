//! The actions of rules (manual 4.3, 4.4), one `static` literal each in the file of its family. A literal holds the
//! action's parser; its doer is elsewhere.

mod address;
mod body;
mod capture;
mod connection;
mod counters;
mod filters;
mod header;
mod line;
mod log;
mod lua;
mod mark;
mod patterns;
mod priority;
mod redirect;
mod reply;
mod service;
mod stages;
mod target;
mod timeout;
mod variable;
mod verdict;

pub use line::{RuleCx, read, stage_places};
pub use redirect::read as read_redirect;
pub use reply::{Kind as ReplyKind, is_handled, read as read_reply};
pub use service::SERVICES;
pub use stages::Stages;

use crate::keyword::{Gate, Status};
use rules::{Action, Stage};

/// One action.
pub struct Act {
    pub name: &'static str,
    pub how: How,
    /// The rule sets in which it is legal.
    pub stages: Stages,
    /// Its arguments, for messages: `<name> <fmt>`.
    pub args: &'static str,
    /// First version that has it, empty if older than 1.5.
    pub since: &'static str,
    /// One line, for listings and editors.
    pub doc: &'static str,
    /// Section of the manual.
    pub manual: &'static str,
    /// Those of them in which it is done; in the others it is only checked.
    pub done: Stages,
    pub gate: Gate,
    /// Whether the reference warns of rules behind it when it has no condition.
    pub is_final: bool,
    /// Reads the arguments, from the one behind the action's own word on.
    pub parse: fn(&mut RuleCx<'_, '_>) -> Option<Action>,
}

/// How an action's word is recognised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It is the whole word.
    Word,
    /// Arguments in parentheses follow in the same word.
    Call,
    /// The word ends with a number.
    Number,
}

impl Act {
    /// What an action is where its literal doesn't say otherwise: a whole word, without arguments, checked and not
    /// done yet.
    pub const fn plain(parse: fn(&mut RuleCx<'_, '_>) -> Option<Action>) -> Act {
        Act {
            name: "",
            how: How::Word,
            stages: Stages::of("--------"),
            args: "",
            since: "",
            doc: "",
            manual: "4.4",
            done: Stages::of("--------"),
            gate: Gate::None,
            is_final: false,
            parse,
        }
    }

    /// Whether it is done in a rule set, or only checked.
    pub fn status(&self, stage: Stage) -> Status {
        if self.done.has(stage) { Status::Working } else { Status::Parsed }
    }

    /// Whether a word stands for this action.
    fn is(&self, word: &[u8]) -> bool {
        let name = self.name.as_bytes();
        match self.how {
            How::Word => word == name,
            How::Call => word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest[0] == b'('),
            How::Number => word.strip_prefix(name).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit)),
        }
    }
}

/// The action that a word stands for.
pub fn find(word: &[u8]) -> Option<&'static Act> {
    if word.starts_with(b"lua.") {
        return Some(&lua::LUA);
    }
    ITEMS.iter().copied().find(|act| act.is(word))
}

/// All actions.
pub static ITEMS: &[&Act] = &[
    &address::SET_DST,
    &address::SET_DST_PORT,
    &address::SET_SRC,
    &address::SET_SRC_PORT,
    &body::DISABLE_L7_RETRY,
    &body::PAUSE,
    &body::STRICT_MODE,
    &body::WAIT_FOR_BODY,
    &body::WAIT_FOR_HANDSHAKE,
    &capture::CAPTURE,
    &connection::ATTACH_SRV,
    &connection::EXPECT_NETSCALER_CIP,
    &connection::EXPECT_PROXY,
    &connection::SWITCH_MODE,
    &counters::SC_ADD_GPC,
    &counters::SC_INC_GPC,
    &counters::SC_INC_GPC0,
    &counters::SC_INC_GPC1,
    &counters::SC_SET_GPT,
    &counters::SC_SET_GPT0,
    &counters::TRACK_SC,
    &filters::CACHE_STORE,
    &filters::CACHE_USE,
    &filters::SEND_SPOE_GROUP,
    &filters::SET_BANDWIDTH_LIMIT,
    &header::ADD_HEADER,
    &header::ADD_HEADERS_BIN,
    &header::DEL_HEADER,
    &header::DEL_HEADERS_BIN,
    &header::EARLY_HINT,
    &header::REPLACE_HEADER,
    &header::REPLACE_VALUE,
    &header::SET_HEADER,
    &header::SET_HEADERS_BIN,
    &log::DO_LOG,
    &log::SET_LOG_LEVEL,
    &lua::LUA,
    &mark::SET_BC_MARK,
    &mark::SET_BC_TOS,
    &mark::SET_FC_MARK,
    &mark::SET_FC_TOS,
    &mark::SET_MARK,
    &mark::SET_TOS,
    &patterns::ADD_ACL,
    &patterns::DEL_ACL,
    &patterns::DEL_MAP,
    &patterns::SET_MAP,
    &priority::SET_NICE,
    &priority::SET_PRIORITY_CLASS,
    &priority::SET_PRIORITY_OFFSET,
    &redirect::REDIRECT,
    &reply::AUTH,
    &reply::DENY,
    &reply::RETURN,
    &reply::TARPIT,
    &service::USE_SERVICE,
    &target::NORMALIZE_URI,
    &target::REPLACE_PATH,
    &target::REPLACE_PATHQ,
    &target::REPLACE_URI,
    &target::SET_METHOD,
    &target::SET_PATH,
    &target::SET_PATHQ,
    &target::SET_QUERY,
    &target::SET_STATUS,
    &target::SET_URI,
    &timeout::SET_RETRIES,
    &timeout::SET_TIMEOUT,
    &variable::DO_RESOLVE,
    &variable::SET_VAR,
    &variable::SET_VAR_FMT,
    &variable::UNSET_VAR,
    &verdict::ACCEPT,
    &verdict::ALLOW,
    &verdict::CLOSE,
    &verdict::DGRAM_DROP,
    &verdict::REJECT,
    &verdict::SEND_RETRY,
    &verdict::SILENT_DROP,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Rule set, name, and whether a word only begins with it, of every action of the reference.
    fn catalogue() -> HashSet<(&'static str, &'static str, bool)> {
        let rows = include_str!("../../../../xtask/catalogue/rules.tsv").lines().filter(|line| !line.starts_with('#'));
        let cells = rows.map(|row| row.split('\t').collect::<Vec<&str>>());
        cells.filter(|c| matches!(c[0], "act" | "old")).map(|c| (c[1], c[2], c[3] == "prefix")).collect()
    }

    #[test]
    fn every_action_of_the_reference_is_there() {
        let ours: HashSet<(&str, &str, bool)> = ITEMS
            .iter()
            .filter(|act| act.name != "lua.")
            .flat_map(|act| Stage::ALL.map(|stage| (stage, act)))
            .filter(|(stage, act)| act.stages.has(*stage))
            .map(|(stage, act)| (stage.keyword(), act.name, act.how != How::Word))
            .collect();
        let theirs = catalogue();
        assert!(theirs.len() > 226);
        let mut differ: Vec<_> = ours.symmetric_difference(&theirs).collect();
        differ.sort_unstable();
        assert!(differ.is_empty(), "{differ:?}");
    }

    #[test]
    fn the_registry_is_sound() {
        let mut seen = HashSet::new();
        for act in ITEMS {
            let name = act.name;
            assert!(seen.insert(name), "'{name}' is there twice");
            assert!(!act.doc.is_empty() && act.doc.ends_with('.'), "'{name}' has no documentation");
            assert!(act.manual.starts_with(|c: char| c.is_ascii_digit()), "'{name}' names no section");
            assert!(
                Stage::ALL.iter().all(|at| !act.done.has(*at) || act.stages.has(*at)),
                "'{name}' is done where it isn't legal"
            );
            assert!(act.stages != Stages::of("--------"), "'{name}' is legal nowhere");
            assert!(act.how != How::Call || act.args.starts_with('('), "'{name}'");
            let found = find(name.as_bytes()).expect("an action is found by its name");
            assert!(core::ptr::eq(found, *act), "'{name}' is found as '{}'", found.name);
        }
        assert!(ITEMS.windows(2).all(|pair| pair[0].name != pair[1].name));
        for (word, want) in [
            ("set-var(txn.x)", Some("set-var")),
            ("set-var-fmt(txn.x)", Some("set-var-fmt")),
            ("set-varx", None),
            ("track-sc12", Some("track-sc")),
            ("track-scx", None),
            ("lua.x", Some("lua.")),
            ("", None),
        ] {
            assert_eq!(find(word.as_bytes()).map(|act| act.name), want, "{word}");
        }
    }
}
