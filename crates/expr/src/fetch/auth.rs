//! Authentication of clients (manual 7.3.6; RFC 7617, 6750).

use http::{HdrId, Head};

use crate::args::{Arg, Args};
use crate::conv::base64_decode;
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::fetch::message::{Found, find};
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::{Type, Val};

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("http_auth", "user list", Type::Bool, Places::REQUEST, "true if the client's name and password are in the user list").does(is_known),
    f("http_auth_bearer", "[string]", Type::Str, Places::REQUEST, "the client's bearer token").prepared(field_arg).does(bearer),
    f("http_auth_group", "user list", Type::Str, Places::REQUEST, "the client's name, or for an ACL its groups, if the user list has it with this password").does(groups),
    f("http_auth_pass", "", Type::Str, Places::REQUEST, "the password that the client gave").does(|_, env, _| basic(env, |_, pass| pass)),
    f("http_auth_type", "", Type::Str, Places::REQUEST, "the scheme of the client's Authorization field").does(scheme_name),
    f("http_auth_user", "", Type::Str, Places::REQUEST, "the user name that the client gave").does(|_, env, _| basic(env, |user, _| user)),
];

fn field_arg(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    args.make_field_name();
    Ok(())
}

/// The schemes that are known.
#[derive(Clone, Copy, PartialEq)]
enum Scheme {
    Basic,
    Bearer,
}

/// Scheme and credentials of a field's value.
fn credentials(value: &[u8]) -> Option<(Scheme, &[u8])> {
    let blank = memchr::memchr(b' ', value)?;
    let (name, rest) = (&value[..blank], value[blank..].trim_ascii_start());
    let scheme = match name {
        _ if name.eq_ignore_ascii_case(b"basic") => Scheme::Basic,
        _ if name.eq_ignore_ascii_case(b"bearer") => Scheme::Bearer,
        _ => return None,
    };
    Some((scheme, rest))
}

fn authorization(head: &Head) -> Option<(Scheme, &[u8])> {
    credentials(head.first(HdrId::Authorization)?)
}

/// User name and password in base64, with a colon between them. Read anew each time: they are asked for once or twice.
fn pair(encoded: &[u8]) -> Option<(Vec<u8>, usize)> {
    let text = base64_decode(encoded)?;
    let colon = memchr::memchr(b':', &text)?;
    Some((text, colon))
}

fn basic<'a>(env: &'a Env<'a>, part: for<'p> fn(&'p [u8], &'p [u8]) -> &'p [u8]) -> Got<'a> {
    let head = match find(env.request, env.last) {
        Found::Head(head) => head,
        Found::Not(got) => return got,
    };
    let Some((Scheme::Basic, encoded)) = authorization(head) else { return Got::Absent };
    let found = pair(encoded).and_then(|(text, colon)| env.scratch.copy(part(&text[..colon], &text[colon + 1..])));
    Got::opt(found.map(Val::Str))
}

/// The user list that is named, and the name and password that the client gave.
fn asked<'a>(args: &'a Args, env: &'a Env<'a>) -> Result<(&'a str, &'a [u8], &'a [u8]), Got<'a>> {
    let list = match args.get(0) {
        Some(Arg::Named(_, name, _)) => core::str::from_utf8(name).unwrap_or_default(),
        _ => return Err(Got::Absent),
    };
    let given = |got| match got {
        Got::Val { v, .. } => Ok(Val::bytes(&v).unwrap_or_default()),
        other => Err(other),
    };
    Ok((list, given(basic(env, |user, _| user))?, given(basic(env, |_, pass| pass))?))
}

fn is_known<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    match asked(args, env) {
        Ok((list, user, password)) => {
            let known = env.live.and_then(|live| live.knows_user(list, user, password));
            Got::one(Val::Bool(known == Some(true)))
        }
        Err(Got::Wait) => Got::Wait,
        Err(_) => Got::one(Val::Bool(false)),
    }
}

/// An ACL is given the user's groups one after the other: the patterns of `http_auth_group` are groups. The password is
/// looked at once.
fn groups<'a>(args: &'a Args, env: &'a Env<'a>, cursor: &mut Cursor) -> Got<'a> {
    let (list, user, password) = match asked(args, env) {
        Ok(asked) => asked,
        Err(other) => return other,
    };
    let Some(live) = env.live else { return Got::Absent };
    if cursor.at == 0 && live.knows_user(list, user, password) != Some(true) {
        return Got::Absent;
    }
    if !cursor.every {
        return Got::one(Val::Str(user));
    }
    let group = live.group(list, user, cursor.at, env.scratch);
    cursor.at += 1;
    group.map_or(Got::Absent, |group| Got::Val { v: Val::Str(group), more: true })
}

fn scheme_name<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    match find(env.request, env.last) {
        Found::Head(head) => match authorization(head) {
            Some((Scheme::Basic, encoded)) if pair(encoded).is_some() => Got::one(Val::Str(b"Basic")),
            Some((Scheme::Bearer, _)) => Got::one(Val::Str(b"Bearer")),
            _ => Got::Absent,
        },
        Found::Not(got) => got,
    }
}

/// Without a field's name a token has to be there; with one, as the reference does, there always is one, maybe empty.
fn bearer<'a>(args: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    let head = match find(env.request, env.last) {
        Found::Head(head) => head,
        Found::Not(got) => return got,
    };
    let token = |value: &'a [u8]| credentials(value).filter(|(s, _)| *s == Scheme::Bearer).map(|(_, token)| token);
    match args.get(0) {
        Some(Arg::Field(id, name)) => {
            let first = match id {
                HdrId::Other => head.find_name(name).next().map(|f| f.value),
                id => head.first(*id),
            };
            Got::one(Val::Str(first.and_then(token).unwrap_or_default()))
        }
        _ => Got::opt(head.first(HdrId::Authorization).and_then(token).map(Val::Str)),
    }
}
