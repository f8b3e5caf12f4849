//! The fields of `show info`, in their order. Those that have no meaning here are 0.

use crate::About;
use crate::field::{Field, Value};
use proxy::Shared;
use proxy::stats::Process;

/// What the fields are taken from.
pub struct Info {
    pub of: Process,
    pub about: About,
    pub node: String,
    pub description: Option<Box<str>>,
    pub nofile: u32,
    /// What `maxconn` was at the start.
    pub hard_maxconn: u32,
    pub conn_rate_limit: u32,
    pub sess_rate_limit: u32,
    pub maxpipes: u32,
    pub pipes_used: u32,
}

impl Info {
    /// The figures now. Only on a worker.
    pub fn new(shared: &Shared, plan: &proxy::plan::Plan, about: &About, hard_maxconn: u32) -> Info {
        let global = &plan.spec.global;
        let node = global.node.as_deref().map_or_else(|| shared.process.hostname.to_string(), str::to_owned);
        Info {
            of: Process::of(shared, plan),
            about: about.clone(),
            node,
            description: global.description.clone(),
            nofile: u32::try_from(sys::nofile().0).unwrap_or(u32::MAX),
            hard_maxconn,
            conn_rate_limit: shared.connection_limit.get(),
            sess_rate_limit: shared.session_limit.get(),
            maxpipes: global.maxpipes.unwrap_or(0),
            pipes_used: u32::try_from(shared.pipes.used().0).unwrap_or(u32::MAX),
        }
    }
}

/// `1d 2h03m04s`.
fn uptime(s: u64) -> String {
    format!("{}d {}h{:02}m{:02}s", s / 86_400, s / 3600 % 24, s / 60 % 60, s % 60)
}

/// All fields. Their places never change.
pub static FIELDS: &[Field<Info>] = &[
    Field { name: "Name", tags: "POSV", doc: "Product", get: |_| Value::str("HAProxy") },
    Field { name: "Version", tags: "POSV", doc: "Version of the product", get: |p| Value::str(p.about.version) },
    Field { name: "Release_date", tags: "POSV", doc: "Day of its release", get: |p| Value::str(p.about.release_date) },
    Field { name: "Nbthread", tags: "CGSV", doc: "Worker threads", get: |p| Value::U32(p.of.threads) },
    Field { name: "Nbproc", tags: "CGSV", doc: "Processes", get: |_| Value::U32(1) },
    Field { name: "Process_num", tags: "KGPV", doc: "Number of this process", get: |_| Value::U32(1) },
    Field { name: "Pid", tags: "SGPV", doc: "Process id", get: |p| Value::U32(p.of.pid) },
    Field { name: "Uptime", tags: "MDPV", doc: "Time since the start", get: |p| Value::str(uptime(p.of.uptime_s)) },
    Field { name: "Uptime_sec", tags: "MDPV", doc: "Seconds since the start", get: |p| Value::secs(p.of.uptime_s) },
    Field { name: "Memmax_MB", tags: "CLPV", doc: "Limit of memory in MB", get: |_| Value::U32(0) },
    Field { name: "PoolAlloc_MB", tags: "MGPV", doc: "MB allocated in pools", get: |_| Value::U32(0) },
    Field { name: "PoolUsed_MB", tags: "MGPV", doc: "MB of pools in use", get: |_| Value::U32(0) },
    Field { name: "PoolFailed", tags: "MCPV", doc: "Allocations from pools that failed", get: |_| Value::U32(0) },
    Field { name: "Ulimit-n", tags: "CLPV", doc: "Descriptors that may be open", get: |p| Value::U32(p.nofile) },
    Field { name: "Maxsock", tags: "CLPV", doc: "Sockets that may be open", get: |p| Value::U32(p.nofile) },
    Field {
        name: "Maxconn",
        tags: "CLPV",
        doc: "Client connections allowed at a time",
        get: |p| Value::U32(p.of.maxconn),
    },
    Field {
        name: "Hard_maxconn",
        tags: "CLPV",
        doc: "Highest value that maxconn can be set to",
        get: |p| Value::U32(p.hard_maxconn),
    },
    Field { name: "CurrConns", tags: "MGPV", doc: "Client connections now", get: |p| Value::U32(p.of.connections) },
    Field {
        name: "CumConns",
        tags: "MCPV",
        doc: "Client connections so far",
        get: |p| Value::secs(p.of.total_connections),
    },
    Field { name: "CumReq", tags: "MCPV", doc: "Requests so far", get: |p| Value::secs(p.of.total_requests) },
    Field { name: "MaxSslConns", tags: "MMPV", doc: "TLS connections allowed at a time", get: |_| Value::U32(0) },
    Field { name: "CurrSslConns", tags: "MGPV", doc: "TLS connections now", get: |_| Value::U32(0) },
    Field { name: "CumSslConns", tags: "MCPV", doc: "TLS connections so far", get: |_| Value::U32(0) },
    Field { name: "Maxpipes", tags: "CLPV", doc: "Pipes for splicing allowed", get: |p| Value::U32(p.maxpipes) },
    Field { name: "PipesUsed", tags: "MGPV", doc: "Pipes in use", get: |p| Value::U32(p.pipes_used) },
    Field { name: "PipesFree", tags: "MGPV", doc: "Pipes ready for use", get: |_| Value::U32(0) },
    Field { name: "ConnRate", tags: "MRPV", doc: "Connections per second", get: |p| Value::U32(p.of.connection_rate) },
    Field {
        name: "ConnRateLimit",
        tags: "CLPV",
        doc: "Limit of connections per second",
        get: |p| Value::U32(p.conn_rate_limit),
    },
    Field {
        name: "MaxConnRate",
        tags: "MMPV",
        doc: "Most connections per second",
        get: |p| Value::U32(p.of.highest_connection_rate),
    },
    Field { name: "SessRate", tags: "MRPV", doc: "Sessions per second", get: |p| Value::U32(p.of.session_rate) },
    Field {
        name: "SessRateLimit",
        tags: "CLPV",
        doc: "Limit of sessions per second",
        get: |p| Value::U32(p.sess_rate_limit),
    },
    Field {
        name: "MaxSessRate",
        tags: "MRPV",
        doc: "Most sessions per second",
        get: |p| Value::U32(p.of.highest_session_rate),
    },
    Field { name: "SslRate", tags: "MRPV", doc: "TLS sessions per second", get: |_| Value::U32(0) },
    Field { name: "SslRateLimit", tags: "CLPV", doc: "Limit of TLS sessions per second", get: |_| Value::U32(0) },
    Field { name: "MaxSslRate", tags: "MMPV", doc: "Most TLS sessions per second", get: |_| Value::U32(0) },
    Field {
        name: "SslFrontendKeyRate",
        tags: "MGPV",
        doc: "TLS keys computed per second for clients",
        get: |_| Value::U32(0),
    },
    Field {
        name: "SslFrontendMaxKeyRate",
        tags: "MMPV",
        doc: "Most TLS keys per second for clients",
        get: |_| Value::U32(0),
    },
    Field {
        name: "SslFrontendSessionReuse_pct",
        tags: "MGPV",
        doc: "Percent of TLS sessions resumed by clients",
        get: |_| Value::U32(0),
    },
    Field {
        name: "SslBackendKeyRate",
        tags: "MRPV",
        doc: "TLS keys computed per second for servers",
        get: |_| Value::U32(0),
    },
    Field {
        name: "SslBackendMaxKeyRate",
        tags: "MMPV",
        doc: "Most TLS keys per second for servers",
        get: |_| Value::U32(0),
    },
    Field { name: "SslCacheLookups", tags: "MCPV", doc: "Lookups in the TLS session cache", get: |_| Value::U32(0) },
    Field { name: "SslCacheMisses", tags: "MCPV", doc: "Lookups there that found nothing", get: |_| Value::U32(0) },
    Field { name: "CompressBpsIn", tags: "MRPV", doc: "Bytes per second into compression", get: |_| Value::U32(0) },
    Field { name: "CompressBpsOut", tags: "MRPV", doc: "Bytes per second out of compression", get: |_| Value::U32(0) },
    Field {
        name: "CompressBpsRateLim",
        tags: "CLPV",
        doc: "Limit of bytes per second into compression",
        get: |_| Value::U32(0),
    },
    // The reference shows these two where it was built with another compression library.
    Field { name: "ZlibMemUsage", tags: "MGPV", doc: "Memory in use by zlib", get: |_| Value::None },
    Field { name: "MaxZlibMemUsage", tags: "CLPV", doc: "Limit of memory for zlib", get: |_| Value::None },
    Field { name: "Tasks", tags: "MGPV", doc: "Tasks", get: |p| Value::secs(p.of.tasks) },
    Field { name: "Run_queue", tags: "MGPV", doc: "Tasks ready to run", get: |p| Value::secs(p.of.queued_tasks) },
    Field {
        name: "Idle_pct",
        tags: "MaPV",
        doc: "Percent of the time spent waiting",
        get: |p| Value::secs(p.of.idle_percent),
    },
    Field { name: "node", tags: "COSV", doc: "Name of this node", get: |p| Value::str(&*p.node) },
    Field {
        name: "description",
        tags: "COSV",
        doc: "Description of this node",
        get: |p| p.description.as_deref().map_or(Value::None, Value::str),
    },
    Field { name: "Stopping", tags: "MGPV", doc: "1 while stopping", get: |p| Value::U32(u32::from(p.of.stopping)) },
    Field {
        name: "Jobs",
        tags: "MGPV",
        doc: "Connections and listeners",
        get: |p| Value::U32(p.of.connections.saturating_add(p.of.listeners)),
    },
    Field {
        name: "Unstoppable Jobs",
        tags: "MGPV",
        doc: "Of these, what a stop does not wait for",
        get: |_| Value::U32(0),
    },
    Field { name: "Listeners", tags: "MGPV", doc: "Listening addresses", get: |p| Value::U32(p.of.listeners) },
    Field { name: "ActivePeers", tags: "MGPV", doc: "Peers trying to connect", get: |_| Value::U32(0) },
    Field { name: "ConnectedPeers", tags: "MGPV", doc: "Peers connected", get: |_| Value::U32(0) },
    Field {
        name: "DroppedLogs",
        tags: "MGPV",
        doc: "Log lines that could not be sent",
        get: |p| Value::secs(p.of.lost_logs),
    },
    Field { name: "BusyPolling", tags: "MGPV", doc: "1 if busy polling is on", get: |_| Value::U32(0) },
    Field { name: "FailedResolutions", tags: "MGPV", doc: "Name lookups that failed", get: |_| Value::U32(0) },
    Field { name: "TotalBytesOut", tags: "MGPV", doc: "Bytes sent to clients", get: |p| Value::U64(p.of.bytes_out) },
    Field { name: "TotalSplicdedBytesOut", tags: "MGPV", doc: "Of these, bytes spliced", get: |_| Value::U64(0) },
    Field {
        name: "BytesOutRate",
        tags: "MRPV",
        doc: "Bytes sent per second",
        get: |p| Value::U64(p.of.bytes_out_rate),
    },
    Field { name: "DebugCommandsIssued", tags: "MGPV", doc: "Debugging commands used", get: |_| Value::U32(0) },
    Field { name: "CumRecvLogs", tags: "MCPV", doc: "Log lines received", get: |_| Value::U32(0) },
    Field { name: "Build info", tags: "POSV", doc: "Version as built", get: |p| Value::str(p.about.version) },
    Field { name: "Memmax_bytes", tags: "CLPV", doc: "Limit of memory in bytes", get: |_| Value::U32(0) },
    Field { name: "PoolAlloc_bytes", tags: "MGPV", doc: "Bytes allocated in pools", get: |_| Value::U64(0) },
    Field { name: "PoolUsed_bytes", tags: "MGPV", doc: "Bytes of pools in use", get: |_| Value::U64(0) },
    Field {
        name: "Start_time_sec",
        tags: "MDPV",
        doc: "Second of the start since 1970",
        get: |p| Value::secs(p.of.started_s),
    },
    Field {
        name: "Tainted",
        tags: "SGPV",
        doc: "Flags of what makes a support request harder",
        get: |_| Value::str("0"),
    },
    Field {
        name: "TotalWarnings",
        tags: "MCPV",
        doc: "Warnings said since the start",
        get: |p| Value::U32(p.about.startup.warnings()),
    },
    Field {
        name: "MaxconnReached",
        tags: "MCPV",
        doc: "How often maxconn was reached",
        get: |p| Value::U32(p.of.maxconn_reached),
    },
    Field {
        name: "BootTime_ms",
        tags: "MDPV",
        doc: "Milliseconds that starting took",
        get: |p| Value::U32(p.about.startup.took_ms()),
    },
    Field {
        name: "Niced_tasks",
        tags: "MGPV",
        doc: "Tasks ready to run that are niced",
        get: |p| Value::secs(p.of.niced_tasks),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        crate::field::check_table(FIELDS);
        let at = |name| FIELDS.iter().position(|field| field.name == name);
        assert_eq!((at("Name"), at("PoolFailed"), at("Tainted")), (Some(0), Some(12), Some(71)));
    }

    #[test]
    fn uptimes() {
        for (s, expected) in [(0, "0d 0h00m00s"), (61, "0d 0h01m01s"), (90_061, "1d 1h01m01s")] {
            assert_eq!(uptime(s), expected);
        }
    }
}
