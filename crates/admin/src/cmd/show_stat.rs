//! `show stat`.

use crate::command::{Call, Command};
use crate::reply::{PIECE, Pieces, Reply};
use crate::stat::{self, Form, View};
use crate::target;
use conf::spec::CliLevel;
use proxy::stats::{Of, Only, Row, Rows};

pub static COMMAND: Command = Command {
    words: &["show", "stat"],
    usage: "show stat [desc|json|no-maint|typed|up]*",
    level: CliLevel::User,
    doc: "figures of each proxy and server",
    run,
};

/// Which servers are left out.
#[derive(Clone, Copy, Default)]
struct Hide {
    /// `up`: those that are down or in maintenance.
    down: bool,
    /// `no-maint`: those in maintenance.
    maint: bool,
}

fn run(call: &mut Call<'_>) -> Reply {
    let control = &call.serving.control;
    let plan = control.plan();
    let mut args = call.args;
    if let [word, domain, rest @ ..] = args
        && word == "domain"
    {
        match domain.as_str() {
            "proxy" => args = rest,
            "resolvers" => return Reply::later("show stat domain resolvers"),
            _ => return Reply::error("Invalid statistics domain."),
        }
    }
    let mut only = Only::ALL;
    if let [proxy, kind, sid, rest @ ..] = args
        && let (Ok(kind), Ok(sid)) = (kind.parse::<i64>(), sid.parse::<i64>())
    {
        if proxy != "-1" {
            only.proxy = target::proxy(&plan, proxy);
            if only.proxy.is_none() {
                return Reply::error("No such proxy.");
            }
        }
        only.fronts = kind & 1 != 0;
        only.backs = kind & 2 != 0;
        only.servers = kind & 4 != 0;
        only.sockets = kind & 8 != 0;
        only.sid = u32::try_from(sid).ok();
        args = rest;
    }
    let (mut form, mut desc, mut hide) = (Form::Csv, false, Hide::default());
    for arg in args {
        match arg.as_str() {
            "typed" => form = Form::Typed { desc: false },
            "json" => form = Form::Json,
            "desc" => desc = true,
            "up" => hide.down = true,
            "no-maint" => hide.maint = true,
            _ => break,
        }
    }
    if let Form::Typed { desc: described } = &mut form {
        *described = desc;
    }
    let rows = Rows::new(control.shared(), plan, only);
    let legends = call.state.level >= CliLevel::Operator;
    Reply::Pieces(Box::new(Dump { rows, form, hide, legends, place: Place::Head }))
}

struct Dump {
    rows: Rows,
    form: Form,
    hide: Hide,
    legends: bool,
    place: Place,
}

#[derive(PartialEq)]
enum Place {
    Head,
    First,
    Further,
    End,
}

impl Pieces for Dump {
    fn next(&mut self, out: &mut String) -> bool {
        let start = out.len();
        while out.len() - start < PIECE {
            match self.place {
                Place::Head => {
                    out.push_str(&stat::head(self.form));
                    self.place = Place::First;
                }
                Place::First | Place::Further => self.row(out),
                Place::End => return out.len() > start,
            }
        }
        true
    }
}

impl Dump {
    fn row(&mut self, out: &mut String) {
        let hide = self.hide;
        match self.rows.find(|row| !hide.covers(row)) {
            Some(row) => {
                let view = View { row, legends: self.legends };
                stat::row(self.form, &view, self.place == Place::First, out);
                self.place = Place::Further;
            }
            None => {
                if self.form == Form::Json {
                    out.push_str("]\n");
                }
                self.place = Place::End;
            }
        }
    }
}

impl Hide {
    fn covers(self, row: &Row) -> bool {
        let Of::Server(server) = &row.of else { return false };
        let maint = server.state.maint || !server.state.resolved;
        (maint && (self.down || self.maint)) || (self.down && !server.state.up)
    }
}
