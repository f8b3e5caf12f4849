//! What is missing though it is nearly always wanted.

use super::model::{Model, begins, find};
use super::{Found, Rule};
use syntax::Line;

pub static NO_REQUEST_TIMEOUT: Rule = Rule {
    name: "no-request-timeout",
    why: "a client may send its request as slowly as 'timeout client' allows between two bytes, forever",
    fix: "set 'timeout http-request' to a few seconds",
    check: no_request_timeout,
};

fn no_request_timeout(model: &Model<'_>, found: &mut Found<'_>) {
    for one in model.fronts().filter(|one| model.is_http(one)) {
        if !model.has(one, &["timeout", "http-request"]) {
            found.push(one.section.span, "nothing limits how long a request may take to arrive");
        }
    }
}

pub static POOR_LOG: Rule = Rule {
    name: "poor-log",
    why: "without a format a log line says only that somebody connected",
    fix: "add 'option httplog' or 'option tcplog', or a 'log-format'",
    check: poor_log,
};

fn poor_log(model: &Model<'_>, found: &mut Found<'_>) {
    const FORMATS: [&[&str]; 6] = [
        &["option", "httplog"],
        &["option", "httpslog"],
        &["option", "tcplog"],
        &["log-format"],
        &["log-format-sd"],
        &["log-profile"],
    ];
    for one in model.fronts() {
        let formatted = FORMATS.iter().any(|words| model.has(one, words));
        if model.has(one, &["log"]) && !formatted {
            found.push(one.section.span, "log lines of this proxy say next to nothing");
        }
    }
}

pub static UNCHECKED_SERVER: Rule = Rule {
    name: "unchecked-server",
    why: "requests go on being sent to a server that nobody notices is gone",
    fix: "add 'check' to the line or to 'default-server'",
    check: unchecked_server,
};

fn unchecked_server(model: &Model<'_>, found: &mut Found<'_>) {
    for one in model.backs() {
        let lines = model.lines(one);
        let says = |line: &Line, word: &str| find(line, word).is_some();
        let by_default = lines.iter().any(|line| begins(line, &["default-server"]) && says(line, "check"));
        let servers: Vec<&&Line> = lines.iter().filter(|line| begins(line, &["server"])).collect();
        for line in servers.iter().filter(|_| servers.len() > 1) {
            let watched = ["check", "track", "agent-check", "disabled"].iter().any(|word| says(line, word));
            if !watched && (!by_default || says(line, "no-check")) {
                found.push(line.span, "this server is one of several and isn't checked");
            }
        }
    }
}
