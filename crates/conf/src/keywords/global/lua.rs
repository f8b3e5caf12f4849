//! Lua programs: what is loaded, and `tune.lua.*`.

use super::shape::{ANY, number, parsed, put_choice, put_number, put_switch, put_time, switch, time};
use crate::build::GlobalB;
use crate::compile::Run;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Reload};
use crate::spec::{LuaLibs, LuaLoad, LuaPath, LuaStderr};
use base::Ms;
use diag::Diagnostic;

pub static LOAD: Keyword<GlobalB> = Keyword {
    name: "lua-load",
    since: "1.6",
    doc: "Runs a Lua file in the state that all threads share.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.lua.loaded(false).eq(b.lua.loaded(false))),
    ..parsed(Arity::at_least(1, "a file name"), |cx, global| load(cx, global, false))
};

pub static LOAD_PER_THREAD: Keyword<GlobalB> = Keyword {
    name: "lua-load-per-thread",
    since: "2.4",
    doc: "Runs a Lua file in a state of each thread's own.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.lua.loaded(true).eq(b.lua.loaded(true))),
    ..parsed(Arity::at_least(1, "a file name"), |cx, global| load(cx, global, true))
};

fn load(cx: &mut Cx<'_>, global: &mut GlobalB, per_thread: bool) {
    let path = cx.path(0);
    if let Err(why) = cx.world.read(&path) {
        let path = String::from_utf8_lossy(&path).into_owned();
        return cx.alert(0, format!(": error in Lua file '{path}': cannot read it ({why})."));
    }
    let load = LuaLoad { path: path.into(), args: cx.texts_from(1), per_thread };
    global.lua_from = global.lua_from.or(Some(cx.span(KEYWORD)));
    global.spec.lua.loads.push(load);
}

pub static PREPEND_PATH: Keyword<GlobalB> = Keyword {
    name: "lua-prepend-path",
    since: "2.2",
    doc: "Puts a pattern in front of those by which Lua finds its libraries.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.lua.paths == b.lua.paths),
    ..parsed(Arity::between(1, 2, "a path and its type: 'path' or 'cpath'"), |cx, global| {
        let c = match cx.len() {
            2 => cx.one_of(1, &[("path", false), ("cpath", true)]),
            _ => Some(false),
        };
        if let (Some(c), Some(path)) = (c, cx.bytes(0)) {
            global.spec.lua.paths.push(LuaPath { path, c });
        }
    })
};

pub static BOOL_CONVERSION: Keyword<GlobalB> = Keyword {
    name: "tune.lua.bool-sample-conversion",
    since: "3.1",
    doc: "Whether booleans reach Lua as booleans, or as numbers as they once did.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.lua.bool_conversion == b.tune.lua.bool_conversion),
    ..parsed(Arity::exactly(1, "'normal' or 'pre-3.1-bug'"), |cx, global| {
        if let Some(normal) = cx.one_of(0, &[("normal", true), ("pre-3.1-bug", false)]) {
            // As documented, what comes after a program is loaded doesn't count.
            if global.lua_from.is_none() {
                global.spec.tune.lua.bool_conversion = Some(normal);
            }
        }
    })
};

pub static BURST_TIMEOUT: Keyword<GlobalB> = Keyword {
    name: "tune.lua.burst-timeout",
    since: "2.9",
    doc: "How long a Lua function may run without a pause; 0 for no limit.",
    manual: "3.2",
    ..time(|cx, global| put_limit(cx, &mut global.spec.tune.lua.burst_timeout))
};

pub static FORCED_YIELD: Keyword<GlobalB> = Keyword {
    name: "tune.lua.forced-yield",
    since: "1.6",
    doc: "Instructions after which a Lua function must let others run.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.lua.forced_yield == b.tune.lua.forced_yield),
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.lua.forced_yield))
};

pub static LOG_LOGGERS: Keyword<GlobalB> = Keyword {
    name: "tune.lua.log.loggers",
    since: "2.9",
    doc: "Whether what Lua logs goes to the proxy's log targets.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.lua.log_loggers))
};

pub static LOG_STDERR: Keyword<GlobalB> = Keyword {
    name: "tune.lua.log.stderr",
    since: "2.9",
    doc: "Whether what Lua logs goes to the standard error output.",
    manual: "3.2",
    ..parsed(Arity::exactly(1, "'on', 'auto' or 'off'"), |cx, global| {
        let choices = [("on", LuaStderr::On), ("auto", LuaStderr::Auto), ("off", LuaStderr::Off)];
        put_choice(cx, &choices, &mut global.spec.tune.lua.log_stderr);
    })
};

pub static MAXMEM: Keyword<GlobalB> = Keyword {
    name: "tune.lua.maxmem",
    since: "1.6",
    doc: "Most megabytes that Lua may take; 0 for no limit.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.lua.maxmem_mb == b.tune.lua.maxmem_mb),
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.lua.maxmem_mb))
};

pub static OPENLIBS: Keyword<GlobalB> = Keyword {
    name: "tune.lua.openlibs",
    since: "3.4",
    doc: "Which of Lua's standard libraries exist.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.lua.libs == b.tune.lua.libs),
    ..parsed(Arity::exactly(1, "'all', 'none' or names of libraries"), |cx, global| {
        if !global.spec.lua.loads.is_empty() || !global.spec.lua.paths.is_empty() {
            return cx.alert(KEYWORD, "must stand before 'lua-load', 'lua-load-per-thread' and 'lua-prepend-path'.");
        }
        if let Some(libs) = libs(cx) {
            global.spec.tune.lua.libs = libs;
        }
    })
};

fn libs(cx: &mut Cx<'_>) -> Option<LuaLibs> {
    match cx.text(0) {
        b"all" => return Some(LuaLibs::ALL),
        b"none" => return Some(LuaLibs::NONE),
        _ => {}
    }
    let mut libs = LuaLibs::NONE;
    for name in cx.text(0).split(|c| *c == b',') {
        match LuaLibs::NAMES.iter().position(|known| known.as_bytes() == name) {
            Some(at) => libs.0 |= 1 << at,
            None => {
                let names = LuaLibs::NAMES.join("', '");
                let got = String::from_utf8_lossy(name).into_owned();
                cx.alert(0, format!("knows '{names}', and 'all' or 'none' alone, not '{got}'."));
                return None;
            }
        }
    }
    Some(libs)
}

pub static SERVICE_TIMEOUT: Keyword<GlobalB> = Keyword {
    name: "tune.lua.service-timeout",
    since: "1.6",
    doc: "How long a Lua service may run.",
    manual: "3.2",
    ..time(|cx, global| put_time(cx, &mut global.spec.tune.lua.service_timeout))
};

pub static SESSION_TIMEOUT: Keyword<GlobalB> = Keyword {
    name: "tune.lua.session-timeout",
    since: "1.6",
    doc: "How long a Lua action, fetch or converter may run.",
    manual: "3.2",
    ..time(|cx, global| put_time(cx, &mut global.spec.tune.lua.session_timeout))
};

pub static TASK_TIMEOUT: Keyword<GlobalB> = Keyword {
    name: "tune.lua.task-timeout",
    since: "1.6",
    doc: "How long a Lua task may run; 0 for no limit.",
    manual: "3.2",
    ..time(|cx, global| put_limit(cx, &mut global.spec.tune.lua.task_timeout))
};

/// Reads a time of which zero means no limit.
fn put_limit(cx: &mut Cx<'_>, slot: &mut Option<Ms>) {
    if let Some(ms) = cx.time(0, 0) {
        *slot = Some(ms).filter(|ms| ms.0 > 0);
    }
}

/// Tells that programs are loaded while it isn't said how booleans reach them.
pub fn check(run: &mut Run<'_>) {
    let Some(at) = run.global.lua_from else { return };
    if run.global.spec.tune.lua.bool_conversion.is_none() {
        let text = "'tune.lua.bool-sample-conversion' isn't set before the first Lua file: it's 'pre-3.1-bug' then.";
        let help = "'normal' is right for programs that take booleans as booleans";
        run.diags.push(Diagnostic::warning(at, text).help(help).manual("3.2"));
    }
}
