//! One diagnostic and how it is built.

use crate::files::Span;

/// How bad it is, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Fatal: the process will not start (or the reload is refused).
    Alert,
    /// Printed as an alert, and yet nobody minds, not even `-dW`: the line is left out, the rest is in force. The
    /// reference does that where a line says once more what may be said once.
    Complaint,
    /// Suspicious; fatal under `-dW` or `zero-warning`.
    Warning,
    /// Worth knowing.
    Notice,
    /// Shown only in diagnostic mode (`-dD`); never changes the outcome.
    Diag,
    /// Shown only by our own tools (linter, language server).
    Info,
}

/// How the one-line form introduces a message. Tools match on these lines, so each form that the reference
/// uses is here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Frame {
    /// `config : parsing [file:line] : message`: what a keyword says about its line.
    #[default]
    Parsing,
    /// `config : parsing [file:line]: message`: what the language itself says about a line (words, blocks).
    Language,
    /// `config : message`: about the configuration as a whole, also when a span is known for the caret.
    Config,
    /// `message` alone: about something other than the configuration.
    Bare,
}

/// One thing to tell the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// How the one-line form introduces it.
    pub frame: Frame,
    /// Where it is.
    pub span: Option<Span>,
    /// One sentence, complete without the rest. It never ends in a line feed.
    pub message: String,
    /// A few words beside the caret, in the terminal form only.
    pub label: Option<String>,
    /// Further lines of the one-line form (an excerpt with a caret); the terminal form has its own.
    pub excerpt: Option<String>,
    /// What the user can do.
    pub help: Vec<String>,
    /// Other places that matter («first defined here»).
    pub also: Vec<(Span, String)>,
    /// The manual's section, such as `4.2`.
    pub manual: Option<&'static str>,
}

impl Diagnostic {
    /// A diagnostic without a place.
    pub fn new(severity: Severity, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity,
            frame: Frame::Parsing,
            span: None,
            message: message.into(),
            label: None,
            excerpt: None,
            help: Vec::new(),
            also: Vec::new(),
            manual: None,
        }
    }

    /// An error about a place.
    pub fn alert(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Alert, message).at(span)
    }

    /// An alert about a place that stops nobody.
    pub fn complaint(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Complaint, message).at(span)
    }

    /// A warning about a place.
    pub fn warning(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, message).at(span)
    }

    /// A notice about a place.
    pub fn notice(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Notice, message).at(span)
    }

    /// A remark for diagnostic mode about a place.
    pub fn diag(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Diag, message).at(span)
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Diagnostic {
        self.span = Some(span);
        self
    }

    /// Sets how the one-line form introduces it.
    #[must_use]
    pub fn framed(mut self, frame: Frame) -> Diagnostic {
        self.frame = frame;
        self
    }

    /// Sets the words beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// Sets the further lines of the one-line form.
    #[must_use]
    pub fn excerpt(mut self, lines: impl Into<String>) -> Diagnostic {
        self.excerpt = Some(lines.into());
        self
    }

    /// Adds an advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// Adds another place that matters.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.also.push((span, label.into()));
        self
    }

    /// Names the section of the manual that explains it.
    #[must_use]
    pub fn manual(mut self, section: &'static str) -> Diagnostic {
        self.manual = Some(section);
        self
    }
}
