//! Which facts a rule set looks at, so that no others are gathered.

use expr::Expr;
use expr::Place;
use expr::acl::Cond;
use expr::logfmt::LogFormat;
use rules::Action;

/// What has to be gathered before a set is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    /// The address that the client connected to: system calls, once for each connection.
    pub dst: bool,
    /// The record of the exchange: some dozens of fields.
    pub record: bool,
    /// In TCP mode, what is HTTP in the bytes: they have to be parsed.
    pub http: bool,
    /// What has come of the request's body.
    pub body: bool,
}

/// Fetches of what a request was, which in response rules only the record still knows.
const OF_THE_REQUEST: &[&str] = &["http_version", "meth", "req.ver", "req_proto", "req_ver"];

/// Fetches that look at bytes rather than at a message in them.
const OF_BYTES: &[&str] = &[
    "distcc_",
    "payload",
    "rdp_",
    "rep_ssl_",
    "req.len",
    "req.payload",
    "req.rdp_",
    "req.ssl_",
    "req_len",
    "req_ssl_",
];

impl Needs {
    /// What either needs.
    pub fn or(self, other: Needs) -> Needs {
        Needs {
            dst: self.dst | other.dst,
            record: self.record | other.record,
            http: self.http | other.http,
            body: self.body | other.body,
        }
    }

    /// What a condition needs. `response`: the request is gone where it is evaluated.
    pub fn of_cond(cond: &Cond, response: bool) -> Needs {
        let tests = cond.acls().flat_map(|acl| acl.tests());
        tests.fold(Needs::default(), |all, test| all.or(Needs::of_expr(test.expr(), response)))
    }

    /// What an action needs.
    pub fn of_action(action: &Action, response: bool) -> Needs {
        let (mut exprs, mut formats) = (Needs::default(), Needs::default());
        action.uses(&mut |expr| exprs = exprs.or(Needs::of_expr(expr, response)), &mut |format| {
            formats = formats.or(Needs::of_format(format, response))
        });
        exprs.or(formats)
    }

    /// What a format needs.
    pub fn of_format(format: &LogFormat, response: bool) -> Needs {
        let own = Needs { dst: format.needs().frontend_addr, record: format.has_aliases(), ..Needs::default() };
        format.exprs().fold(own, |all, expr| all.or(Needs::of_expr(expr, response)))
    }

    fn of_expr(expr: &Expr, response: bool) -> Needs {
        let name = expr.fetch().name;
        let record = response && OF_THE_REQUEST.iter().any(|begin| name.starts_with(begin));
        let http = !expr.fetch().places.has(Place::FeTcpSess) && !OF_BYTES.iter().any(|begin| name.starts_with(begin));
        Needs { dst: name.contains("dst"), record, http, body: !response && name.starts_with("req.body") }
    }
}
