//! Where an expression is evaluated: the 22 columns of the catalogue (`dump.txt`, sample fetch functions).

/// A moment in the life of a stream at which an expression can be evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Place {
    /// Frontend `tcp-request connection` rule.
    FeTcpConn,
    /// Frontend `tcp-request session` rule.
    FeTcpSess,
    /// Frontend `tcp-request content` rule.
    FeTcpReq,
    /// Frontend `http-request` rule, header known.
    FeHttpReq,
    /// Frontend `http-request` rule, body known.
    FeHttpReqBody,
    /// Frontend `use_backend` rule.
    UseBackend,
    /// Backend `tcp-request content` rule.
    BeTcpReq,
    /// Backend `http-request` rule, header known.
    BeHttpReq,
    /// Backend `http-request` rule, body known.
    BeHttpReqBody,
    /// Backend `use-server`, `balance` or `stick match` rule.
    UseServer,
    /// Choice of the source address towards the server.
    ServerSource,
    /// Backend `tcp-response content` rule.
    BeTcpRes,
    /// Backend `http-response` rule, header known.
    BeHttpRes,
    /// Backend `http-response` rule, body known.
    BeHttpResBody,
    /// Backend `stick store` rule.
    StickStore,
    /// Frontend `tcp-response content` rule.
    FeTcpRes,
    /// Frontend `http-response` rule, header known.
    FeHttpRes,
    /// Frontend `http-response` rule, body known.
    FeHttpResBody,
    /// Log lines.
    Log,
    /// Backend `tcp-check` rule.
    TcpCheck,
    /// While the configuration is read.
    Config,
    /// Runtime commands.
    Cli,
}

impl Place {
    /// All places, in the order of the catalogue's columns.
    pub const ALL: [Place; 22] = [
        Place::FeTcpConn,
        Place::FeTcpSess,
        Place::FeTcpReq,
        Place::FeHttpReq,
        Place::FeHttpReqBody,
        Place::UseBackend,
        Place::BeTcpReq,
        Place::BeHttpReq,
        Place::BeHttpReqBody,
        Place::UseServer,
        Place::ServerSource,
        Place::BeTcpRes,
        Place::BeHttpRes,
        Place::BeHttpResBody,
        Place::StickStore,
        Place::FeTcpRes,
        Place::FeHttpRes,
        Place::FeHttpResBody,
        Place::Log,
        Place::TcpCheck,
        Place::Config,
        Place::Cli,
    ];

    /// The place in the words that the catalogue and the reference's messages use.
    pub fn name(self) -> &'static str {
        match self {
            Place::FeTcpConn => "frontend tcp-request connection rule",
            Place::FeTcpSess => "frontend tcp-request session rule",
            Place::FeTcpReq => "frontend tcp-request content rule",
            Place::FeHttpReq => "frontend http-request header rule",
            Place::FeHttpReqBody => "frontend http-request body rule",
            Place::UseBackend => "frontend use-backend rule",
            Place::BeTcpReq => "backend tcp-request content rule",
            Place::BeHttpReq => "backend http-request header rule",
            Place::BeHttpReqBody => "backend http-request body rule",
            Place::UseServer => "backend use-server, balance or stick-match rule",
            Place::ServerSource => "server source selection",
            Place::BeTcpRes => "backend tcp-response content rule",
            Place::BeHttpRes => "backend http-response header rule",
            Place::BeHttpResBody => "backend http-response body rule",
            Place::StickStore => "backend stick-store rule",
            Place::FeTcpRes => "frontend tcp-response content rule",
            Place::FeHttpRes => "frontend http-response header rule",
            Place::FeHttpResBody => "frontend http-response body rule",
            Place::Log => "logs",
            Place::TcpCheck => "backend tcp-check rule",
            Place::Config => "configuration parser",
            Place::Cli => "CLI parser",
        }
    }
}

/// A set of places.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Places(u32);

impl Places {
    /// Everywhere.
    pub const ALL: Places = Places((1 << 22) - 1);
    /// Wherever there is a stream, and on the runtime API.
    pub const STREAM_OR_CLI: Places = Places::of("YYYYYYYYYYYYYYYYYYYY.Y");
    /// Wherever there is a connection, also that of a check.
    pub const CONNECTION: Places = Places::of("YYYYYYYYYYYYYYYYYYYY..");
    /// Wherever there is a client's connection.
    pub const FRONTEND: Places = Places::of("YYYYYYYYYYYYYYYYYYY...");
    /// From the end of the client's handshakes on.
    pub const SESSION: Places = Places::of(".YYYYYYYYYYYYYYYYYY...");
    /// While the request is at hand.
    pub const REQUEST: Places = Places::of("..YYYYYYYYY...........");
    /// From the request on.
    pub const REQUEST_OR_LOG: Places = Places::of("..YYYYYYYYYYYYYYYYY...");
    /// While either message is at hand.
    pub const MESSAGE: Places = Places::of("..YYYYYYYYYYYYYYYY.Y..");
    /// While the response is at hand.
    pub const RESPONSE: Places = Places::of("...........YYYYYYY.Y..");
    /// From the response on.
    pub const RESPONSE_OR_LOG: Places = Places::of("...........YYYYYYYYY..");
    /// From the choice of the backend on.
    pub const BACKEND: Places = Places::of("......YYYYYYYYYYYYYY..");
    /// From the choice of the server on.
    pub const ASSIGNED: Places = Places::of(".........YYYYYYYYYY...");
    /// Once there is a server.
    pub const SERVER: Places = Places::of("..........YYYYYYYYYY..");

    /// The catalogue's notation: 22 columns, `Y` where legal and `.` elsewhere. Anything else doesn't compile.
    pub const fn of(columns: &str) -> Places {
        let bytes = columns.as_bytes();
        assert!(bytes.len() == 22);
        let mut set = 0;
        let mut i = 0;
        while i < 22 {
            match bytes[i] {
                b'Y' => set |= 1 << i,
                b'.' => {}
                _ => panic!("a column is Y or a dot"),
            }
            i += 1;
        }
        Places(set)
    }

    /// These places and no other.
    pub const fn these(places: &[Place]) -> Places {
        let mut set = 0;
        let mut i = 0;
        while i < places.len() {
            set |= 1 << places[i] as u32;
            i += 1;
        }
        Places(set)
    }

    /// Whether the two sets have a place in common.
    pub const fn meets(self, other: Places) -> bool {
        self.0 & other.0 != 0
    }

    /// What messages call the set: its first place.
    pub fn name(self) -> &'static str {
        Place::ALL.iter().find(|&&p| self.has(p)).map_or("no place", |p| p.name())
    }

    /// Whether `place` is in the set.
    pub const fn has(self, place: Place) -> bool {
        self.0 & (1 << place as u32) != 0
    }

    /// The places that are in both sets.
    pub const fn and(self, other: Places) -> Places {
        Places(self.0 & other.0)
    }

    /// The catalogue's notation of the set.
    pub fn columns(self) -> String {
        Place::ALL.iter().map(|&p| if self.has(p) { 'Y' } else { '.' }).collect()
    }
}

impl From<Place> for Places {
    fn from(place: Place) -> Places {
        Places::these(&[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_read_and_write_the_same() {
        for columns in ["..YYYYYYYYY...........", "YYYYYYYYYYYYYYYYYYYYYY", "......................"] {
            assert_eq!(Places::of(columns).columns(), columns);
        }
        assert!(Places::of("..................Y...").has(Place::Log));
        for (i, place) in Place::ALL.iter().enumerate() {
            assert_eq!(*place as usize, i);
            assert_eq!(
                (Places::from(*place).name(), Places::ALL.meets(Places::these(&[*place]))),
                (place.name(), true)
            );
        }
    }
}
