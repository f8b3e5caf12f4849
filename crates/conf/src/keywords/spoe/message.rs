//! Keywords of section `spoe-message` (SPOE.txt, 2.3).

use crate::build::SpoeMessageB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};
use crate::spec::{Sourced, SpoeArg, SpoeEvent};
use expr::{Expr, Places, Unbuilt};

pub static ITEMS: &[&Keyword<SpoeMessageB>] = &[&ACL, &ARGS, &EVENT];

static ACL: Keyword<SpoeMessageB> = Keyword {
    name: "acl",
    args: Arity::at_least(2, "<name> <criterion> [flags] [operator] <value>…"),
    since: "1.8",
    doc: "Declares a test for the condition of this message.",
    manual: "9.3",
    ..Keyword::plain(|cx, message| {
        message.acls.push(Sourced { words: cx.texts_from(0), at: cx.at(0) });
        cx.acl(&mut message.known_acls);
    })
};

static ARGS: Keyword<SpoeMessageB> = Keyword {
    name: "args",
    args: Arity::at_least(0, "[<name>=]<sample>…"),
    since: "1.7",
    doc: "What the message carries.",
    manual: "9.3",
    ..Keyword::plain(|cx, message| {
        for i in 0..cx.len() {
            let text = cx.text(i);
            // A name is what stands before the first `=` that no parenthesis precedes.
            let end = text.iter().position(|c| matches!(c, b'=' | b'(' | b','));
            let (name, from) = match end {
                Some(at) if text[at] == b'=' => (&text[..at], at + 1),
                _ => (&[][..], 0),
            };
            let Some(places) = arg(cx, i, from) else { continue };
            message.arg_places.push((places, cx.span(i)));
            let expr = Sourced { words: vec![text[from..].into()], at: cx.at(i) };
            message.args.push(SpoeArg { name: name.into(), expr });
        }
    })
};

/// Where the expression from byte `from` of an argument can be evaluated.
fn arg(cx: &mut Cx<'_>, i: usize, from: usize) -> Option<Places> {
    // As in the reference, a converter may be missing behind the last comma.
    let text = cx.text(i)[from..].strip_suffix(b",").unwrap_or(&cx.text(i)[from..]);
    match Expr::compile(text, &mut cx.expr_world(i)) {
        Ok(expr) => {
            let unbuilt: Vec<Unbuilt> = expr.unbuilt().map(|one| Unbuilt { off: one.off + from, ..one }).collect();
            cx.note_unbuilt(i, &unbuilt);
            Some(expr.places())
        }
        Err(mut error) => {
            error.off += from;
            let text = format!("'args' : {}.", error.text);
            cx.rule_error(i, &error, &text);
            None
        }
    }
}

static EVENT: Keyword<SpoeMessageB> = Keyword {
    name: "event",
    args: Arity::at_least(1, "an event's name and [if | unless <condition>]"),
    since: "1.7",
    doc: "When the message is sent.",
    manual: "9.3",
    ..Keyword::plain(|cx, message| {
        let Some(event) = cx.one_of(0, SpoeEvent::NAMED) else { return };
        // The reference doesn't tell about tests that can't match here.
        let Some(cond) = cx.cond(1, &message.known_acls, Places::ALL) else { return };
        let cond = cond.map(|_| Sourced { words: cx.texts_from(1), at: cx.at(1) });
        message.event = Some((event, cond));
    })
};
