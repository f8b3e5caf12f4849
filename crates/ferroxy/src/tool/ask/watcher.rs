//! Writes down what a stream meets on its way.

use diag::Files;
use expr::Env;
use expr::acl::Tri;
use proxy::watch::{Watch, Watched};
use std::sync::{Mutex, PoisonError};

/// One thing that happened to a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// It came to a rule.
    Rule {
        proxy: String,
        /// The keyword of the rule's set.
        set: &'static str,
        /// `file:line`.
        place: String,
        /// The line's text.
        text: String,
        /// Whether the rule applied; `None`: that can't be told yet.
        applies: Option<bool>,
        /// What its condition saw, in lines.
        seen: String,
    },
    /// It was given a server.
    Server { backend: String, server: String },
}

/// Keeps events until somebody takes them.
pub struct Watcher {
    pub files: Files,
    events: Mutex<Vec<Event>>,
}

/// More events are of no use to anybody.
const MAX_EVENTS: usize = 10_000;

impl Watcher {
    /// A watcher that knows the text of the configuration.
    pub fn new(files: Files) -> Watcher {
        Watcher { files, events: Mutex::default() }
    }

    /// The events since the last time.
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, event: Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() < MAX_EVENTS {
            events.push(event);
        }
    }

    fn text(&self, file: u32, line: u32) -> String {
        let id = self.files.ids().nth(file as usize);
        let span = id.and_then(|id| self.files.line_span(id, line));
        let bytes = span.map(|span| self.files.slice(span)).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim().to_owned()
    }
}

impl Watch for Watcher {
    fn rule(&self, rule: &Watched<'_>, env: &Env<'_>) {
        self.put(Event::Rule {
            proxy: rule.proxy.to_owned(),
            set: rule.set,
            place: super::place(&self.files, rule.file, rule.line),
            text: self.text(rule.file, rule.line),
            applies: match rule.applies {
                Tri::Yes => Some(true),
                Tri::No => Some(false),
                Tri::Wait => None,
            },
            seen: rule.cond.map(|cond| tools::eval::explained(cond, env, 0)).unwrap_or_default(),
        });
    }

    fn server(&self, backend: &str, server: &str) {
        self.put(Event::Server { backend: backend.to_owned(), server: server.to_owned() });
    }
}
