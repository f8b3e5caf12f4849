//! Who may do what: sockets, passwords, rights, addresses.

use super::model::{Model, begins, find, value};
use super::{Found, Rule};

pub static ADMIN_SOCKET_OPEN: Rule = Rule {
    name: "admin-socket-open",
    why: "whoever reaches a socket of level 'admin' controls the process",
    fix: "use a unix socket with 'mode 600' or 'mode 660', or a lower level",
    check: admin_socket_open,
};

fn admin_socket_open(model: &Model<'_>, found: &mut Found<'_>) {
    for line in model.lines_of("global").filter(|line| begins(line, &["stats", "socket"])) {
        let is_admin = value(line, "level").is_some_and(|level| level.is("admin"));
        let Some(addr) = line.words.get(2) else { continue };
        let text = addr.show();
        let is_unix = text.starts_with('/') || text.starts_with("unix@") || text.starts_with("abns");
        let is_local = text.contains("127.0.0.1:") || text.contains("[::1]:") || text.contains("localhost:");
        let mode = value(line, "mode").and_then(|mode| u32::from_str_radix(&mode.show(), 8).ok());
        let is_open = match is_unix {
            true => mode.is_some_and(|mode| mode & 0o007 != 0),
            false => !is_local && !text.starts_with("fd@"),
        };
        if is_admin && is_open {
            found.push(addr.span, "anybody who reaches this socket is an administrator");
        }
    }
}

pub static CLEAR_PASSWORD: Rule = Rule {
    name: "clear-password",
    why: "whoever can read the file, a backup or a ticket with it can use the password",
    fix: "use 'password' with a hash in a 'userlist'",
    check: clear_password,
};

fn clear_password(model: &Model<'_>, found: &mut Found<'_>) {
    for line in model.sections.iter().flat_map(|one| &one.section.lines) {
        if let Some(word) = find(line, "insecure-password").filter(|_| begins(line, &["user"])) {
            found.push(word.span, "this password is readable");
        } else if begins(line, &["stats", "auth"]) {
            found.push(line.span, "this password is readable");
        }
    }
}

pub static COOKIE_READABLE: Rule = Rule {
    name: "cookie-readable",
    why: "scripts on the page can read the cookie, and it travels over plain connections",
    fix: "add 'httponly', and 'secure' where clients come by TLS",
    check: cookie_readable,
};

fn cookie_readable(model: &Model<'_>, found: &mut Found<'_>) {
    for line in model.sections.iter().flat_map(|one| &one.section.lines) {
        if begins(line, &["cookie"]) && find(line, "insert").is_some() && find(line, "httponly").is_none() {
            found.push(line.span, "the cookie that is inserted lacks 'httponly'");
        }
    }
}

pub static RUNS_AS_ROOT: Rule = Rule {
    name: "runs-as-root",
    why: "a process that keeps its rights gives them to whoever breaks into it",
    fix: "set 'user' and 'group' (or 'uid' and 'gid') in 'global'",
    check: runs_as_root,
};

fn runs_as_root(model: &Model<'_>, found: &mut Found<'_>) {
    let Some(first) = model.sections.iter().find(|one| one.section.keyword.is("global")) else { return };
    let drops = |line: &syntax::Line| ["user", "uid"].iter().any(|word| begins(line, &[word]));
    if !model.lines_of("global").any(drops) && model.proxies().next().is_some() {
        found.push(first.section.span, "the process keeps the rights that it was started with");
    }
}

pub static STATS_ADMIN_OPEN: Rule = Rule {
    name: "stats-admin-open",
    why: "every visitor of the statistics page can take servers out of service",
    fix: "give 'stats admin' a condition, or ask for a password with 'stats auth'",
    check: stats_admin_open,
};

fn stats_admin_open(model: &Model<'_>, found: &mut Found<'_>) {
    for one in model.proxies() {
        let is_guarded = model.has(one, &["stats", "auth"]) || model.has(one, &["stats", "http-request"]);
        for line in one.section.lines.iter().filter(|line| begins(line, &["stats", "admin"])) {
            let always = line.words.last().is_some_and(|word| word.is("TRUE"));
            if always && !is_guarded {
                found.push(line.span, "everybody may administer servers here");
            }
        }
    }
}

pub static TWO_CLIENT_ADDRESSES: Rule = Rule {
    name: "two-client-addresses",
    why: "the server is told the client's address twice, and a forged header field may win",
    fix: "keep the PROXY protocol or 'option forwardfor', not both",
    check: two_client_addresses,
};

fn two_client_addresses(model: &Model<'_>, found: &mut Found<'_>) {
    for one in model.backs().filter(|one| model.has(one, &["option", "forwardfor"])) {
        for line in one.section.lines.iter().filter(|line| begins(line, &["server"])) {
            let sends = line.words.iter().find(|word| word.text.starts_with(b"send-proxy"));
            if let Some(word) = sends {
                found.push(word.span, "this server gets a PROXY header and X-Forwarded-For");
            }
        }
    }
}
