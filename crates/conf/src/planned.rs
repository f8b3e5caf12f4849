//! Keywords that the language has and this program hasn't yet. A line that uses one is refused by name, so that
//! nobody believes it to be in force.

/// Names of one kind of place.
pub struct Planned {
    pub place: Where,
    pub names: &'static [&'static str],
}

/// Where the names stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Where {
    Global,
    Proxy,
    Bind,
    Server,
}

pub static PLANNED: &[Planned] = &[];
