//! Matching methods (`-m`).

use crate::val::Type;

/// How a value is compared with the patterns.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names are those of the manual's 7.1")]
pub enum Matcher {
    Found,
    Bool,
    Int,
    Ip,
    Bin,
    Len,
    Str,
    Beg,
    Sub,
    End,
    Dir,
    Dom,
    Reg,
    /// Methods, the default of values of that type; has no name of its own.
    Meth,
}

impl Matcher {
    /// The methods that have a name.
    pub const NAMED: [Matcher; 13] = [
        Matcher::Found,
        Matcher::Bool,
        Matcher::Int,
        Matcher::Ip,
        Matcher::Bin,
        Matcher::Len,
        Matcher::Str,
        Matcher::Beg,
        Matcher::Sub,
        Matcher::End,
        Matcher::Dir,
        Matcher::Dom,
        Matcher::Reg,
    ];

    /// The name behind `-m`.
    pub fn name(self) -> &'static str {
        match self {
            Matcher::Found => "found",
            Matcher::Bool => "bool",
            Matcher::Int => "int",
            Matcher::Ip => "ip",
            Matcher::Bin => "bin",
            Matcher::Len => "len",
            Matcher::Str => "str",
            Matcher::Beg => "beg",
            Matcher::Sub => "sub",
            Matcher::End => "end",
            Matcher::Dir => "dir",
            Matcher::Dom => "dom",
            Matcher::Reg => "reg",
            Matcher::Meth => "method",
        }
    }

    /// The same as the catalogue writes it: methods are matched like strings.
    pub fn word(self) -> &'static str {
        if self == Matcher::Meth { Matcher::Str.name() } else { self.name() }
    }

    /// The method of this name.
    pub fn find(name: &[u8]) -> Option<Matcher> {
        Matcher::NAMED.into_iter().find(|m| m.name().as_bytes() == name)
    }

    /// The method that values of this type have by default; binary ones and those of unknown type have none.
    pub fn of_type(kind: Type) -> Option<Matcher> {
        match kind {
            Type::Bool => Some(Matcher::Bool),
            Type::Int => Some(Matcher::Int),
            Type::Addr | Type::Ip4 | Type::Ip6 => Some(Matcher::Ip),
            Type::Str => Some(Matcher::Str),
            Type::Meth => Some(Matcher::Meth),
            Type::Bin | Type::Any | Type::Same => None,
        }
    }

    /// Whether values of this type can be matched this way (the table in manual 7.1).
    pub fn takes(self, kind: Type) -> bool {
        use Type::*;
        match self {
            _ if matches!(kind, Any | Same) => true,
            Matcher::Bool => matches!(kind, Bool | Int | Str),
            Matcher::Int => matches!(kind, Bool | Int | Addr | Ip4 | Str),
            Matcher::Ip => matches!(kind, Addr | Ip4 | Ip6 | Str | Bin),
            Matcher::Bin => matches!(kind, Str | Bin),
            Matcher::Meth => kind == Meth,
            _ => true,
        }
    }
}
