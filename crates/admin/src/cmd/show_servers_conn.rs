//! `show servers conn`.

use crate::command::{Call, Command};
use crate::reply::{Lines, Reply};
use crate::target;
use base::ix::SrvIx;
use conf::spec::CliLevel;
use proxy::plan::Back;
use std::fmt::Write;
use std::sync::Arc;

pub static COMMAND: Command = Command {
    words: &["show", "servers", "conn"],
    usage: "show servers conn [<backend>]",
    level: CliLevel::User,
    doc: "connections to servers, in use and idle",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    let control = &call.serving.control;
    let plan = control.plan();
    let only = match call.arg(0) {
        "" => None,
        name => match target::backend(&plan, name) {
            Some(back) => Some(back),
            None => return Reply::error("Can't find backend."),
        },
    };
    let threads = control.shared().threads;
    let head = format!(
        "# bkname/svname bkid/svid addr port - purge_delay served used_cur used_max need_est idle_sess unsafe_nb safe_nb idle_lim idle_cur idle_per_thr[{threads}]\n"
    );
    let backs: Vec<Arc<Back>> =
        plan.proxies.iter().filter(|px| px.back.is_some()).filter_map(|px| px.back.clone()).collect();
    let wanted = backs.into_iter().filter(move |back| only.as_ref().is_none_or(|only| Arc::ptr_eq(only, back)));
    let servers = wanted.flat_map(|back| (0..back.servers.len()).map(move |at| (back.clone(), SrvIx::from(at))));
    Reply::Pieces(Box::new(Lines::new(head, servers, move |(back, ix), out| line(&back, ix, threads, out))))
}

fn line(back: &Back, ix: SrvIx, threads: usize, out: &mut String) {
    let server = back.server(ix);
    let (spec, live) = (&server.spec, &server.live);
    let lying = live.idle.lying(threads);
    let (proven, all) = lying.iter().fold((0, 0), |(proven, all), one| (proven + one.proven, all + one.all));
    // Writing to a String can't fail.
    let _ = write!(
        out,
        "{}/{} {}/{} {} {} - {} {} {} {} {} 0 {} {} {} {}",
        back.spec.name,
        spec.name,
        back.id,
        back.server_id(ix),
        spec.addr.addr.ip().map_or_else(|| "-".to_owned(), |ip| ip.to_string()),
        spec.addr.addr.port().unwrap_or(0),
        spec.pool_purge_delay.0,
        live.served.get(),
        live.idle.used(),
        live.idle.open.max(),
        live.idle.needed(threads),
        all - proven,
        proven,
        spec.pool_max_conn.map_or(-1, i64::from),
        all,
    );
    for one in lying {
        let _ = write!(out, " {}", one.all);
    }
    out.push('\n');
}
