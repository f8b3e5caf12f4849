//! Files with the states of servers, as `show servers state` writes them (management.txt, 9.3): a line with the
//! version, then a line for each server, its columns parted by blanks. Lines that begin with `#` don't count.

use core::net::IpAddr;

/// What one line says about one server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub backend: Box<[u8]>,
    pub server: Box<[u8]>,
    /// Number of the line, from 1.
    pub line: u32,
    /// The state, or which column has a value that can't be.
    pub state: Result<ServerState, BadValue>,
}

/// The state of a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerState {
    /// `None`: the address is no address.
    pub addr: Option<IpAddr>,
    /// 0 stopped, 1 starting, 2 running, 3 stopping.
    pub op_state: u8,
    /// Bits of the administrative state.
    pub admin_state: u8,
    pub uweight: u32,
    pub iweight: u32,
    pub since_last_change_s: u64,
    pub check_status: u8,
    pub check_result: u8,
    pub check_health: u32,
    pub check_state: u8,
    pub agent_state: u8,
    /// A name that was set at run time.
    pub fqdn: Option<Box<[u8]>>,
    pub port: Option<u16>,
}

/// A value that a column can't have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadValue {
    pub column: &'static str,
    pub value: Box<[u8]>,
}

/// Why a file is of no use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The first line isn't the version that is known.
    Version,
    /// A line, counted from 1, lacks columns.
    Columns { line: u32 },
}

/// The only version.
const VERSION: &[u8] = b"1";
/// Fewer columns no release wrote.
const FEWEST_COLUMNS: usize = 20;
/// More than any release wrote.
const MOST_COLUMNS: usize = 64;

/// Reads a file.
pub fn read(content: &[u8]) -> Result<Vec<Row>, Fault> {
    let mut lines = content.split(|c| *c == b'\n').zip(1..);
    let version = lines.next().map(|(line, _)| line.trim_ascii_end());
    if version != Some(VERSION) {
        return Err(Fault::Version);
    }
    let mut rows = Vec::new();
    for (text, line) in lines {
        let cells = text.split(u8::is_ascii_whitespace).filter(|cell| !cell.is_empty());
        let cells: Vec<&[u8]> = cells.take(MOST_COLUMNS).collect();
        if cells.first().is_none_or(|cell| cell.first() == Some(&b'#')) {
            continue;
        }
        if cells.len() < FEWEST_COLUMNS {
            return Err(Fault::Columns { line });
        }
        rows.push(Row { backend: cells[1].into(), server: cells[3].into(), line, state: state(&cells) });
    }
    Ok(rows)
}

fn state(cells: &[&[u8]]) -> Result<ServerState, BadValue> {
    let number = |at: usize, column: &'static str, max: u64| {
        let value = unsigned(cells[at]).filter(|n| *n <= max);
        value.ok_or_else(|| BadValue { column, value: cells[at].into() })
    };
    let small = |at: usize, column: &'static str, max: u8| number(at, column, max.into()).map(|n| n as u8);
    let wide = |at: usize, column: &'static str, max: u32| number(at, column, max.into()).map(|n| n as u32);
    let text = |cell: &[u8]| core::str::from_utf8(cell).ok().and_then(|t| t.parse::<IpAddr>().ok());
    let state = ServerState {
        addr: text(cells[4]),
        op_state: small(5, "srv_op_state", 3)?,
        admin_state: small(6, "srv_admin_state", 0x7f)?,
        uweight: wide(7, "srv_uweight", MOST_WEIGHT)?,
        iweight: wide(8, "srv_iweight", MOST_WEIGHT)?,
        since_last_change_s: number(9, "srv_last_time_change", u64::MAX)?,
        check_status: small(10, "srv_check_status", MOST_STATUS)?,
        check_result: small(11, "srv_check_result", 4)?,
        check_health: wide(12, "srv_check_health", u32::MAX)?,
        check_state: small(13, "srv_check_state", 0x0f)?,
        agent_state: small(14, "srv_agent_state", 0x1f)?,
        fqdn: Some(cells[17]).filter(|name| *name != b"-").map(Into::into),
        port: None,
    };
    wide(15, "bk_f_forced_id", u32::MAX)?;
    wide(16, "srv_f_forced_id", u32::MAX)?;
    // A word instead of a port is passed in silence by the reference, a port that can't be isn't.
    let port = match unsigned(cells[18]) {
        None => None,
        Some(_) => Some(wide(18, "srv_port", u16::MAX.into())? as u16),
    };
    Ok(ServerState { port, ..state })
}

/// The largest weight.
const MOST_WEIGHT: u32 = 256;
/// The statuses of checks are fewer.
const MOST_STATUS: u8 = 31;

/// A number as C reads it: decimal, or hexadecimal behind `0x`.
fn unsigned(text: &[u8]) -> Option<u64> {
    let text = core::str::from_utf8(text).ok()?;
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse().ok())?,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "1\n# be_id be_name srv_id srv_name\n";
    const ROW: [&str; 25] = [
        "2", "b", "1", "s", "1.2.3.4", "2", "0", "1", "1", "5", "1", "0", "0", "0", "0", "0", "0", "-", "5", "-", "0",
        "0", "-", "-", "0",
    ];

    fn row(cells: &[&str]) -> String {
        format!("{HEAD}{}\n", cells.join(" "))
    }

    #[test]
    fn a_line_is_a_server() {
        let rows = read(row(&ROW).as_bytes()).expect("a right file");
        assert_eq!(rows.len(), 1);
        assert_eq!((&*rows[0].backend, &*rows[0].server, rows[0].line), (&b"b"[..], &b"s"[..], 3));
        let state = rows[0].state.as_ref().expect("a right line");
        assert_eq!((state.op_state, state.port, state.fqdn.is_none()), (2, Some(5), true));
        assert_eq!(read(HEAD.as_bytes()), Ok(Vec::new()));
    }

    #[test]
    fn faults() {
        let cases: &[(&str, Fault)] = &[
            ("", Fault::Version),
            ("2\n", Fault::Version),
            ("x\n", Fault::Version),
            ("1\n2 b 1 s\n", Fault::Columns { line: 2 }),
        ];
        for (text, fault) in cases {
            assert_eq!(read(text.as_bytes()).unwrap_err(), *fault, "{text:?}");
        }
        assert!(read(row(&ROW[..FEWEST_COLUMNS - 1]).as_bytes()).is_err());
        assert!(read(row(&ROW[..FEWEST_COLUMNS]).as_bytes()).is_ok());
    }

    #[test]
    fn values_have_limits() {
        let cases: &[(usize, &str, Option<&str>)] = &[
            (0, "x", None),
            (4, "nohost", None),
            (5, "3", None),
            (5, "4", Some("srv_op_state")),
            (6, "0x10", None),
            (6, "128", Some("srv_admin_state")),
            (7, "256", None),
            (7, "-1", Some("srv_uweight")),
            (8, "257", Some("srv_iweight")),
            (9, "x", Some("srv_last_time_change")),
            (10, "99", Some("srv_check_status")),
            (11, "9", Some("srv_check_result")),
            (12, "x", Some("srv_check_health")),
            (13, "99", Some("srv_check_state")),
            (14, "99", Some("srv_agent_state")),
            (15, "x", Some("bk_f_forced_id")),
            (16, "x", Some("srv_f_forced_id")),
            (18, "x", None),
            (18, "70000", Some("srv_port")),
        ];
        for (at, value, want) in cases {
            let mut cells = ROW;
            cells[*at] = value;
            let rows = read(row(&cells).as_bytes()).expect("enough columns");
            let got = rows[0].state.as_ref().err().map(|bad| bad.column);
            assert_eq!(got, *want, "column {at} is {value}");
        }
    }
}
