//! Stick tables (manual 11.1).

use base::Ms;

/// A `stick-table` line of a proxy, or a `table` line of section `peers`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct StickTable {
    pub key: TableKey,
    /// Most entries.
    pub size: u32,
    /// `None`: entries go only when the table is full.
    pub expire: Option<Ms>,
    /// Refuses new entries when full instead of dropping old ones.
    pub nopurge: bool,
    /// Section `peers` that it is shared with.
    pub peers: Option<Box<str>>,
    /// Learns also what is local to the peers.
    pub recv_only: bool,
    /// Table that what comes from peers is written to as well.
    pub write_to: Option<Box<str>>,
    pub server_key: ServerKey,
    /// What entries hold, in the order of [`DATA_TYPES`].
    pub store: Vec<Stored>,
    /// Bytes counted as one in rates of bytes.
    pub byte_rates_factor: u32,
}

/// What entries are found by. Lengths in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TableKey {
    Ipv4,
    Ipv6,
    Integer,
    /// Longer keys are cut.
    String {
        len: u32,
    },
    /// Longer keys are cut, shorter ones filled with zeros.
    Binary {
        len: u32,
    },
}

/// `srvkey`: how entries name a server.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ServerKey {
    #[default]
    Name,
    Addr,
}

/// One thing that entries hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Stored {
    /// Index in [`DATA_TYPES`].
    pub kind: usize,
    /// How many of them, for arrays; 1 otherwise.
    pub count: u32,
    /// Length of the period, for rates.
    pub period: Option<Ms>,
}

/// A type of data that `store` knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataType {
    pub name: &'static str,
    pub shape: DataShape,
    /// The array that makes it superfluous: both together are refused.
    pub array: Option<&'static str>,
}

/// Which arguments a type of data takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DataShape {
    /// None.
    Single,
    /// `(<period>)`.
    Rate,
    /// `(<nb>)`.
    Array,
    /// `(<nb>,<period>)`.
    RateArray,
}

/// Every type of data.
pub static DATA_TYPES: &[DataType] = &[
    single("server_id"),
    single("server_key"),
    DataType { array: Some("gpt"), ..single("gpt0") },
    DataType { array: Some("gpc"), ..single("gpc0") },
    DataType { array: Some("gpc_rate"), ..rate("gpc0_rate") },
    DataType { array: Some("gpc"), ..single("gpc1") },
    DataType { array: Some("gpc_rate"), ..rate("gpc1_rate") },
    single("conn_cnt"),
    rate("conn_rate"),
    single("conn_cur"),
    single("sess_cnt"),
    rate("sess_rate"),
    single("http_req_cnt"),
    rate("http_req_rate"),
    single("http_err_cnt"),
    rate("http_err_rate"),
    single("http_fail_cnt"),
    rate("http_fail_rate"),
    single("bytes_in_cnt"),
    rate("bytes_in_rate"),
    single("bytes_out_cnt"),
    rate("bytes_out_rate"),
    single("glitch_cnt"),
    rate("glitch_rate"),
    DataType { shape: DataShape::Array, ..single("gpt") },
    DataType { shape: DataShape::Array, ..single("gpc") },
    DataType { shape: DataShape::RateArray, ..single("gpc_rate") },
];

const fn single(name: &'static str) -> DataType {
    DataType { name, shape: DataShape::Single, array: None }
}

const fn rate(name: &'static str) -> DataType {
    DataType { name, shape: DataShape::Rate, array: None }
}
