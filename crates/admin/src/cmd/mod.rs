//! The commands, one file each or one for a pair that belongs together.

mod clear_counters;
mod echo;
mod experimental;
mod frontend;
mod help;
mod list;
mod maxconn;
mod prompt;
mod quit;
mod rate_limit;
mod reload;
mod server_maint;
mod set_server;
mod set_session;
mod show_activity;
mod show_backend;
mod show_cli_level;
mod show_cli_sockets;
mod show_env;
mod show_errors;
mod show_info;
mod show_libs;
mod show_servers_conn;
mod show_servers_state;
mod show_sess;
mod show_startup_logs;
mod show_stat;
mod show_threads;
mod show_version;
mod shutdown_sessions;
mod var;
mod weight;

use crate::command::Command;

/// All commands but those of [`SESSION`], in alphabetical order.
pub static ITEMS: &[&Command] = &[
    &list::ADD_ACL,
    &list::ADD_MAP,
    &list::CLEAR_ACL,
    &clear_counters::MAXIMA,
    &clear_counters::ALL,
    &clear_counters::SERVER,
    &list::CLEAR_MAP,
    &list::COMMIT_ACL,
    &list::COMMIT_MAP,
    &list::DEL_ACL,
    &list::DEL_MAP,
    &frontend::DISABLE,
    &server_maint::DISABLE,
    &echo::COMMAND,
    &frontend::ENABLE,
    &server_maint::ENABLE,
    &experimental::COMMAND,
    &list::GET_ACL,
    &list::GET_MAP,
    &var::GET,
    &weight::GET,
    &show_cli_level::OPERATOR,
    &list::PREPARE_ACL,
    &list::PREPARE_MAP,
    &reload::COMMAND,
    &list::SET_MAP,
    &maxconn::FRONTEND,
    &maxconn::GLOBAL,
    &maxconn::SERVER,
    &rate_limit::COMMAND,
    &set_server::COMMAND,
    &set_session::SEVERITY,
    &set_session::TIMEOUT,
    &var::SET,
    &weight::SET,
    &list::SHOW_ACL,
    &show_activity::COMMAND,
    &show_backend::COMMAND,
    &show_cli_level::COMMAND,
    &show_cli_sockets::COMMAND,
    &show_env::COMMAND,
    &show_errors::COMMAND,
    &show_info::COMMAND,
    &show_libs::COMMAND,
    &list::SHOW_MAP,
    &show_servers_conn::COMMAND,
    &show_servers_state::COMMAND,
    &show_sess::SHOW,
    &show_startup_logs::COMMAND,
    &show_stat::COMMAND,
    &show_threads::COMMAND,
    &show_version::COMMAND,
    &frontend::SHUTDOWN,
    &show_sess::SHUTDOWN,
    &shutdown_sessions::COMMAND,
    &show_cli_level::USER,
];

/// What every help ends with.
pub static SESSION: &[&Command] = &[&help::COMMAND, &prompt::COMMAND, &quit::COMMAND];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        let names: Vec<String> = ITEMS.iter().map(|command| command.words.join(" ")).collect();
        assert!(names.is_sorted(), "{names:?}");
        for command in ITEMS.iter().chain(SESSION) {
            assert!(command.usage.starts_with(&command.words.join(" ")), "{}", command.usage);
            assert!(command.usage.len() <= 40 && !command.doc.is_empty(), "{}", command.usage);
        }
    }
}
