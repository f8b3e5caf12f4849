//! Variables and what a setting of one may depend on (manual 2.8).

use expr::vars::{self, VarName};

/// A variable by its name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Var {
    /// How long it lives.
    pub scope: Scope,
    /// Its name in that scope: letters, digits and `_`.
    pub name: Box<str>,
}

/// How long a variable lives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// As long as the process, seen by all.
    Proc,
    /// As long as the session.
    Sess,
    /// As long as the transaction.
    Txn,
    /// While the request is processed.
    Req,
    /// While the response is processed.
    Res,
    /// As long as a health check.
    Check,
    /// The session of the parent stream. Can only be read.
    ParentSess,
    /// The transaction of the parent stream. Can only be read.
    ParentTxn,
    /// The request of the parent stream. Can only be read.
    ParentReq,
    /// The response of the parent stream. Can only be read.
    ParentRes,
}

impl Var {
    /// The same as rules look it up. `None`: its name has bytes that none can have.
    pub fn resolve(&self) -> Option<VarName> {
        let (scope, _) = Scope::NAMED.iter().find(|(_, scope)| *scope == self.scope)?;
        VarName::parse(format!("{scope}.{}", self.name).as_bytes()).ok()
    }
}

impl Scope {
    /// All scopes with their words.
    pub const NAMED: [(&'static str, Scope); 10] = [
        ("proc", Scope::Proc),
        ("sess", Scope::Sess),
        ("txn", Scope::Txn),
        ("req", Scope::Req),
        ("res", Scope::Res),
        ("check", Scope::Check),
        ("psess", Scope::ParentSess),
        ("ptxn", Scope::ParentTxn),
        ("preq", Scope::ParentReq),
        ("pres", Scope::ParentRes),
    ];

    /// Whether it belongs to the parent stream, whose variables can't be changed.
    pub fn is_parents(self) -> bool {
        matches!(self, Scope::ParentSess | Scope::ParentTxn | Scope::ParentReq | Scope::ParentRes)
    }
}

/// What must hold for a variable to be set (manual 7.3.1, `set-var`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SetIf {
    /// It exists.
    Exists,
    /// It doesn't exist.
    NotExists,
    /// The new value is empty.
    Empty,
    /// The new value isn't empty.
    NotEmpty,
    /// It has a value.
    Set,
    /// It has no value.
    NotSet,
    /// The old value is greater than the new one, or one of them is no number.
    Greater,
    /// The old value is less than the new one, or one of them is no number.
    Less,
}

impl SetIf {
    /// What must hold for a variable to be set, as it is looked at for each setting.
    pub fn all(conds: &[SetIf]) -> vars::SetIf {
        let mut made = vars::SetIf::default();
        for cond in conds {
            let word = SetIf::NAMED.iter().find(|(_, named)| named == cond).map_or("", |(word, _)| word);
            let known = made.add(word.as_bytes());
            debug_assert!(known.is_ok(), "both lists have the same words");
        }
        made
    }

    /// All of them with their words.
    pub const NAMED: [(&'static str, SetIf); 8] = [
        ("ifexists", SetIf::Exists),
        ("ifnotexists", SetIf::NotExists),
        ("ifempty", SetIf::Empty),
        ("ifnotempty", SetIf::NotEmpty),
        ("ifset", SetIf::Set),
        ("ifnotset", SetIf::NotSet),
        ("ifgt", SetIf::Greater),
        ("iflt", SetIf::Less),
    ];
}
