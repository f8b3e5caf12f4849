//! Sets of rule sets.

use rules::Stage;

/// In which rule sets an action is legal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stages(u8);

/// The manual's columns (4.3).
const COLUMNS: [Stage; 8] = [
    Stage::QuicInitial,
    Stage::TcpReqConn,
    Stage::TcpReqSess,
    Stage::TcpReqCont,
    Stage::TcpResCont,
    Stage::HttpReq,
    Stage::HttpRes,
    Stage::HttpAfterRes,
];

impl Stages {
    /// The columns of the manual's table (4.3) from left to right: `X` where legal, `-` elsewhere. Anything else doesn't
    /// compile.
    pub const fn of(columns: &str) -> Stages {
        let bytes = columns.as_bytes();
        assert!(bytes.len() == 8);
        let (mut set, mut i) = (0, 0);
        while i < 8 {
            match bytes[i] {
                b'X' => set |= 1 << COLUMNS[i] as u8,
                b'-' => {}
                _ => panic!("a column is X or -"),
            }
            i += 1;
        }
        Stages(set)
    }

    /// Whether it is in the set.
    pub const fn has(self, stage: Stage) -> bool {
        self.0 & (1 << stage as u8) != 0
    }

    /// The keywords of all in the set, for messages.
    pub fn keywords(self) -> String {
        let names = COLUMNS.into_iter().filter(|stage| self.has(*stage)).map(|stage| format!("'{}'", stage.keyword()));
        names.collect::<Vec<_>>().join(", ")
    }
}
